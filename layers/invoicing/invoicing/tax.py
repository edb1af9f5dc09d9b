"""Which VAT, and why.

A decision is made once, from who sells what to whom and where it goes, and is kept with its rule
and its legal mention; documents and exports print it and never decide again.
"""

from decimal import Decimal
from typing import Literal

from invoicing.errors import Held, Reason
from invoicing.orders import Goods, Order
from invoicing.parties import CountryCode, Seller
from invoicing.records import Record

Treatment = Literal["domestic", "franchise", "distance_sale", "intra_community", "export"]
Category = Literal["S", "Z", "E", "K", "G"]
"""UNCL 5305 as EN 16931 uses it (BT-118)."""

_STANDARD_RATES = {
    "AT": "20", "BE": "21", "BG": "20", "HR": "25", "CY": "19", "CZ": "21", "DK": "25",
    "EE": "24", "FI": "25.5", "FR": "20", "DE": "19", "GR": "24", "HU": "27", "IE": "23",
    "IT": "22", "LV": "21", "LT": "21", "LU": "17", "MT": "18", "NL": "21", "PL": "23",
    "PT": "23", "RO": "21", "SK": "23", "SI": "22", "ES": "21", "SE": "25",
}  # fmt: skip
_LOWER_RATES: dict[str, dict[Goods, str]] = {
    "FR": {"reduced": "10", "second_reduced": "5.5", "super_reduced": "2.1"},
    "DE": {"reduced": "7", "second_reduced": "7"},
}
EU = frozenset(_STANDARD_RATES)


class Decision(Record):
    """The VAT of one kind of goods in one order, with its reason."""

    treatment: Treatment
    category: Category  # BT-118
    rate: Decimal  # BT-119, percent
    place: CountryCode
    rule: str
    exemption_code: str | None = None  # BT-121, VATEX
    mention: str | None = None  # the key of the sentence that the law wants on the invoice

    @property
    def factor(self) -> Decimal:
        """The rate as a factor: 0.2 for 20 %."""
        return self.rate.scaleb(-2)


def rate(goods: Goods, country: CountryCode) -> Decimal | None:
    """Give the percentage for these goods in an EU country, None where it is not known here."""
    if goods == "zero":
        return Decimal(0)
    known = _STANDARD_RATES[country] if goods == "standard" else None
    found = known or _LOWER_RATES.get(country, {}).get(goods)
    return Decimal(found) if found else None


def decide(goods: Goods, order: Order, seller: Seller) -> Decision | Held:
    """Decide the VAT of these goods in this order, or say why nobody can yet."""
    if seller.vat_regime == "franchise":
        return _exempt("franchise", "E", seller.address.country)
    destination = order.place.country
    if destination not in EU:
        return _exempt("export", "G", destination)
    if destination == seller.address.country:
        return _taxed("domestic", goods, destination)
    if order.buyer.kind == "business" and order.buyer.vat_number:
        return _exempt("intra_community", "K", destination)
    if seller.oss:
        return _taxed("distance_sale", goods, destination)
    return _taxed("domestic", goods, seller.address.country)


_RULES: dict[Treatment, str] = {
    "domestic": "Directive 2006/112/EC, art. 31 and 32",
    "franchise": "CGI art. 293 B; CIBS art. L. 223-1",
    "distance_sale": "Directive 2006/112/EC, art. 33",
    "intra_community": "Directive 2006/112/EC, art. 138",
    "export": "Directive 2006/112/EC, art. 146",
}
_EXEMPTIONS: dict[Treatment, str] = {
    "franchise": "VATEX-FR-FRANCHISE",
    "intra_community": "VATEX-EU-IC",
    "export": "VATEX-EU-G",
}


def _taxed(treatment: Treatment, goods: Goods, place: CountryCode) -> Decision | Held:
    percent = rate(goods, place)
    if percent is None:
        sentence = f"no rate is known for {goods} goods in {place}"
        return Held(reasons=(Reason(code="vat_rate_unknown", message=sentence),))
    return Decision(
        treatment=treatment,
        category="S" if percent else "Z",
        rate=percent,
        place=place,
        rule=_RULES[treatment],
    )


def _exempt(treatment: Treatment, category: Category, place: CountryCode) -> Decision:
    return Decision(
        treatment=treatment,
        category=category,
        rate=Decimal(0),
        place=place,
        rule=_RULES[treatment],
        exemption_code=_EXEMPTIONS[treatment],
        mention=treatment,
    )


def reasons_to_hold(decisions: list[Decision], seller: Seller) -> list[Reason]:
    """Say what keeps these decisions from standing on a legal invoice."""
    reasons = []
    charged = any(decision.rate for decision in decisions)
    if charged and not seller.vat_number:
        reasons.append(
            Reason(
                code="seller_vat_number_missing",
                message="the seller charges VAT but has no VAT number in the profile",
                rule="CGI ann. II art. 242 nonies A, I-2°; BR-S-02",
            )
        )
    return reasons
