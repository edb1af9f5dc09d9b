"""Late payment notes: no day is claimed twice, and what is taken back can be claimed again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import late_payment_notes
from invoicing.errors import Held
from invoicing.journals import Journal
from invoicing.late_payment_notes import (
    Asked,
    History,
    LatePaymentClaim,
    LatePaymentNote,
    Withdrawal,
)
from invoicing.law import late_payment as law
from invoicing.money import total
from invoicing.views import late_payment_notes as sheets
from invoicing.views.letterheads import in_groups
from tests.builders import (
    NOON,
    a_late_invoice,
    a_movement,
    a_receipt_draft,
    a_seller,
    an_invoice,
    eur,
)

INVOICE = a_late_invoice()
TODAY = date(2026, 11, 21)
IBAN = "FR7630006000011234567890189"


def claimed(until=None, **said):
    claim = LatePaymentClaim(id="P-1", until=until, **said)
    return Asked(invoice=INVOICE.number, today=TODAY, claim=claim)


def withdrawn(number):
    withdrawal = Withdrawal(id="W-1", reason="Geste commercial")
    return Asked(invoice=INVOICE.number, today=TODAY, withdrawal=withdrawal, withdraws=number)


def told(*asked: Asked, invoice=INVOICE):
    """Issue one note after the other; none may be refused."""
    notes = []
    for each in asked:
        draft = late_payment_notes.draft(each, History(invoice, notes=notes))
        assert not isinstance(draft, Held), draft
        notes.append(draft.issue(number=f"PR-2026-{len(notes) + 1:06}", at=NOON))
    return notes


def why_not(asked, *notes: LatePaymentNote, invoice=INVOICE):
    held = late_payment_notes.draft(asked, History(invoice, notes=notes))
    assert isinstance(held, Held), held
    return [reason.code for reason in held.reasons]


def test_a_claim_goes_to_today_and_holds_the_forty_euros():
    [note] = told(claimed())

    computed = note.draft.computed
    assert (computed.since, computed.until) == (date(2026, 11, 1), TODAY)
    assert computed.compensation == eur("40.00")
    assert note.draft.amount == computed.total


def test_a_note_can_be_paid_from_the_paper_and_what_takes_it_back_asks_for_nothing():
    invoice = a_late_invoice(seller=a_seller(payment_days=0, iban=IBAN))
    note, back = told(claimed(), withdrawn("PR-2026-000001"), invoice=invoice)

    transfer = sheets.sheet(note).transfer

    assert transfer
    assert (transfer.reference, transfer.iban) == ("PR-2026-000001", in_groups(IBAN, 4))
    assert sheets.sheet(back).transfer is None


def test_the_next_claim_goes_on_from_the_next_day_without_the_forty_euros():
    first, second = told(claimed(date(2026, 11, 10)), claimed())

    assert second.draft.computed.since == date(2026, 11, 11)
    assert second.draft.computed.compensation == eur("0.00")
    assert second.draft.earlier == (first.number,)


def test_the_forty_euros_are_claimed_without_a_rate_and_the_interest_once_it_is_known(monkeypatch):
    monkeypatch.setattr(law, "of", lambda _: law.Interest("of a year without a rate", {}))
    [first] = told(claimed())
    assert (first.draft.amount, sheets.sheet(first).spans) == (eur("40.00"), ())
    assert History(INVOICE, notes=[first]).overclaimed == eur("0.00")

    monkeypatch.undo()
    second = late_payment_notes.draft(claimed(), History(INVOICE, notes=[first]))

    assert second.computed.since == date(2026, 11, 1)
    assert second.computed.compensation == eur("0.00")


def test_what_is_claimed_already_is_not_claimed_again():
    assert why_not(claimed(), *told(claimed())) == ["nothing_owed"]
    assert why_not(claimed(date(2026, 11, 9)), *told(claimed(date(2026, 11, 10)))) == [
        "nothing_owed"
    ]


def test_the_future_is_not_claimed():
    assert why_not(claimed(TODAY + timedelta(days=1))) == ["not_over"]


def test_a_consumer_who_was_not_given_notice_owes_nothing_and_the_seller_is_told_why():
    consumer = an_invoice().model_copy(update={"due_on": date(2026, 10, 31)})

    assert why_not(claimed(), invoice=consumer) == ["nothing_owed", "no_notice_of_default"]


def test_a_claim_that_is_taken_back_can_be_made_again():
    first, back, again = told(claimed(), withdrawn("PR-2026-000001"), claimed())

    assert back.draft.amount == -first.draft.amount
    assert back.draft.withdraws.number == first.number
    assert again.draft.amount == first.draft.amount


def test_only_the_latest_claim_that_stands_is_taken_back():
    first, second = told(claimed(date(2026, 11, 10)), claimed())

    assert why_not(withdrawn(first.number), first, second) == ["not_the_latest"]
    back = told(claimed(date(2026, 11, 10)), claimed(), withdrawn(second.number))
    assert why_not(withdrawn(second.number), *back) == ["not_the_latest"]
    assert told(
        claimed(date(2026, 11, 10)),
        claimed(),
        withdrawn("PR-2026-000002"),
        withdrawn("PR-2026-000001"),
    )


def test_a_notice_of_default_need_be_told_once():
    consumer = an_invoice().model_copy(update={"due_on": date(2026, 10, 31)})
    asked = claimed(date(2026, 11, 10), notified_on=date(2026, 11, 2))
    draft = late_payment_notes.draft(asked, History(consumer))
    note = draft.issue(number="PR-2026-000001", at=NOON)

    rest = History(consumer, notes=[note]).unclaimed(until=TODAY)

    assert rest.since == date(2026, 11, 11)


@pytest.mark.parametrize("said", [{}, {"withdrawal": Withdrawal(id="1", reason="x")}])
def test_what_is_asked_is_a_claim_or_the_withdrawal_of_a_note(said):
    with pytest.raises(ValueError, match="it is a claim"):
        Asked(invoice="FA-2026-000001", today=TODAY, **said)


@given(st.lists(st.integers(0, 25), max_size=12))
def test_whatever_is_claimed_and_taken_back_what_stands_is_each_day_once(steps):
    """A step of 0 takes the latest claim back, any other claims up to that day of November."""
    notes = []
    for step in steps:
        history = History(INVOICE, notes=tuple(notes))
        standing = history.standing
        asked = claimed(date(2026, 11, min(step, 21))) if step else None
        if not step and standing:
            asked = withdrawn(standing[-1].number)
        draft = late_payment_notes.draft(asked, history) if asked else None
        if draft and not isinstance(draft, Held):
            notes.append(draft.issue(number=f"PR-2026-{len(notes) + 1:06}", at=NOON))

    standing = History(INVOICE, notes=tuple(notes)).standing
    spans = [span for each in standing for span in each.draft.computed.spans]
    days = [span.first + timedelta(days=n) for span in spans for n in range(span.days)]
    last = max((each.draft.computed.until for each in standing), default=None)

    assert days == sorted(set(days))
    if last:
        whole = History(INVOICE).unclaimed(until=last)
        assert total((each.draft.amount for each in notes), "EUR") == whole.total


@given(
    until=st.lists(st.integers(1, 21), max_size=3),
    day=st.integers(1, 30),
    cents=st.integers(1, 200_00),
)
def test_money_makes_claims_too_large_by_the_interest_of_the_days_that_it_was_there(
    until, day, cents
):
    """By no more than was claimed, and by nothing where it came after the last day claimed."""
    notes = []
    for last in sorted(set(until)):
        draft = late_payment_notes.draft(
            claimed(date(2026, 11, last)), History(INVOICE, notes=notes)
        )
        assert not isinstance(draft, Held)
        notes.append(draft.issue(number=f"PR-2026-{len(notes) + 1:06}", at=NOON))
    assert not History(INVOICE, notes=notes).overclaimed
    arrived = datetime(2026, 11, day, 12, tzinfo=UTC)
    money = a_movement(f"{cents / 100:.2f}", arrived_at=arrived)
    receipt = a_receipt_draft(INVOICE, money).issue(number="RC-2026-000001", at=arrived)

    excess = History(INVOICE, Journal((receipt,)), notes).overclaimed

    assert eur("0.00") <= excess <= total((each.draft.amount for each in notes), "EUR")
    if not until or day >= max(until):
        assert not excess
