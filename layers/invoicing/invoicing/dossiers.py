"""Dossiers: all that whoever collects an unpaid invoice has to know and to prove.

A dossier is of the day on which the invoice was handed over: every sum is as of the end of that
day. It says what is owed then, how it came about, what was sent and whether it arrived, what was
said against it, and apart from the sums what moved since. The same facts make the same files, byte
for byte.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Self

from invoicing.cases import Case
from invoicing.late_payment import LatePayment
from invoicing.late_payment_notes import History
from invoicing.money import Money
from invoicing.notices import Notice
from invoicing.parties import Buyer, Seller
from invoicing.payments import Movement
from invoicing.records import Instant, Record, plain

MOST_BYTES = 4_200_000
"""Of files: Lambda answers at most 6 MB, and API Gateway wants them in base64."""


class Delivery(Record):
    """A mail or a letter, and what became of it as far as SES told."""

    number: str  # of the document
    occasion: str
    level: int  # of a reminder
    recipient: str
    owed_at: Instant
    state: str
    since: Instant  # when it came into this state
    delivered_at: Instant | None = None  # when the other side's server took it first
    attempts: int
    ses_id: str | None = None
    reason: str | None = None

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """Say what is known of a notice."""
        return cls(
            number=notice.key.number,
            occasion=notice.key.occasion,
            level=notice.key.level,
            recipient=notice.recipient,
            owed_at=notice.owed_at,
            state=notice.state,
            since=notice.since,
            delivered_at=notice.delivered_at,
            attempts=notice.attempt,
            ses_id=notice.ses_id,
            reason=notice.reason,
        )


class Moved(Record):
    """Money or a credit note that changed what is open, and its document."""

    on: date
    number: str
    amount: Money  # that the buyer owes less by it
    movement: Movement | None = None  # None: a credit note


class Noted(Record):
    """A late payment note."""

    number: str
    issued_on: date
    amount: Money
    withdraws: str | None = None


class Enclosed(Record):
    """A file of the dossier; one that had no room is read from the API."""

    name: str
    sha256: str
    left_out: bool = False


class Dossier(Record):
    """What is owed of one invoice when a day is over, and why."""

    handed_over_on: date  # that day, civil in the seller's zone
    invoice: str
    issued_on: date
    due_on: date
    seller: Seller
    buyer: Buyer
    asked: Money
    open: Money
    late_payment: LatePayment  # claimed or not
    total: Money  # what is open, interest and compensation
    moved: tuple[Moved, ...]
    moved_since: tuple[Moved, ...] = ()  # after that day, and not in the sums
    notes: tuple[Noted, ...]
    deliveries: tuple[Delivery, ...]
    cases: tuple[Case, ...]
    files: tuple[Enclosed, ...] = ()


def dossier(
    history: History,
    notices: Iterable[Notice],
    cases: Sequence[Case],
    *,
    at: datetime,
) -> Dossier:
    """Put together what is known of an invoice; `at` is when it was handed over, UTC."""
    invoice = history.invoice
    seller = invoice.draft.seller
    today = seller.day(at)
    late, left = history.owed(until=today), history.journal.open_after(invoice, today)
    moved = sorted(_moved(history), key=lambda each: (each.on, each.number))
    sent = sorted(map(Delivery.of, notices), key=lambda each: (each.owed_at, each.number))
    return Dossier(
        handed_over_on=today,
        invoice=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        seller=seller,
        buyer=invoice.draft.buyer,
        asked=invoice.draft.totals.due,
        open=left,
        late_payment=late,
        total=left + late.total,
        moved=tuple(each for each in moved if each.on <= today),
        moved_since=tuple(each for each in moved if each.on > today),
        notes=tuple(_noted(history)),
        deliveries=tuple(sent),
        cases=tuple(cases),
    )


def data(dossier: Dossier) -> bytes:
    """Write the dossier for machines."""
    text = json.dumps(plain(dossier), indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def interest(dossier: Dossier) -> bytes:
    """Write the computation as CSV (RFC 4180): a row for each span of days."""
    header = ("first", "last", "days", "open", "currency", "percent", "year", "interest")
    rows = (
        (
            span.first,
            span.last,
            span.days,
            span.open.amount,
            span.open.currency,
            span.percent,
            span.year,
            span.interest.amount,
        )
        for span in dossier.late_payment.spans
    )
    return _csv(header, rows)


def deliveries(dossier: Dossier) -> bytes:
    """Write what was sent, and what SES said of it, as CSV (RFC 4180)."""
    header = tuple(Delivery.model_fields)
    rows = (tuple(each.model_dump(mode="json").values()) for each in dossier.deliveries)
    return _csv(header, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _harmless(value: object) -> object:
    """Keep a spreadsheet from taking a text for a formula (CWE-1236)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _moved(history: History) -> Iterable[Moved]:
    for receipt in history.journal.receipts:
        movement = receipt.draft.movement
        yield Moved(
            on=receipt.draft.paid_on,
            number=receipt.number,
            amount=movement.gained,
            movement=movement,
        )
    for note in history.journal.credit_notes:
        yield Moved(on=note.issued_on, number=note.number, amount=note.draft.amount)


def _noted(history: History) -> Iterable[Noted]:
    for note in history.notes:
        back = note.draft.withdraws
        yield Noted(
            number=note.number,
            issued_on=note.issued_on,
            amount=note.draft.amount,
            withdraws=back.number if back else None,
        )
