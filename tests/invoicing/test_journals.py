"""What an invoice's payments brought too much, whichever came first."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from invoicing import credit_notes
from invoicing.journals import Journal
from invoicing.money import Money, total
from tests.builders import NOON, a_credit, a_movement, a_receipt_draft, an_invoice, eur

CENTS = st.integers(1, 30_000).map(lambda cents: Money.from_minor(cents, "EUR"))


@given(came=st.lists(CENTS, min_size=1, max_size=6), late=st.integers(0, 5_000))
def test_what_payments_brought_too_much_comes_to_what_is_too_much_in_all(came, late):
    invoice, costs = an_invoice(), Money.from_minor(late, "EUR")
    journal = Journal(paid(came))

    over = [journal.as_of(each).brought_too_much(invoice, late=costs) for each in journal.receipts]

    too_much = total(came, "EUR") - invoice.draft.totals.due - costs
    assert total(over, "EUR") == max(too_much, eur("0.00"))
    assert all(eur("0.00") <= each <= sum_ for each, sum_ in zip(over, came, strict=True))


@given(came=st.lists(CENTS, min_size=2, max_size=6), credited=st.integers(1, 12_000))
def test_what_came_later_changes_nothing_of_what_a_payment_brought_too_much(came, credited):
    invoice, nothing = an_invoice(), eur("0.00")
    receipts = paid(came)
    draft = credit_notes.draft(a_credit(amount=f"{credited / 100:.2f}"), invoice)
    later = draft.issue(number="AV-2026-000001", at=receipts[0].issued_at)

    alone = Journal(receipts[:1]).brought_too_much(invoice, late=nothing)

    everything = Journal(receipts, [later])
    assert everything.as_of(receipts[0]).brought_too_much(invoice, late=nothing) == alone


def paid(came):
    """Give the receipts of payments that came a minute after each other."""
    return [
        a_receipt_draft(movement=a_movement(f"{each.amount}", id=f"pi_{n}")).issue(
            number=f"RC-2026-{n:06d}",
            at=NOON + timedelta(minutes=n),
        )
        for n, each in enumerate(came, start=1)
    ]
