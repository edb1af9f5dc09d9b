"""Credit notes, deposits and final invoices under the official rules."""

from typing import Any

import pytest

from invoicing.einvoice import rules, terms
from tests.invoicing.einvoice import drawn
from tests.invoicing.einvoice.judged import findings
from tests.invoicing.einvoices import (
    FRENCH_HOTEL,
    GERMAN_HOTEL,
    NOON,
    PARIS,
    a_credit_note,
    a_final,
    a_line,
    an_invoice,
)

SELLER = drawn.a_seller_in("FR", electronic_address=drawn.GLN)
pytestmark = pytest.mark.usefixtures("networks")

BUYERS = {
    "a consumer": {"name": "Camille Moreau", "address": PARIS},
    "a French business": FRENCH_HOTEL,
    "a German business": GERMAN_HOTEL,
    "a German authority": GERMAN_HOTEL
    | {"address": drawn.address_in("DE"), "email": "b@b.example", "reference": drawn.LEITWEG},
    "a business on Peppol": GERMAN_HOTEL | {"electronic_address": drawn.GLN},
}
LINES: dict[str, Any] = {
    "lines": [a_line("120.00", quantity="2"), a_line("55.00", vat="second_reduced")]
}
ADJUSTED: dict[str, Any] = LINES | {
    "allowances": [{"reason": "Bienvenue", "amount": "12.00"}],
    "charges": [{"reason": "Livraison", "amount": "6.00"}],
}


@pytest.mark.parametrize("buyer", BUYERS.values(), ids=BUYERS)
@pytest.mark.parametrize(
    "said", [{"whole": True}, {"amount": "13.37"}, {"lines": [{"line": "1", "quantity": "1"}]}]
)
def test_the_official_rules_have_nothing_against_a_credit_note(buyer, said):
    assert findings(a_credit_note(an_invoice(seller=SELLER, buyer=buyer, **ADJUSTED), **said)) == []


def test_a_credit_note_in_another_currency_states_the_vat_at_home():
    note = a_credit_note(an_invoice(currency="USD", **LINES), amount="20.00")

    assert terms.of(note)["BT-6"] == "EUR"
    assert findings(note) == []


def test_a_credit_note_is_positive_and_names_its_invoice():
    invoice = an_invoice(payments=[{"paid_on": "2026-11-20", "amount": "120.00"}])

    given = terms.of(a_credit_note(invoice, whole=True))

    assert given["BT-3"] == "381"
    assert given["BG-3"] == [{"BT-25": "FA-2026-000001", "BT-26": invoice.issued_on}]
    assert (given["BT-112"], given["BT-115"]) == ("120.00", "120.00")
    assert {"BT-22": "Article rendu"} in given["BG-1"]
    assert "BT-84" not in given  # nobody pays a credit note to the seller


@pytest.mark.parametrize("buyer", BUYERS.values(), ids=BUYERS)
def test_the_official_rules_have_nothing_against_a_deposit_and_the_final_invoice(buyer):
    deposit = an_invoice(seller=SELLER, buyer=buyer, deposit={"percent": "30"}, **ADJUSTED)
    final = a_final(deposit, seller=SELLER, buyer=buyer, **ADJUSTED)

    assert findings(deposit) == findings(final) == []
    assert (terms.of(deposit)["BT-3"], terms.of(final)["BT-3"]) == ("386", "380")
    assert terms.of(final)["BG-3"] == [{"BT-25": deposit.number, "BT-26": deposit.issued_on}]


def test_a_final_invoice_says_that_a_deposit_went_before():
    final = a_final(an_invoice(deposit={"percent": "30"}, **ADJUSTED), **ADJUSTED)

    assert terms.of(final)["BT-23"] == "B4"


def test_a_deposit_was_not_delivered_and_its_vat_falls_due_with_the_payment():
    given = terms.of(an_invoice(deposit={"percent": "30"}))

    assert "BT-72" not in given
    assert given["BT-8"] == "payment"


@pytest.mark.parametrize("buyer", BUYERS.values(), ids=BUYERS)
def test_deposit_and_final_invoice_can_be_credited(buyer):
    deposit = an_invoice(seller=SELLER, buyer=buyer, deposit={"percent": "30"}, **ADJUSTED)
    final = a_final(deposit, seller=SELLER, buyer=buyer, **ADJUSTED)

    for invoice in (deposit, final):
        for said in ({"whole": True}, {"amount": "20.00"}):
            assert findings(a_credit_note(invoice, **said)) == []


def test_among_french_businesses_a_deposits_credit_note_has_a_type_of_its_own():
    deposit = an_invoice(buyer=FRENCH_HOTEL, deposit={"percent": "30"})

    assert a_credit_note(deposit, whole=True).draft.type_code == "503"


def test_the_rehearsal_has_a_number_that_no_credit_note_ever_has():
    draft = a_credit_note(an_invoice(), whole=True).draft

    assert rules.rehearse(draft, at=NOON).number == "AV-2026-000000"
