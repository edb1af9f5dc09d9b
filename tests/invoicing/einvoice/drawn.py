"""Sales as they come in: who sells to whom, what, in which currency and over which network.

Whoever draws gets what is complete: what a seller's law or a network wants is said, so that few
are held. `full=True` says everything that can be said.
"""

import json
from typing import Any

from hypothesis import strategies as st

from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.vat.treatments import MARGIN_SCHEMES
from tests.invoicing.einvoices import a_seller

Said = dict[str, Any]

VAT_NUMBERS = {
    "AT": "ATU13585627", "BE": "BE0428759497", "BG": "BG175074752", "CY": "CY10259033P",
    "CZ": "CZ25123891", "DE": "DE811569869", "DK": "DK13585628", "EE": "EE100931558",
    "GR": "EL094259216", "ES": "ESB58378431", "FI": "FI20774740", "FR": "FR96552100554",
    "HR": "HR33392005961", "HU": "HU12892312", "IE": "IE6433435F", "IT": "IT00743110157",
    "LT": "LT119511515", "LU": "LU15027442", "LV": "LV40003521600", "MT": "MT11679112",
    "NL": "NL004495445B01", "PL": "PL8567346215", "PT": "PT501964843", "RO": "RO18547290",
    "SE": "SE123456789701", "SI": "SI50223054", "SK": "SK2022749619",
}  # fmt: skip
ELSEWHERE = {"CH": "CHE116281710", "GB": "GB980780684", "US": None, "NO": None, "JP": None}
TERRITORIES = {
    "Corsica": ("FR", "20090"), "Réunion": ("FR", "97400"), "Mayotte": ("FR", "97600"),
    "Canaries": ("ES", "35001"), "Ceuta": ("ES", "51001"), "Belfast": ("GB", "BT1 1AA"),
    "Monaco": ("MC", "98000"), "Busingen": ("DE", "78266"), "Livigno": ("IT", "23041"),
    "Åland": ("FI", "22100"), "Athos": ("GR", "63086"), "Madeira": ("PT", "9000-001"),
    "Jungholz": ("AT", "6691"),
}  # fmt: skip
CHANNELS = (
    "sdi", "peppol", "approved_platform", "ro_e_factura", "ksef", "hr_fiskalizacija", "mydata",
    "nav_online", "pt_certified", "verifactu",
)  # fmt: skip
REGISTRATIONS = {
    "BE": "0428759497", "DK": "13585628", "FI": "20774740", "FR": "732829320", "NL": "40000000",
    "SE": "5560360793",
}  # fmt: skip
GLN = {"scheme": "0088", "value": "7300010000001"}
LEITWEG = "991-33333TEST-33"


def a_seller_in(country: str, **changes: object) -> Seller:
    """A shop of any member state whose profile leaves no law and no network unsatisfied."""
    plain = {
        "address": address_in(country),
        "registration": REGISTRATIONS.get(country, "HRB 1234"),
        "vat_number": VAT_NUMBERS[country],
        "managers": "Erika Muster",
        "tax_number": "00743110157" if country == "IT" else None,
        "contact": "Erika Muster",
        "transmits": dict.fromkeys(CHANNELS, "provider"),
    }
    return a_seller(**plain | changes)


def address_in(country: str, postcode: str = "10001") -> Said:
    return {"line1": "Main 1", "postcode": postcode, "city": "Town", "country": country}


SELLERS = [
    *(a_seller_in(country) for country in VAT_NUMBERS),
    a_seller_in("FR", oss=False),
    a_seller_in("FR", vat_regime="franchise", vat_number=None, oss=False),
    a_seller_in("FR", vat_regime="franchise"),
    a_seller_in("AT", vat_regime="franchise", vat_number=None, oss=False),
    a_seller_in("FR", oss=False, registrations=[{"country": "DE", "vat_number": "DE811569869"}]),
    a_seller_in("FR", iban=None, vat_on_debits=True),
    a_seller_in("FR", address=address_in("FR", "20090")),
    a_seller_in("FR", address=address_in("FR", "97400")),
    a_seller_in("FR", address=address_in("MC", "98000")),
    a_seller_in("FR", payee={"name": "Affacturage SA", "registration": "552100554"}),
    a_seller_in(
        "DE", tax_number="37/123/45678", vat_number=None, vat_regime="franchise", oss=False
    ),
]
ON_PEPPOL = [each.model_copy(update={"electronic_address": a_seller(electronic_address=GLN)
             .electronic_address}) for each in SELLERS]  # fmt: skip

PRINTABLE = st.characters(
    codec="utf-8",
    exclude_categories=["Cc", "Zl", "Zp"],
    exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff",
)
TEXT = st.one_of(
    st.sampled_from(["Lampe", "A < B & C > D “é” ]]> <x>", "x" * 200, "😀\u200b", "'\"#AAI#"]),
    st.text(PRINTABLE, min_size=1, max_size=12).filter(str.strip),
)
CURRENCIES = st.sampled_from(["EUR"] * 4 + ["USD", "JPY", "KWD", "ISK", "CHF", "SEK", "GBP", "DKK"])
GOODS = st.sampled_from(["standard"] * 4 + ["reduced", "zero"])
PERCENTAGES = st.sampled_from(["5", "10", "33.33", "12.5", "0.0001", "0"]) | st.integers(
    0, 300_000
).map(lambda n: f"{n / 10_000:.4f}")
FINE_PRICES = st.integers(0, 300_000_000).map(lambda n: f"{n / 1_000_000:.6f}")
EXEMPTION = {"code": "VATEX-EU-132-1I", "reason": "Exonération, article 261-4-4° du CGI."}


def _decimals(currency: str) -> int:
    return 0 if currency in {"JPY", "ISK"} else 2  # of dinars, whole tens of fils


def amounts(currency: str, most: int, *, least: int = 0) -> st.SearchStrategy[str]:
    unit = 10 ** _decimals(currency)
    return st.integers(least * unit, most * unit).map(
        lambda n: f"{n / unit:.{_decimals(currency)}f}"
    )


@st.composite
def sales(draw: st.DrawFn) -> tuple[Order, Seller]:
    """Draw an order and its seller; each profile comes up often, and so does everything else."""
    scenario = draw(st.sampled_from(["anybody", "anybody", "french", "authority", "peppol"]))
    match scenario:
        case "french":
            seller = draw(st.sampled_from([*filter(_french, SELLERS)]))
            buyer = draw(buyers(st.just(address_in("FR")), st.just("business")))
        case "authority":
            seller = draw(st.sampled_from(SELLERS))
            buyer = draw(buyers(st.just(address_in("DE")), st.just("business")))
            buyer["reference"] = LEITWEG
        case "peppol":
            seller = draw(st.sampled_from(ON_PEPPOL))
            buyer = draw(buyers(PLACES, st.just("business"))) | {"electronic_address": GLN}
            buyer["reference"] = "R-1"
        case _:
            seller = draw(st.sampled_from(SELLERS + ON_PEPPOL))
            buyer = draw(buyers(PLACES, st.sampled_from(["consumer", "business"])))
    return draw(orders(buyer)), seller


def _french(seller: Seller) -> bool:
    return seller.address.country == "FR"


PLACES = st.sampled_from(
    [*map(address_in, [*VAT_NUMBERS, *ELSEWHERE])]
    + [address_in(*place) for place in TERRITORIES.values()]
)


@st.composite
def buyers(draw: st.DrawFn, places: st.SearchStrategy[Said], kinds: st.SearchStrategy[str]) -> Said:
    address, kind = draw(places), draw(kinds)
    country = address["country"]
    known = {"name": draw(TEXT), "email": "b@buyer.example", "address": address, "kind": kind}
    known["evidence"] = [{"kind": "bank", "country": country}]
    if kind == "consumer":
        return known
    numbers = {"MC": "FR61954506077"} | VAT_NUMBERS | ELSEWHERE
    return known | {
        "vat_number": draw(st.sampled_from([numbers[country]] * 4 + [None])),
        "registration": REGISTRATIONS.get(country, "R 1") if country != "FR" else "552100554",
        "trading_name": draw(st.none() | TEXT),
        "contact": draw(st.none() | TEXT),
        "identifier": draw(st.sampled_from([None, GLN])),
        "phone": draw(st.sampled_from([None, "+33 1 23 45 67 89"])),
    }


@st.composite
def changes(draw: st.DrawFn, currency: str, **more: st.SearchStrategy[str]) -> Said:
    how_much = draw(
        st.fixed_dictionaries({"amount": amounts(currency, 9)})
        | st.fixed_dictionaries({"percent": PERCENTAGES})
    )
    return {"reason": draw(TEXT)} | how_much | {key: draw(value) for key, value in more.items()}


@st.composite
def details(draw: st.DrawFn) -> Said:
    said: Said = {
        "text": draw(TEXT),
        "note": draw(TEXT),
        "buyer_sku": draw(TEXT),
        "standard": {"scheme": "0160", "value": "4012345678901"},
        "classifications": [
            {"scheme": "STI", "version": "21", "code": "39112000"},
            {"scheme": "HS", "code": "940511"},
        ],
        "attributes": [{"name": draw(TEXT), "value": draw(TEXT)}, {"name": "Taille", "value": "M"}],
        "origin": draw(st.sampled_from(["FR", "CN", "US"])),
        "period": {"start": "2026-11-01", "end": "2026-11-19"},
        "order_line": draw(TEXT),
        "account": draw(TEXT),
    }
    kept = draw(st.sets(st.sampled_from(sorted(said))))
    return {key: value for key, value in said.items() if key in kept}


@st.composite
def lines(draw: st.DrawFn, currency: str) -> Said:
    line: Said = {
        "description": draw(TEXT),
        "sku": draw(st.none() | TEXT),
        "quantity": draw(st.sampled_from(["1"] * 4 + ["3", "0.5", "0.3333", "12000", "-1"])),
        "unit": draw(st.sampled_from(["C62", "HUR", "KGM", "XPP"])),
        "price": draw(amounts(currency, 300, least=20) | FINE_PRICES),
        "price_quantity": draw(st.sampled_from(["1", "1", "1", "100", "0.5"])),
        "prices_include_vat": draw(st.sampled_from([None, None, None, True, False])),
        "discount": draw(st.just("0") | amounts(currency, 2)),
        "allowances": draw(st.lists(changes(currency), max_size=2)),
        "charges": draw(st.lists(changes(currency), max_size=1)),
        "vat": draw(GOODS),
        "supply": draw(st.sampled_from(["goods"] * 4 + ["services", "digital"])),
        "details": draw(st.none() | details()),
    }
    special = draw(st.sampled_from([""] * 9 + ["exempt", "margin", "free"]))
    if special == "exempt":
        line["exemption"] = EXEMPTION
    if special == "margin":
        line |= {"supply": "goods", "margin_scheme": draw(st.sampled_from(sorted(MARGIN_SCHEMES)))}
    if special == "free":
        line["allowances"] = [{"reason": "Cadeau", "percent": "100"}]
    return line


@st.composite
def orders(draw: st.DrawFn, buyer: Said) -> Order:
    currency = draw(CURRENCIES)
    order: Said = {
        "id": "2001",
        "currency": currency,
        "prices_include_vat": draw(st.booleans()),
        "ordered_on": "2026-11-20",
        "buyer": buyer,
        "deliver_to": draw(st.sampled_from([None, None, None, address_in("FR"), address_in("CH")])),
        "recipient": draw(st.none() | TEXT),
        "purchase_order": draw(st.none() | TEXT),
        "references": draw(st.none() | references()),
        "period": draw(st.sampled_from([None, {"start": "2026-10-01", "end": "2026-11-19"}])),
        "lines": draw(st.lists(lines(currency), min_size=1, max_size=3)),
        "charges": draw(st.lists(changes(currency, vat=GOODS), max_size=1)),
        "allowances": draw(st.lists(changes(currency), max_size=1)),
        "rounding": draw(st.sampled_from(["0", "0", "0", "0.02" if _decimals(currency) else "1"])),
        "note": draw(st.none() | TEXT),
        "deposit": draw(st.sampled_from([None, None, None, {"percent": "30"}])),
    }
    return Order.model_validate_json(json.dumps(order))


def references() -> st.SearchStrategy[Said]:
    names = ["project", "contract", "receiving_advice", "despatch_advice", "tender", "account"]
    return st.dictionaries(st.sampled_from(names), TEXT)
