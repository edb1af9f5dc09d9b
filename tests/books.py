"""Facts brought about without the functions: orders issued, files stored, money received."""

from datetime import datetime

from invoicing import archive, credit_notes, late_payment_notes, requests
from invoicing.adapters import histories, items
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails import reminder_facts
from invoicing.adapters.operations import notices_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.archive import Content, Duty, Stored
from invoicing.credit_notes import Asked
from invoicing.invoices import Invoice
from invoicing.ledger import Entry
from invoicing.notices import Notice
from invoicing.payments import Receipt
from invoicing.reminder_mails import Letter
from invoicing.requests import Request
from tests.builders import (
    CREDIT_NOTES,
    LATE_PAYMENT,
    NOON,
    a_credit,
    a_key,
    a_movement,
    a_place,
    a_receipt_draft,
    a_reminder,
    a_request,
    a_seller,
    sealed,
)
from tests.roles import somebody_else

PDF = Content(type="pdf", data=b"%PDF-1.7")
XML = Content(type="xml", data=b"<xml/>")


@somebody_else()
def issue(*ready: Request, at: datetime = NOON) -> list[Entry]:
    """Issue requests of one series in one transaction."""
    series = ready[0].key.series
    head = book().head(series)
    batch = sealed(*ready, series=series, after=head, at=at)
    book().append(batch, ready, after=head)
    return list(batch.entries)


@somebody_else()
def issue_order(**changes) -> Entry:
    """Take an order and issue it; nothing is rendered yet."""
    [entry] = issue(inbox().accept(a_request(**changes).ready()))
    return entry


@somebody_else()
def issue_order_at(at: datetime, **changes) -> Entry:
    """Take an order and issue it at a moment."""
    [entry] = issue(inbox().accept(a_request(**changes).ready()), at=at)
    return entry


@somebody_else()
def issue_receipt(
    amount: str = "120.00",
    payment: str = "pi_1",
    kind: str = "payment",
    *,
    at: datetime = NOON,
    arrived_at: datetime | None = None,
) -> Entry:
    """Record a payment of the first invoice through its receipt."""
    movement = a_movement(amount, id=payment, kind=kind, arrived_at=arrived_at or at)
    request = requests.of_payment(a_receipt_draft(movement=movement), at=at)
    [entry] = issue(inbox().accept(request), at=at)
    return entry


def invoice(n: int = 1) -> Invoice:
    """Read an invoice of the year back."""
    return Invoice.model_validate(book().entry(a_place(n)).body)


@somebody_else()
def issue_credit(number: str, *, at: datetime = NOON, **said) -> Entry:
    """Give back some of an invoice, decided against what was credited of it so far."""
    credited, credit = book().invoice(a_seller(), number), a_credit(**said)
    draft = credit_notes.draft(credit, credited, book().credit_notes(credited))
    asked = Asked(invoice=number, credit=credit)
    received = requests.of_credit(asked, a_key(credit.id, CREDIT_NOTES), at=NOON)
    [entry] = issue(inbox().accept(received.drafted(draft).ready()), at=at)
    return entry


@somebody_else()
def issue_late_payment(number: str, source: str, **said) -> Entry:
    """Claim what is owed for paying late, up to now, or take a claim back."""
    history = histories.of(book().invoice(a_seller(), number))
    asked = late_payment_notes.Asked(invoice=number, today=NOON.date(), **said)
    received = requests.of_late_payment(asked, a_key(source, LATE_PAYMENT), at=NOON)
    draft = late_payment_notes.draft(asked, history)
    [entry] = issue(inbox().accept(received.drafted(draft).ready()))
    return entry


@somebody_else()
def store(entry: Entry, *contents: Content) -> Stored:
    """Store the files of a document."""
    number = str(entry.body["number"])
    files = {
        content.type: shelf().store(
            archive.object_key(entry.place, number, "1", content.type),
            content,
            Duty.of(entry.at.date(), a_seller()),
        )
        for content in contents
    }
    stored = Stored(place=entry.place, number=number, template_version="1", **files)
    items.write_together([book().store(stored)])
    return stored


def an_invoice_in_the_books(**changes) -> Invoice:
    """An invoice that was issued and whose files are stored."""
    entry = issue_order(**changes)
    store(entry, PDF, XML)
    return Invoice.model_validate(entry.body)


def a_receipt_in_the_books() -> Receipt:
    entry = issue_receipt()
    store(entry, PDF)
    return Receipt.model_validate(entry.body)


def owe(notice: Notice) -> Notice:
    """Owe somebody a mail."""
    items.write_together([notices_table.queue(notice)])
    return notice


def owe_reminder(*numbers: str, letter: Content = PDF, **how) -> Notice:
    """Owe a reminder whose letter is drawn and says how its invoices stand now."""
    notice = a_reminder(*numbers, **how)
    assert notice.reminder
    known = reminder_facts.standings(reminder_facts.still_open(notice))
    duty = Duty.of(NOON.date(), a_seller())
    file = shelf().store(f"atelier/reminder/{notice.key.tag}.pdf", letter, duty)
    drawn = notice.reminder.drawn(Letter(file=file, standings=known))
    return owe(notice.asking(drawn))
