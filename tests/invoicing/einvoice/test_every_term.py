"""Every business term that an order carries is in the XML, at its place, in both syntaxes.

A field that is new in a record has to be named here: with its term, or with why it has none.
"""

import json
import types
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from invoicing.adapters.einvoices import einvoice_xml
from invoicing.einvoice import terms
from invoicing.money import Money
from invoicing.orders import Order
from tests.invoicing.einvoice.judged import findings
from tests.invoicing.einvoice.reader import read
from tests.invoicing.einvoices import NOON, PARIS, a_credit_note, a_draft, a_seller, an_invoice

ADDRESS = ("line1", "line2", "city", "postcode", "region", "country")


def address(place: str, first: int) -> dict[str, str]:
    return {f"{place}.{name}": f"BT-{first + n}" for n, name in enumerate(ADDRESS)}


OF_AN_ORDER: dict[str, str] = {
    "id": "BT-14",
    "currency": "BT-5",
    "prices_include_vat": "no term: prices are written net",
    "ordered_on": "no term: it stands for the day of delivery where none is said",
    "delivered_on": "BT-72",
    "period.start": "BT-73",
    "period.end": "BT-74",
    "purchase_order": "BT-13",
    "references.project": "BT-11",
    "references.contract": "BT-12",
    "references.receiving_advice": "BT-15",
    "references.despatch_advice": "BT-16",
    "references.tender": "BT-17",
    "references.account": "BT-19",
    "buyer.kind": "no term: it decides profile and VAT",
    "buyer.name": "BT-44",
    "buyer.trading_name": "BT-45",
    "buyer.contact": "BT-56",
    "buyer.phone": "BT-57",
    **address("buyer.address", 50),
    "buyer.email": "BT-58",
    "buyer.vat_number": "BT-48",
    "buyer.registration": "BT-47",
    "buyer.identifier.scheme": "BT-46-1",
    "buyer.identifier.value": "BT-46",
    "buyer.electronic_address.scheme": "BT-49-1",
    "buyer.electronic_address.value": "BT-49",
    "buyer.reference": "BT-10",
    "buyer.language": "no term: it is what texts are written in",
    "buyer.fallback_email": "no term: where the buyer is written to if the first address fails",
    "buyer.delivery": "no term: how the buyer is told",
    "buyer.evidence.kind": "no term: it proves the place of a consumer",
    "buyer.evidence.country": "no term: it proves the place of a consumer",
    **address("deliver_to", 75),
    "recipient": "BT-70",
    "lines.description": "BT-153",
    "lines.sku": "BT-155",
    "lines.quantity": "BT-129",
    "lines.unit": "BT-130",
    "lines.price": "BT-146",
    "lines.price_quantity": "BT-149",
    "lines.prices_include_vat": "no term: prices are written net",
    "lines.discount": "BT-136",
    "lines.allowances.reason": "BT-139",
    "lines.allowances.amount": "BT-136",
    "lines.allowances.percent": "BT-138",
    "lines.charges.reason": "BT-144",
    "lines.charges.amount": "BT-141",
    "lines.charges.percent": "BT-143",
    "lines.vat": "no term: it decides BT-151 and BT-152",
    "lines.supply": "no term: it decides BT-23 and the VAT",
    "lines.exemption.code": "BT-121",
    "lines.exemption.reason": "BT-120",
    "lines.margin_scheme": "no term: it decides BT-121",
    "lines.details.text": "BT-154",
    "lines.details.note": "BT-127",
    "lines.details.buyer_sku": "BT-156",
    "lines.details.standard.scheme": "BT-157-1",
    "lines.details.standard.value": "BT-157",
    "lines.details.classifications.scheme": "BT-158-1",
    "lines.details.classifications.version": "BT-158-2",
    "lines.details.classifications.code": "BT-158",
    "lines.details.attributes.name": "BT-160",
    "lines.details.attributes.value": "BT-161",
    "lines.details.origin": "BT-159",
    "lines.details.period.start": "BT-134",
    "lines.details.period.end": "BT-135",
    "lines.details.order_line": "BT-132",
    "lines.details.account": "BT-133",
    "allowances.reason": "BT-97",
    "allowances.amount": "BT-92",
    "allowances.percent": "BT-94",
    "allowances.vat": "no term: it decides BT-95 and BT-96",
    "charges.reason": "BT-104",
    "charges.amount": "BT-99",
    "charges.percent": "BT-101",
    "charges.vat": "no term: it decides BT-102 and BT-103",
    "payments.paid_on": "BT-9",
    "payments.amount": "BT-113",
    "payments.means": "no term: BT-81 has its code",
    "payments.reference": "BT-83",
    "payment_days": "no term: BT-9 has the day",
    "totals.net": "BT-109",
    "totals.vat": "BT-110",
    "totals.total": "no term: BT-112 and BT-114 come to it",
    "rounding": "BT-114",
    "note": "BT-22",
    "deposit.percent": "no term: a deposit's lines have its sums",
    "deposit.amount": "no term: a deposit's lines have its sums",
    "deducts": "BT-25",
}
OF_A_SELLER: dict[str, str] = {
    "name": "BT-27",
    "trading_name": "BT-28",
    "legal_form": "BT-33",
    "capital": "BT-33",
    "registration": "BT-30",
    "register_city": "BT-33",
    "managers": "BT-33",
    "tax_number": "BT-32",
    "vat_number": "BT-31",
    **address("address", 35),
    "contact": "BT-41",
    "email": "BT-43",
    "phone": "BT-42",
    "identifier.scheme": "BT-29-1",
    "identifier.value": "BT-29",
    "electronic_address.scheme": "BT-34-1",
    "electronic_address.value": "BT-34",
    "iban": "BT-84",
    "bic": "BT-86",
    "payee.name": "BT-59",
    "payee.registration": "BT-61",
}
HALVES = {"BT-33": "in", "BT-22": "in"}  # a part of what stands there

FULL: dict[str, Any] = {
    "id": "O-77",
    "currency": "EUR",
    "prices_include_vat": False,
    "ordered_on": "2026-11-18",
    "delivered_on": "2026-11-17",
    "period": {"start": "2026-10-01", "end": "2026-11-16"},
    "purchase_order": "BC-118",
    "references": {
        "project": "P-1",
        "contract": "C-2",
        "receiving_advice": "R-3",
        "despatch_advice": "D-4",
        "tender": "T-5",
        "account": "A-6",
    },
    "buyer": {
        "kind": "business",
        "name": "Parkhotel GmbH",
        "trading_name": "Das Parkhotel",
        "contact": "Erika Muster",
        "phone": "+49 30 1234567",
        "address": {
            "line1": "Torstraße 1",
            "line2": "Hof 2",
            "postcode": "10119",
            "city": "Berlin",
            "region": "Land Berlin",
            "country": "DE",
        },
        "email": "rechnung@parkhotel.example",
        "vat_number": "DE811569869",
        "registration": "HRB 12345",
        "identifier": {"scheme": "0060", "value": "123456789"},
        "electronic_address": {"scheme": "0088", "value": "4012345000009"},
        "reference": "Abteilung 7",
    },
    "deliver_to": {
        "line1": "Hafenstraße 3",
        "line2": "Tor 4",
        "postcode": "20457",
        "city": "Hamburg",
        "region": "Land Hamburg",
        "country": "DE",
    },
    "recipient": "Lager Nord",
    "lines": [
        {
            "description": "Applique",
            "sku": "CREP-AP",
            "quantity": "24",
            "unit": "C62",
            "price": "84.125",
            "price_quantity": "2",
            "discount": "1.5",
            "allowances": [
                {"reason": "Mengenrabatt", "percent": "12.5"},
                {"reason": "Treue", "amount": "3.25"},
            ],
            "charges": [
                {"reason": "Gravur", "amount": "4.75"},
                {"reason": "Eile", "percent": "2"},
            ],
            "details": {
                "text": "Wandleuchte aus Messing\nmit Schirm",
                "note": "Bitte trocken lagern",
                "buyer_sku": "K-99",
                "standard": {"scheme": "0160", "value": "4012345678901"},
                "classifications": [
                    {"scheme": "STI", "version": "21", "code": "39112000"},
                    {"scheme": "HS", "code": "940511"},
                ],
                "attributes": [
                    {"name": "Farbe", "value": "Rot"},
                    {"name": "Größe", "value": "M"},
                ],
                "origin": "PT",
                "period": {"start": "2026-10-02", "end": "2026-11-15"},
                "order_line": "40",
                "account": "6300",
            },
        },
        {"description": "Schirm", "price": "10"},
    ],
    "allowances": [
        {"reason": "Willkommen", "amount": "7.50"},
        {"reason": "Skonto", "percent": "1.25"},
    ],
    "charges": [
        {"reason": "Fracht", "amount": "19.99"},
        {"reason": "Versicherung", "percent": "0.5"},
    ],
    "payments": [
        {"paid_on": "2026-11-14", "amount": "100", "means": "transfer", "reference": "pi_42"}
    ],
    "payment_days": 10,
    "rounding": "0.01",
    "note": "Danke sehr",
}
GLN = {"scheme": "0088", "value": "7300010000001"}
SELLER = a_seller(
    identifier={"scheme": "0088", "value": "3012345000000"},
    electronic_address=GLN,
    contact="Marie Curie",
    managers="Marie Curie",
    tax_number="T-123",
    payee={"name": "Affacturage SA", "registration": "552100554"},
    address=PARIS | {"line2": "Cour B", "postcode": "69001", "region": "Rhône"},
)
SYNTAXES = pytest.mark.parametrize("syntax", ["cii", "ubl"])


def leaves(record: type[BaseModel], at: str = "") -> Iterator[str]:
    """Walk over every field that holds no other record."""
    for name, field in record.model_fields.items():
        inner = _record(field.annotation)
        if inner:
            yield from leaves(inner, f"{at}{name}.")
        else:
            yield f"{at}{name}"


def _record(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and not get_origin(annotation):
        return annotation if issubclass(annotation, BaseModel) else None
    inner = get_args(annotation) if isinstance(annotation, types.UnionType) or get_origin(
        annotation
    ) else ()  # fmt: skip
    return next(filter(None, map(_record, inner)), None)


def values(said: object, at: str = "") -> Iterator[tuple[str, Any]]:
    """Walk over every value with its place, lists left out of it."""
    if isinstance(said, dict):
        for name, value in said.items():
            yield from values(value, f"{at}.{name}".removeprefix("."))
    elif isinstance(said, list):
        for each in said:
            yield from values(each, at)
    elif said is not None:
        yield at, said


def same(read_: str, said: str) -> bool:
    """Compare as dates, as numbers, or as text."""
    if len(read_) == len("20261117") and "-" in said:
        return read_ == said.replace("-", "")
    try:
        return Decimal(read_) == Decimal(said)
    except ArithmeticError:
        return read_ == said


def missing(xml: bytes, said: dict[str, Any], known: dict[str, str]) -> list[str]:
    """Say which values are not at the place of their term."""
    return [
        f"{place} ({known[place]}): {value!r}"
        for place, value in values(said)
        if known[place].startswith("BT-") and not _is_there(xml, known[place], str(value))
    ]


def _is_there(xml: bytes, term: str, said: str) -> bool:
    found = read(xml, term)
    if term in HALVES:
        return any(said in each for each in found)
    return any(same(each, said) for each in found)


def test_every_field_of_an_order_has_its_term_or_says_why_it_has_none():
    assert set(leaves(Order)) == OF_AN_ORDER.keys()


@st.composite
def some(draw: st.DrawFn, said: dict[str, Any], keep: frozenset[str]) -> dict[str, Any]:
    """Leave out optional fields, at any depth."""
    kept = {}
    for name, value in said.items():
        if name not in keep and not draw(st.sampled_from([True, True, True, False])):
            continue
        match value:
            case dict():
                kept[name] = draw(some(value, keep))
            case [dict(), *_]:
                kept[name] = [draw(some(each, keep)) for each in value]
            case _:
                kept[name] = value
    return kept


_ALWAYS = """
    id currency ordered_on buyer kind name vat_number address line1 city country lines description
    quantity price reason amount percent start end scheme value code paid_on prices_include_vat
"""
NEEDED = frozenset(_ALWAYS.split())


@SYNTAXES
def test_an_order_that_says_everything_is_in_the_xml_with_everything(syntax):
    xml = xml_of(FULL, syntax)

    assert missing(xml, without(FULL, "payments.paid_on", "payments.reference"), OF_AN_ORDER) == []


@pytest.mark.usefixtures("networks")
def test_the_official_rules_have_nothing_against_an_order_that_says_everything():
    order = Order.model_validate_json(json.dumps(FULL))

    assert findings(an_invoice(order, SELLER)) == []


@settings(max_examples=60, deadline=None)
@given(said=some(FULL, NEEDED), syntax=st.sampled_from(["cii", "ubl"]))
def test_whatever_an_order_says_is_in_the_xml(said, syntax):
    xml = xml_of(said, syntax)

    assert missing(xml, without(said, "payments.paid_on", "payments.reference"), OF_AN_ORDER) == []


def xml_of(said: dict[str, Any], syntax: str) -> bytes:
    order = Order.model_validate_json(json.dumps(said))
    return einvoice_xml.write(terms.of(an_invoice(order, SELLER)), syntax)


def without(said: dict[str, Any], *places: str) -> dict[str, Any]:
    """Leave out what only some orders have in the XML."""
    copy = json.loads(json.dumps(said))
    for place in places:
        first, name = place.split(".")
        for each in copy.get(first, []):
            each.pop(name, None)
    return copy


@SYNTAXES
def test_a_paid_order_says_when_it_was_paid_and_by_which_payment(syntax):
    plain = {"lines": [{"description": "Lampe", "price": "120"}]}
    payment = {"paid_on": "2026-11-14", "amount": "120", "reference": "pi_42"}

    invoice = an_invoice(None, SELLER, **plain, payments=[payment])
    xml = einvoice_xml.write(terms.of(invoice), syntax)

    assert missing(xml, {"payments": [payment]}, OF_AN_ORDER) == []


@SYNTAXES
def test_an_exemption_is_in_the_xml_in_the_shops_words(syntax):
    exemption = {"code": "VATEX-EU-132-1I", "reason": "Exonération, article 261-4-4° du CGI."}
    line = {"description": "Cours", "price": "120", "supply": "services", "exemption": exemption}

    xml = einvoice_xml.write(terms.of(an_invoice(lines=[line])), syntax)

    assert missing(xml, {"lines": [line | {"supply": None, "price": None}]}, OF_AN_ORDER) == []


@SYNTAXES
def test_the_shops_own_totals_are_those_of_the_xml(syntax):
    totals = {"net": "100", "vat": "20", "total": "120.01"}
    line = {"description": "Lampe", "price": "100"}

    invoice = an_invoice(prices_include_vat=False, lines=[line], totals=totals)
    xml = einvoice_xml.write(terms.of(invoice), syntax)

    assert missing(xml, {"totals": totals}, OF_AN_ORDER) == []
    assert read(xml, "BT-114") == ["0.01"]


@SYNTAXES
def test_a_seller_is_in_the_xml_with_all_he_has_to_say(syntax):
    said = {
        name: value
        for name, value in json.loads(SELLER.model_dump_json(exclude_none=True)).items()
        if name in {place.partition(".")[0] for place in OF_A_SELLER}
    }
    xml = einvoice_xml.write(terms.of(an_invoice(None, SELLER)), syntax)

    assert missing(xml, said, OF_A_SELLER) == []
    assert read(xml, "BT-85") == ["Affacturage SA"]  # whose account it is


@SYNTAXES
@pytest.mark.parametrize("said", [{"whole": True}, {"lines": [{"line": "1", "quantity": "1"}]}])
def test_a_credit_note_names_its_invoice_and_describes_what_comes_back(syntax, said):
    order = Order.model_validate_json(json.dumps(without(FULL, "payments.reference")))
    invoice = an_invoice(order, SELLER)

    xml = einvoice_xml.write(terms.of(a_credit_note(invoice, **said)), syntax)

    assert read(xml, "BT-25") == [invoice.number]
    assert same(read(xml, "BT-26")[0], f"{invoice.issued_on}")
    details = {"lines": [{"details": FULL["lines"][0]["details"]}]}
    assert missing(xml, details, OF_AN_ORDER) == []


def test_a_rounding_amount_is_stated_in_the_invoices_own_currency():
    draft = a_draft(currency="CHF", rounding="0.02")

    xml = einvoice_xml.write(terms.of(draft.issue(number="FA-1", at=NOON)), "ubl")

    assert b'<cbc:PayableRoundingAmount currencyID="CHF">0.02<' in xml
    assert draft.totals.rounding == Money(Decimal("0.02"), "CHF")


def test_what_is_said_of_a_date_is_read_back_as_one():
    assert same("20261117", f"{date(2026, 11, 17)}")
    assert not same("20261117", "2026-11-18")
