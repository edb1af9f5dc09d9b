"""Which VAT, and why.

A decision is made once, from who sells what to whom and where it goes, and is kept with its rule
and its legal mention; documents and exports print it and never decide again. What the law leaves
open, or what nobody has verified, is held with the words what to do; nothing is guessed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from invoicing import identifiers
from invoicing.errors import Held, Reason
from invoicing.orders import Exemption, Order
from invoicing.parties import Seller
from invoicing.vat import evidence, rates, sales, territories, treatments
from invoicing.vat.findings import NOT_ASKED, Findings, VatCheck
from invoicing.vat.sales import Sale
from invoicing.vat.territories import Territory
from invoicing.vat.treatments import Decision, Relief, Treatment


@dataclass(frozen=True, slots=True)
class _Case:
    """One sale with all that its VAT depends on."""

    sale: Sale
    order: Order
    seller: Seller
    findings: Findings
    origin: Territory
    overruled: Collection[str]

    @property
    def on(self) -> date:
        """The day of supply, whose rates and rules hold."""
        return self.order.supplied_on

    @property
    def to_business(self) -> bool:
        return self.order.buyer.kind == "business"

    @property
    def buyer_at(self) -> Territory:
        """Where the buyer belongs, which decides about services."""
        return territories.of(self.order.buyer.address)


def decide(
    sale: Sale,
    order: Order,
    seller: Seller,
    findings: Findings = NOT_ASKED,
    *,
    overruled: Collection[str] = (),
) -> Decision | Held:
    """Decide the VAT of this sale in this order, or say why nobody can yet.

    `overruled` are the codes of reasons that the seller has released: he answers for them.
    """
    case = _Case(sale, order, seller, findings, territories.of(seller.address), overruled)
    if seller.vat_regime == "franchise" and not _is_reverse_charged(case):
        return _franchise(case)
    if case.on < rates.FIRST_DAY:
        sentence = f"no rates are known for {case.on}: the tables here begin on {rates.FIRST_DAY}"
        return _hold("vat_rate_unknown", sentence)
    if not _levies_known_vat(case):
        sentence = f"the VAT of {case.origin.code}, where the seller is, is not known here"
        return _hold("seller_territory_unknown", sentence)
    return _goods(case) if sale.supply == "goods" else _service(case)


def _franchise(case: _Case) -> Decision | Held:
    french = case.origin.country == "FR"
    relief = treatments.FRENCH_FRANCHISE if french else treatments.SMALL_ENTERPRISE
    return _franchise_abroad(case) or _relieved(relief, case.origin)


def _franchise_abroad(case: _Case) -> Held | None:
    """Hold a sale that another state taxes, of a seller who charges no VAT but declares it there.

    The franchise ends at the border but for who uses it in that state too (Directive, art. 284, 2).
    """
    goods = case.sale.supply == "goods"
    place = territories.of(case.order.place) if goods else case.buyer_at
    taxed_there = goods or case.to_business or case.sale.supply == "digital"
    within_eu = place.eu == "all" or (goods and place.eu == "goods_only")
    abroad = taxed_there and within_eu and place.country != case.origin.country
    declares = case.seller.oss or case.seller.registered_in(place.country)
    if not abroad or not declares or _FRANCHISE_WITH_OSS in case.overruled:
        return None
    sentence = (
        f"the seller charges no VAT as a small business, but is registered for the VAT of "
        f"{place.country}, which taxes this: correct vat_regime, oss or registrations in the "
        "profile, or answer for the franchise there yourself"
    )
    reason = Reason(
        code=_FRANCHISE_WITH_OSS,
        message=sentence,
        rule="Directive 2006/112/EC, art. 33, 44, 58 and 284",
        releasable=True,
        path="seller.vat_regime",
    )
    return Held(reasons=(reason,))


_FRANCHISE_WITH_OSS = "franchise_with_oss"


def _levies_known_vat(case: _Case) -> bool:
    """Say whether the seller's place is in the EU, or overseas under French VAT."""
    inside = case.origin.eu == "all" or case.origin.country == "FR"
    return inside and rates.rate("standard", case.origin.code, case.on) is not None


def _goods(case: _Case) -> Decision | Held:
    """Goods are taxed by where they go (Directive, art. 31 to 33)."""
    destination = territories.of(case.order.place)
    if destination.market == case.origin.market:
        return _domestic(case, destination)
    if case.origin.eu != "all" or destination.eu == "none":
        return _exported(case, destination)
    if case.sale.margin_scheme:
        return _domestic(case, case.origin)  # art. 35 and 139: taxed where the dealer is
    number = case.order.buyer.vat_number
    issuer = identifiers.issuer(number) if case.to_business and number else None
    if issuer and issuer != case.origin.country:
        return _unverified(case) or _relieved(treatments.INTRA_COMMUNITY, destination)
    return _to_consumer(case, destination, "distance_sale")


def _exported(case: _Case, destination: Territory) -> Decision:
    within_france = case.origin.country == destination.country == "FR"
    relief = treatments.OVERSEAS_EXPORT if within_france else treatments.EXPORT
    return _relieved(relief, destination)


def _service(case: _Case) -> Decision | Held:
    """Services are taxed by who buys them (Directive, art. 44, 45 and 58)."""
    if case.to_business:
        return _service_to_business(case)
    if case.sale.supply == "digital":
        return _digital_to_consumer(case)
    return _taxed(case, "domestic", case.origin)


def _service_to_business(case: _Case) -> Decision | Held:
    place = case.buyer_at
    if place.market == case.origin.market:
        return _domestic(case, place)
    if place.country == case.origin.country == "FR":
        return _service_between_french_territories(case, place)
    if place.eu != "all":
        return _relieved(treatments.SERVICE_ABROAD, place)
    return _service_to_business_in_the_eu(case, place)


def _service_to_business_in_the_eu(case: _Case, place: Territory) -> Decision | Held:
    """Leave the VAT to a buyer who is known to owe it in his state (art. 44 and 196)."""
    number = case.order.buyer.vat_number
    if not number:
        sentence = f"a business in {place.country} buys a service without its VAT number: add it"
        return _hold("vat_number_missing", f"{sentence}, or say that a consumer buys", _ARTICLE_44)
    if identifiers.issuer(number) != place.country:
        sentence = f"the buyer's VAT number is of {number[:2]}, the address of {place.country}"
        return _hold("buyer_place_conflicting", sentence, _ARTICLE_44)
    if case.sale.exemption:
        return _exempt_elsewhere(place, "leave it out, the buyer owes the VAT")
    return _unverified(case) or _relieved(treatments.REVERSE_CHARGE, place)


def _is_reverse_charged(case: _Case) -> bool:
    """Say whether the buyer owes the VAT of a service, whatever the seller's regime is."""
    abroad = case.buyer_at.eu == "all" and case.buyer_at.country != case.origin.country
    numbered = case.to_business and bool(case.order.buyer.vat_number)
    return case.sale.supply != "goods" and abroad and numbered


def _service_between_french_territories(case: _Case, place: Territory) -> Decision | Held:
    """Tax at the rate of the buyer's place, by the seller; Guyane and Mayotte have none."""
    if rates.rate("standard", place.code, case.on) is None:
        return _relieved(treatments.SERVICE_OVERSEAS, place)
    return _taxed(case, "domestic", place)


def _digital_to_consumer(case: _Case) -> Decision | Held:
    place = case.buyer_at
    sells_across_borders = case.seller.oss or bool(case.seller.registrations)
    doubt = evidence.doubt(case.order.buyer)
    if doubt and doubt.releasable and doubt.code in case.overruled:
        doubt = None
    if doubt and (sells_across_borders or place.eu != "all"):
        return Held(reasons=(doubt,))
    if place.market == case.origin.market:
        return _domestic(case, place)
    between_french = place.country == case.origin.country == "FR"
    if place.eu != "all" and not between_french:
        return _relieved(treatments.DIGITAL_ABROAD, place)
    if case.origin.eu != "all" or between_french:
        sentence = f"which rate a digital service from {case.origin.code} to {place.code} bears"
        return _hold("vat_place_unclear", f"{sentence} is not known here: ask your accountant")
    return _to_consumer(case, place, "digital_service")


def _to_consumer(case: _Case, place: Territory, treatment: Treatment) -> Decision | Held:
    """Tax where the consumer is, or at home below the threshold of 10,000 EUR (art. 59c)."""
    number = case.seller.registered_in(place.country)
    if number or case.seller.oss:
        return _taxed(case, treatment, place, number)
    if case.seller.registrations:
        sentence = f"the seller is registered abroad, but neither in {place.country} nor for OSS"
        return _hold("registration_missing", f"{sentence}: complete the profile", _ARTICLE_59C)
    return _taxed(case, "below_threshold", case.origin)


def _domestic(case: _Case, place: Territory) -> Decision | Held:
    if case.sale.margin_scheme:
        return _relieved(treatments.MARGIN_SCHEMES[case.sale.margin_scheme], case.origin)
    if place.country == "PT" and place != case.origin:
        sentence = f"whether {case.origin.code} or {place.code} taxes this is not known here"
        return _hold("vat_place_unclear", f"{sentence}: ask your accountant")
    # A Corsican rate follows the goods (BOI-TVA-GEO-10-10), an Austrian one the seller.
    return _taxed(case, "domestic", case.origin if place.country == "AT" else place)


def _taxed(
    case: _Case, treatment: Treatment, place: Territory, number: str | None = None
) -> Decision | Held:
    if case.sale.exemption:
        return _exempt(case, case.sale.exemption, treatment, place)
    percent = rates.rate(case.sale.goods, place.code, case.on)
    if percent is None:
        return _rate_unknown(case, place)
    return Decision(
        treatment=treatment,
        category="S" if percent else "Z",
        rate=percent,
        place=place.country,
        territory=place.special,
        rule=treatments.TAXED[treatment],
        seller_number=number,
    )


def _rate_unknown(case: _Case, place: Territory) -> Held:
    words = ", ".join(rates.known(place.code))
    sentence = f"no rate is known for {case.sale.goods!r} in {place.code} on {case.on}"
    return _hold("vat_rate_unknown", f"{sentence}: say one of {words} in the line's vat")


def _exempt(
    case: _Case, exemption: Exemption, treatment: Treatment, place: Territory
) -> Decision | Held:
    if place.country != case.origin.country:
        return _exempt_elsewhere(place, "name the line's rate instead")
    if exemption.code not in treatments.EXEMPTIONS:
        sentence = f"{exemption.code} is not an exemption of the VATEX list, or not one to choose"
        return _hold("exemption_unknown", sentence)
    relief = Relief("exempt", "E", treatments.TAXED[treatment], exemption.code, None)
    return _relieved(relief, place).model_copy(update={"reason": exemption.reason})


def _exempt_elsewhere(place: Territory, advice: str) -> Held:
    sentence = f"an exemption at home says nothing about {place.country}, which taxes this"
    return _hold("exemption_elsewhere", f"{sentence}: {advice}")


def _relieved(relief: Relief, place: Territory) -> Decision:
    return Decision(
        treatment=relief.treatment,
        category=relief.category,
        rate=Decimal(0),
        place=place.country,
        territory=place.special,
        rule=relief.rule,
        exemption_code=relief.code,
        mention=relief.mention,
    )


_ARTICLE_44 = "Directive 2006/112/EC, art. 44; Regulation (EU) 282/2011, art. 18"
_ARTICLE_59C = "Directive 2006/112/EC, art. 59c"
_ARTICLE_138 = "Directive 2006/112/EC, art. 138 and 196"
_BUYERS_NUMBER = "buyer.vat_number"


def _unverified(case: _Case) -> Held | None:
    """Hold what nobody verified: only a number that VIES knows takes the VAT off."""
    number = case.order.buyer.vat_number or ""
    check = case.findings.of_number(number)
    if case.seller.vat_checks == "none" or (check and check.outcome == "valid"):
        return None
    reason = (
        _not_valid(check) if check and check.outcome == "invalid" else _not_known(check, number)
    )
    return None if reason.code in case.overruled else Held(reasons=(reason,))


def _not_valid(check: VatCheck) -> Reason:
    return Reason(
        code="vat_number_invalid",
        message=f"VIES does not know {check.number}: correct it, or bill a consumer with VAT",
        rule=_ARTICLE_138,
        releasable=True,
        path=_BUYERS_NUMBER,
    )


def _not_known(check: VatCheck | None, number: str) -> Reason:
    cause = check.cause if check and check.cause else "not asked"
    return Reason(
        code="vat_number_unverified",
        message=f"VIES has not confirmed {number} ({cause}): send the order to it again later, or "
        "answer for the number yourself",
        rule=_ARTICLE_138,
        releasable=True,
        path=_BUYERS_NUMBER,
    )


def _hold(code: str, message: str, rule: str | None = None) -> Held:
    return Held(reasons=(Reason(code=code, message=message, rule=rule),))


def number_to_verify(order: Order, seller: Seller) -> str | None:
    """Give the VAT number that VIES should be asked about, if the VAT hangs on it."""
    of_lines = dict.fromkeys(sales.of_line(line) for line in order.lines)
    decided = [decide(sale, order, seller) for sale in of_lines]
    reasons = [reason for each in decided if isinstance(each, Held) for reason in each.reasons]
    asked = any(reason.code == "vat_number_unverified" for reason in reasons)
    return order.buyer.vat_number if asked else None


def vat_currency(seller: Seller) -> str:
    """Give the currency in which the seller's state wants the VAT stated (BT-6)."""
    return rates.currency(territories.of(seller.address).country)
