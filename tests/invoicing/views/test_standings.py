from datetime import timedelta

import pytest

from invoicing.cases import Case, Ruling
from invoicing.money import Money
from invoicing.payments import Balance
from invoicing.views import standings
from tests.builders import NOON, a_case, a_dispute
from tests.invoicing.einvoices import a_sample, an_invoice

INVOICE = an_invoice(a_sample("french-consumer"))
ASKED = INVOICE.draft.totals.due
DAY = INVOICE.issued_on
LATE = INVOICE.due_on + timedelta(days=1)
ALL = ASKED.minor


def eur(minor):
    return Money.from_minor(minor, "EUR")


def state(*found: Case, today=DAY, attempt="none", **cents):
    sums = {"paid": 0} | cents
    balance = Balance(asked=ASKED, **{name: eur(minor) for name, minor in sums.items()})
    return standings.state(INVOICE, balance, found, today=today, attempt=attempt)


@pytest.mark.parametrize(
    ("cents_paid", "today", "attempt", "expected", "pays"),
    [
        (0, DAY, "none", "open", True),
        (0, INVOICE.due_on, "none", "open", True),
        (0, LATE, "none", "overdue", True),
        (100, DAY, "none", "partly_paid", True),
        (100, LATE, "none", "overdue", True),
        (0, DAY, "returned", "confirming", False),
        (100, LATE, "returned", "confirming", False),
        (0, LATE, "in_process", "in_process", False),
        (0, LATE, "awaited", "awaited", False),
        (ALL, LATE, "returned", "thanks", False),
        (ALL, LATE, "none", "paid", False),
        (ALL, LATE, "in_process", "paid", False),
        (ALL + 1, DAY, "none", "overpaid", False),
        (ALL + 1, DAY, "returned", "overpaid", False),
    ],
)
def test_the_state_follows_from_what_is_paid_the_day_and_the_attempt(
    cents_paid, today, attempt, expected, pays
):
    found = state(paid=cents_paid, today=today, attempt=attempt)

    assert (found, found in standings.PAYABLE) == (expected, pays)


def test_money_that_a_bank_took_back_is_not_asked_for_again_by_the_page():
    assert state(paid=ALL, withdrawn=ALL) == "disputed"
    assert state(paid=ALL, withdrawn=ALL, today=LATE) == "disputed"
    assert state(paid=ALL, withdrawn=100) == "disputed"
    assert "disputed" not in standings.PAYABLE


def test_what_was_given_back_is_credited_and_then_refunded():
    assert state(credited=ALL) == "credited"
    assert state(paid=ALL, credited=ALL) == "overpaid"
    assert state(paid=ALL, credited=ALL, refunded=ALL) == "refunded"


def test_a_refund_without_a_credit_note_leaves_the_invoice_open():
    assert state(paid=ALL, refunded=ALL) == "open"
    assert state(paid=ALL, refunded=100) == "partly_paid"


def test_a_lost_dispute_is_asked_for_again_once_its_seller_decides_so():
    lost = a_case(a_dispute(status="lost"))
    chased = lost.decided(Ruling(decision="chase"), at=NOON)
    other = a_case(a_dispute(id="dp_2", status="under_review"))

    assert state(lost, paid=ALL, withdrawn=ALL) == "disputed"
    assert state(chased, paid=ALL, withdrawn=ALL) == "open"
    assert state(chased, other, paid=ALL, withdrawn=ALL) == "disputed"


def test_a_dispute_that_was_won_is_not_asked_for_before_its_money_is_back():
    won = a_case(a_dispute(status="won"))

    assert state(won, paid=ALL, withdrawn=ALL) == "disputed"
    assert state(won, paid=ALL) == "paid"
