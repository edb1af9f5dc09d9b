"""What a paper can be checked by: bound to what it says, and no key to anything."""

import re
from datetime import date

import pytest

from invoicing import authenticity, credit_notes
from invoicing.credit_notes import Credit
from tests.builders import NOON, SITE, TOKEN, a_draft, a_seller, an_invoice

IBAN = "FR7630006000011234567890189"
OTHER = "DE89370400440532013000"


def test_the_address_names_seller_and_number_beside_the_buyers_pages():
    invoice = an_invoice()

    prefix = f"{SITE}/a/atelier/FA-2026-000001/"
    assert authenticity.address(invoice) == prefix + authenticity.proof(invoice)
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", authenticity.proof(invoice))


def test_it_does_not_tell_the_secret_that_opens_the_buyers_page():
    invoice = an_invoice()

    assert TOKEN in invoice.page
    assert TOKEN not in authenticity.address(invoice)
    assert authenticity.proof(invoice) != TOKEN


FORGED = {
    "number": {"number": "FA-2026-000002"},
    "date": {"issued_on": date(2026, 11, 22)},
    "sum": {"draft": a_draft(lines=[{"description": "Lampe", "price": "1200.00"}])},
    "account": {"draft": a_draft(seller=a_seller(iban=OTHER))},
    "secret": {"draft": a_draft().model_copy(update={"token": "u" * 22})},
}


@pytest.mark.parametrize("changes", FORGED.values(), ids=FORGED)
def test_a_paper_with_another_number_date_sum_or_account_is_not_confirmed(changes):
    ours = an_invoice(a_draft(seller=a_seller(iban=IBAN)))
    forged = ours.model_copy(update=changes)

    assert authenticity.confirms(ours, authenticity.proof(ours))
    assert not authenticity.confirms(forged, authenticity.proof(ours))


@pytest.mark.parametrize("shown", ["", "é", "t" * 22])
def test_what_is_no_proof_confirms_nothing(shown):
    assert not authenticity.confirms(an_invoice(), shown)


def test_a_credit_note_has_a_proof_of_its_own():
    invoice = an_invoice()
    credit = Credit(id="C-1", reason="Article rendu", whole=True)
    note = credit_notes.draft(credit, invoice).issue(number="AV-2026-000001", at=NOON)

    assert authenticity.address(note).startswith(f"{SITE}/a/atelier/AV-2026-000001/")
    assert authenticity.proof(note) != authenticity.proof(invoice)
