"""An invoice's timeline: what happened to it, and why something did not, in order of time.

Everything is read off facts. A reminder that was not sent has its reason in them: the invoice was
paid, frozen, or a higher level had come when its day was made up for.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from invoicing import timeline_reasons, working_hours
from invoicing.archive import Stored
from invoicing.cases import Case
from invoicing.credit_notes import CreditNote
from invoicing.freezes import FreezeReason, Freezes, Past
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.money import Money
from invoicing.notices import Notice
from invoicing.payments import Receipt
from invoicing.records import Instant, Record
from invoicing.reminders import Agenda
from invoicing.working_hours import Rests

_A_DAY, _A_MOMENT = timedelta(days=1), timedelta(milliseconds=1)

What = Literal[
    "issued",
    "stored",
    "mail",
    "money",
    "credit_note",
    "late_payment",
    "case_opened",
    "case_decided",
    "frozen",
    "freeze_ended",
    "reminder",
    "reminder_not_sent",
    "handed_over",
    "next_reminder",
]


class Event(Record):
    """One thing that happened, or that is planned, or that did not happen on its day."""

    at: Instant
    what: What
    number: str | None = None  # of the document that it is about, where it is another
    occasion: str | None = None  # of a mail
    level: int | None = None  # of a reminder
    state: str | None = None  # of a mail: as far as it got
    since: Instant | None = None  # when it got there
    attempts: int | None = None
    way: str | None = None  # of a mail that went to another: fallback, copy; or paper
    amount: Money | None = None  # gained, less than nothing where money left
    reason: str | None = None
    until: date | None = None  # of a freeze: its last day


class Facts(NamedTuple):
    """What is known of an invoice."""

    invoice: Invoice
    stored: Stored | None
    notices: Sequence[Notice]
    receipts: Sequence[Receipt]
    credit_notes: Sequence[CreditNote]
    claims: Sequence[LatePaymentNote]  # of late payment, beside what the invoice asks
    cases: Sequence[Case]
    freezes: Freezes
    agenda: Agenda | None  # the next reminder; None where none will come


def tell(facts: Facts, rests: Rests, *, at: datetime) -> list[Event]:
    """Tell all that happened until now, oldest first, and then what is planned."""
    happened = [
        *_documents(facts),
        *_claims(facts),
        *_mails(facts),
        *_cases(facts),
        *_freezes(facts),
        *_reminders(facts, rests, at),
    ]
    planned = list(_next(facts, at))
    return [*sorted(happened, key=lambda event: event.at), *planned]


def _documents(facts: Facts) -> Iterator[Event]:
    invoice = facts.invoice
    yield Event(at=invoice.issued_at, what="issued", amount=invoice.draft.totals.due)
    if facts.stored:
        version = facts.stored.template_version
        yield Event(at=_stored_at(facts), what="stored", reason=f"template {version}")
    for receipt in facts.receipts:
        movement = receipt.draft.movement
        yield Event(
            at=receipt.issued_at,
            what="money",
            number=receipt.number,
            amount=movement.gained,
            reason=movement.kind,
        )
    for note in facts.credit_notes:
        yield Event(
            at=note.issued_at, what="credit_note", number=note.number, amount=-note.draft.amount
        )


def _claims(facts: Facts) -> Iterator[Event]:
    for each in facts.claims:
        yield Event(
            at=each.issued_at,
            what="late_payment",
            number=each.number,
            amount=each.draft.amount,
            reason=each.draft.reason,
        )


def _mails(facts: Facts) -> Iterator[Event]:
    """Tell the mails about documents; the invoice's is asked for once its files are stored."""
    for each in facts.notices:
        if each.key.occasion != "reminder":
            told = _mail(each, facts)
            at = max(told.at, _stored_at(facts)) if each.key.occasion == "invoice" else told.at
            yield told.model_copy(update={"what": "mail", "at": at})


def _stored_at(facts: Facts) -> datetime:
    """Give when the files were stored; of those of which that was not kept, when it was issued."""
    known = facts.stored.at if facts.stored else None
    return known or facts.invoice.issued_at


def _mail(notice: Notice, facts: Facts) -> Event:
    key, on_paper = notice.key, notice.state in {"PAPER", "POSTED"}
    return Event(
        at=_began(notice, facts),
        what="reminder",
        number=key.number if key.number != facts.invoice.number else None,
        occasion=key.occasion,
        level=key.level or None,
        state=notice.state.lower(),
        since=notice.since,
        attempts=notice.attempt,
        way=key.way or ("paper" if on_paper else None),
        reason=_called_off(notice, facts) or timeline_reasons.of_mail(notice),
    )


def _began(notice: Notice, facts: Facts) -> datetime:
    """Give when a mail was owed; to the other address, when the first gave it back."""
    if notice.key.way != "fallback":
        return notice.owed_at
    first = notice.key.model_copy(update={"way": None})
    gone = [each.since for each in facts.notices if each.key == first]
    return max(notice.owed_at, min([notice.since, *gone]))


def _called_off(notice: Notice, facts: Facts) -> str | None:
    """Say why a reminder did not leave: by what was known within the day on which it was to."""
    if notice.state != "CANCELLED" or notice.key.occasion != "reminder":
        return None
    if not _due_at(facts, notice.since + _A_DAY):
        return timeline_reasons.SETTLED
    held = _frozen(facts, _day(notice.since, facts))
    return held.why if held else None


def _cases(facts: Facts) -> Iterator[Event]:
    for case in facts.cases:
        yield Event(
            at=case.opened_at, what="case_opened", number=case.key.id, reason=case.about.kind
        )
        if case.decision:
            ruling = case.decision.ruling.decision
            decided = {"number": case.key.id, "reason": ruling}
            yield Event(at=case.decision.at, what="case_decided", **decided)


def _freezes(facts: Facts) -> Iterator[Event]:
    for past in facts.freezes.past:
        begun = facts.freezes.begun(past)
        yield Event(at=begun, what="frozen", reason=past.reason, until=past.until)
        yield Event(at=_ended(past, facts), what="freeze_ended", reason=past.reason)
    for each in facts.freezes.freezes:
        begun = facts.freezes.begun(each)
        yield Event(at=begun, what="frozen", reason=each.reason, until=each.until)


def _reminders(facts: Facts, rests: Rests, at: datetime) -> Iterator[Event]:
    """Tell each level whose day has come: it was sent, late perhaps, or it was not, and why."""
    sent = {each.key.level: each for each in facts.notices if _is_first(each)}
    planned, today = _planned(facts), _day(at, facts)
    while planned and planned.on <= today:
        notice = sent.get(planned.level)
        if notice:
            late = _moved(planned, notice, facts, rests)
            event = _mail(notice, facts)
            yield event.model_copy(update={"reason": event.reason or late})
        else:
            yield from _not_sent(planned, facts, sent)
        level = planned.level + 1
        planned = planned.at(level) if level <= len(planned.plan) else None
    yield from (_mail(each, facts) for each in facts.notices if _is_second(each))


def _planned(facts: Facts) -> Agenda | None:
    """Give the first step of the plan as it is now: a debt that came back moved what was left.

    Of one that was paid years ago the moved days are forgotten (`_is_known`).
    """
    first, agenda = Agenda.first(facts.invoice), facts.agenda
    return first.model_copy(update={"steps": agenda.steps}) if first and agenda else first


def _is_known(day: date, facts: Facts) -> bool:
    """Say whether the plan's own days hold on a day: what was settled may have moved them."""
    settled = (at for at in _moments(facts) if not _due_at(facts, at))
    first = min(settled, default=None)
    return facts.agenda is not None or first is None or day <= _day(first, facts)


def _moments(facts: Facts) -> Iterator[datetime]:
    yield from (each.issued_at for each in facts.receipts)
    yield from (each.issued_at for each in facts.credit_notes)


def _is_first(notice: Notice) -> bool:
    return notice.key.occasion == "reminder" and not notice.key.way


def _is_second(notice: Notice) -> bool:
    return notice.key.occasion == "reminder" and bool(notice.key.way)


def _moved(planned: Agenda, notice: Notice, facts: Facts, rests: Rests) -> str | None:
    """Say why a reminder was sent on another day than planned; None if it was not."""
    opens = working_hours.opening(_midnight(planned.on, facts), planned.country, rests)
    owed_on = _day(notice.owed_at, facts)
    if owed_on == planned.on or not _is_known(planned.on, facts):
        return None
    held = _frozen(facts, planned.on)
    if held:
        return f"late: {held.why}"
    return (
        timeline_reasons.NOT_AT_WORK if owed_on == _day(opens, facts) else timeline_reasons.MISSED
    )


def _not_sent(planned: Agenda, facts: Facts, sent: dict[int, Notice]) -> Iterator[Event]:
    """Say why a level was left out; nothing of one that is still to come."""
    agenda, day = facts.agenda, _midnight(planned.on, facts)
    if agenda and agenda.handed_over_on and planned.step.tone == "hand_over":
        yield Event(at=_midnight(agenda.handed_over_on, facts), what="handed_over")
        return
    left_out = Event(at=day, what="reminder_not_sent", level=planned.level)
    held = _frozen(facts, planned.on)
    higher = min((level for level in sent if level > planned.level), default=None)
    reason: dict[str, object] | None = None
    if not _due_at(facts, day):
        reason = {"reason": timeline_reasons.SETTLED}
    elif not _is_known(planned.on, facts):
        return
    elif held:
        reason = {"reason": held.why, "until": held.until}
    elif higher:
        reason = {"reason": timeline_reasons.higher(higher)}
    elif not agenda or agenda.paid_on or agenda.has_ended:
        open_ = _due_now(facts)
        why = timeline_reasons.NOTHING_PLANNED if open_ else timeline_reasons.SETTLED
        reason = {"reason": why}
    if reason:
        yield left_out.model_copy(update=reason)


def _next(facts: Facts, at: datetime) -> Iterator[Event]:
    agenda = facts.agenda
    if not agenda or agenda.handed_over_on or agenda.has_ended or not _due_now(facts):
        return
    holding = facts.freezes.holding(_day(max(at, agenda.wakes_at), facts))
    why = timeline_reasons.frozen(holding[0].reason) if holding else None
    reason = f"waits: {why}" if why else agenda.step.tone
    until = holding[0].until if holding else None
    yield Event(
        at=agenda.wakes_at, what="next_reminder", level=agenda.level, reason=reason, until=until
    )


class _Held(NamedTuple):
    reason: FreezeReason
    until: date | None

    @property
    def why(self) -> str:
        return timeline_reasons.frozen(self.reason)


def _frozen(facts: Facts, day: date) -> _Held | None:
    """Find a freeze that held on a civil day."""
    for each in facts.freezes.freezes:
        if _day(facts.freezes.begun(each), facts) <= day and each.holds(day):
            return _Held(each.reason, each.until)
    for past in facts.freezes.past:
        last = _day(_ended(past, facts), facts)
        if _day(facts.freezes.begun(past), facts) <= day <= last:
            return _Held(past.reason, last)
    return None


def _ended(past: Past, facts: Facts) -> datetime:
    """Give when a freeze held no more: when it was lifted, or with its last day before that."""
    if past.until is None:
        return past.ended_at
    return min(past.ended_at, _midnight(past.until + _A_DAY, facts) - _A_MOMENT)


def _due_now(facts: Facts) -> bool:
    return _due_at(facts, datetime.max.replace(tzinfo=facts.invoice.issued_at.tzinfo))


def _due_at(facts: Facts, moment: datetime) -> bool:
    """Say whether anything was open at a moment, by the documents that were issued before it."""
    open_ = facts.invoice.draft.totals.due
    for receipt in facts.receipts:
        if receipt.issued_at <= moment:
            open_ -= receipt.draft.movement.gained
    for note in facts.credit_notes:
        if note.issued_at <= moment:
            open_ -= note.draft.amount
    return open_.amount > 0


def _day(at: datetime, facts: Facts) -> date:
    return facts.invoice.draft.seller.day(at)


def _midnight(day: date, facts: Facts) -> datetime:
    return datetime.combine(day, time(), facts.invoice.draft.seller.timezone)
