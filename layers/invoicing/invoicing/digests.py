"""A seller's digest: one mail a day of what waits for him, and what happened since the last one.

It is made in the morning of the seller's zone and kept as it was made, quiet days too: the next one
goes on where it ended, so a morning that was missed is told of the next day. What happened within
the last hour is left to the next one, because not all of it need be written down yet.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, Self

from invoicing import turnover
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.ledger import Entry
from invoicing.money import Money
from invoicing.parties import Seller
from invoicing.payments import MovementKind, Receipt
from invoicing.records import Instant, Record
from invoicing.tasks import Task

HOUR = 7  # of the seller's zone: the first in which it is made
MOST_NAMED = 12  # tasks; of the others the mail tells how many
MOST_COUNTED = 200
SETTLED = timedelta(hours=1)
"""What happened longer ago than that is written down: a document's commit comes seconds after its
time, a report and a reminder's claim as late as their run is tried again."""
_A_DAY = timedelta(days=1)

Happening = Literal["invoice", "credit_note", "late_payment", "payout"] | MovementKind


class Row(Record):
    """What happened of one kind in one currency: how often, and the sum."""

    kind: Happening
    count: int
    amount: Money

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""
        return (self.kind, self.amount.currency)

    def plus(self, other: Self) -> Self:
        """Add the same of the same currency."""
        count, amount = self.count + other.count, self.amount + other.amount
        return self.model_copy(update={"count": count, "amount": amount})


class Span(Record):
    """The day of a digest, and from when to when it tells what happened; the end is exclusive."""

    seller: str
    day: date  # civil in the seller's zone
    since: Instant
    until: Instant


class Digest(Record):
    """What a seller is told."""

    span: Span
    waiting: tuple[Task, ...] = ()  # the most urgent
    count: int = 0  # of all that waits, `MOST_COUNTED` at most
    more: bool = False  # whether even more waits
    happened: tuple[Row, ...] = ()
    reminders: int = 0  # mails that were owed

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to tell, and no mail."""
        return not (self.waiting or self.happened or self.reminders)


def upcoming(seller: Seller, last: Span | None, *, at: datetime) -> Span | None:
    """Give what the next digest is about; None before the morning, or if it was made already."""
    local = at.astimezone(seller.timezone)
    if local.hour < HOUR or (last and last.day >= local.date()):
        return None
    until = at - SETTLED
    since = last.until if last else until - _A_DAY
    return Span(seller=seller.id, day=local.date(), since=since, until=until)


def make(
    span: Span,
    tasks: Iterable[Task],
    rows: Iterable[Row],
    *,
    more: bool = False,
    reminders: int = 0,
) -> Digest:
    """Put together what a seller is told, what ends first before the rest."""
    waiting = sorted(tasks, key=_urgency)
    return Digest(
        span=span,
        waiting=tuple(waiting[:MOST_NAMED]),
        count=len(waiting),
        more=more,
        happened=turnover.summed(rows),
        reminders=reminders,
    )


def row(entry: Entry) -> Row:
    """Say what a document of the books is to a digest."""
    match entry.place.series.kind:
        case "invoice":
            totals = Invoice.model_validate(entry.body).draft.totals
            return Row(kind="invoice", count=1, amount=totals.whole)
        case "credit_note":
            amount = CreditNote.model_validate(entry.body).draft.amount
            return Row(kind="credit_note", count=1, amount=amount)
        case "receipt":
            movement = Receipt.model_validate(entry.body).draft.movement
            return Row(kind=movement.kind, count=1, amount=movement.amount)
        case "late_payment":
            claimed = LatePaymentNote.model_validate(entry.body).draft.amount
            return Row(kind="late_payment", count=1, amount=claimed)
        case "closing":
            raise ValueError("a closing is told of to the accountant")


def _urgency(task: Task) -> tuple[date, datetime]:
    return task.deadline or date.max, task.since
