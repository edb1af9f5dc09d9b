"""What may stand on one invoice: EN 16931 tells supplies apart by category and rate alone."""

from invoicing import drafts
from invoicing.errors import Held
from tests.invoicing.einvoices import (
    BERLIN,
    GERMAN_HOTEL,
    LINK,
    a_draft,
    a_line,
    a_seller,
    an_order,
    found,
)

JOERG = {"name": "Jörg Weiß", "address": BERLIN}
VIENNA = {
    "name": "Anna Huber",
    "address": {"line1": "1", "postcode": "1010", "city": "Wien", "country": "AT"},
}
SWISS_HOTEL = {
    "kind": "business",
    "name": "Hotel",
    "address": {"line1": "1", "postcode": "8001", "city": "Zürich", "country": "CH"},
}
EXEMPT = {"code": "VATEX-EU-132-1I", "reason": "Exonération, article 261-4-4° du CGI."}


def held_together(lines, seller=None, **changes):
    order = an_order(lines=lines, **changes)
    seller = seller or a_seller()
    held = drafts.draft(order, seller, LINK, found(order, seller))
    assert isinstance(held, Held)
    return [reason.code for reason in held.reasons]


def test_what_is_outside_the_scope_stands_alone():
    assert held_together([a_line("1"), a_line("1", supply="services")], buyer=SWISS_HOTEL) == [
        "outside_scope_not_alone"
    ]


def test_two_reasons_for_one_rate_need_two_invoices():
    used = a_line("1", margin_scheme="second_hand")

    assert held_together([used, a_line("1", exemption=EXEMPT)]) == ["vat_not_told_apart"]


def test_one_state_takes_one_rate_by_two_rules_in_one_sum():
    draft = a_draft(
        seller=a_seller(oss=False),
        buyer=JOERG,
        lines=[a_line("10"), a_line("5", supply="services")],
    )

    (vat,) = draft.vat
    assert vat.decision.rate == 20
    assert "art. 59c; Directive 2006/112/EC, art. 31" in vat.decision.rule


def test_two_states_with_the_same_rate_need_two_invoices():
    assert held_together([a_line("1"), a_line("1", supply="services")], buyer=VIENNA) == [
        "vat_not_told_apart"
    ]


def test_a_seller_without_a_vat_number_neither_charges_nor_takes_off():
    seller = a_seller(vat_number=None)

    assert held_together([a_line("1")], seller=seller) == ["seller_vat_number_missing"]
    assert held_together([a_line("1")], seller=seller, buyer=GERMAN_HOTEL) == [
        "seller_vat_number_missing"
    ]


def test_a_sellers_own_malformed_number_is_found_before_an_invoice_shows_it():
    seller = a_seller(registration="732829321")

    assert held_together([a_line("1")], seller=seller) == ["seller_number_malformed"]
