from datetime import timedelta

from invoicing import payments
from invoicing.views import accounts
from tests.builders import NOON, a_draft, a_movement, an_invoice, eur

INVOICE = an_invoice()


def a_receipt(number="RC-2026-000001", **movement):
    draft = payments.receipt_draft(INVOICE, a_movement(**movement))
    return draft.issue(number=number, at=NOON)


def test_what_was_paid_at_the_shop_comes_first_and_has_no_receipt_of_ours():
    at_the_till = {"amount": "20.00", "paid_on": "2026-11-20", "means": "cash"}
    invoice = an_invoice(a_draft(payments=[at_the_till]))

    first, second = accounts.moves(invoice, [a_receipt(amount="100.00")])

    assert (first.amount, first.means, first.receipt) == (eur("20.00"), "cash", None)
    assert (second.amount, second.receipt) == (eur("100.00"), "RC-2026-000001")


def test_what_left_again_is_less_than_nothing_and_a_refund_has_its_receipt():
    [back] = accounts.moves(INVOICE, [a_receipt(amount="30.00", id="re_1", kind="refund")])

    assert (back.amount, back.kind, back.receipt) == (eur("-30.00"), "refund", "RC-2026-000001")


def test_the_moves_of_a_dispute_are_shown_without_the_sellers_own_record():
    kinds = ("dispute_withdrawn", "dispute_reinstated")
    receipts = [a_receipt(amount="30.00", id=f"dp_1.{kind}", kind=kind) for kind in kinds]

    taken, given = accounts.moves(INVOICE, receipts)

    assert (taken.amount, given.amount) == (eur("-30.00"), eur("30.00"))
    assert taken.receipt is given.receipt is None


def test_payments_are_shown_on_the_sellers_civil_day():
    late_evening = NOON.replace(hour=23, minute=30)  # half past midnight in Paris

    [move] = accounts.moves(INVOICE, [a_receipt(arrived_at=late_evening)])

    assert move.on == NOON.date() + timedelta(days=1)
