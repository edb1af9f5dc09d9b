"""What a reminder may still ask for, read just before its letter is drawn and before it leaves."""

from datetime import UTC, date, datetime

from invoicing import reminder_mails
from invoicing.adapters import demands
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import freezes_table, links_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import FacturierError
from invoicing.notices import Notice
from invoicing.open_invoices import OpenInvoice
from invoicing.plans import Tone
from invoicing.reminder_mails import Letter, Standing


class NotDrawnError(FacturierError):
    """The reminder's letter is not drawn yet, or says what is no longer so."""


def still_open(notice: Notice) -> list[OpenInvoice]:
    """Read what of a reminder's invoices is asked for and not frozen, strongly.

    A letter may wait longer for its stamp than a freeze lasts, so freezes are asked as of now, or
    as of the day on which the reminder may leave.
    """
    seller = sellers().read(notice.key.seller)
    leaves_at = max(said_at(notice), datetime.now(UTC))
    today = seller.day(leaves_at)
    found = []
    for number in notice.numbers:
        invoice = book().invoice(seller, number)
        balance = book().balance(invoice)
        asked = demands.asks(seller.id, number, balance)
        if asked and not _is_frozen(notice, number, today):
            page = links_table.page(invoice.page, seller.id, number)
            found.append(OpenInvoice(invoice, balance, page))
    return found


def _is_frozen(notice: Notice, number: str, today: date) -> bool:
    """Say whether an invoice is frozen; the other address is written to because of a bounce."""
    holding = freezes_table.read(notice.key.seller, number).holding(today)
    if notice.key.way == "fallback":
        return any(each.reason != "bounce" for each in holding)
    return bool(holding)


def said_at(notice: Notice) -> datetime:
    """Give the moment as of which the reminder speaks."""
    waits = notice.reminder.not_before if notice.reminder else None
    return waits or notice.owed_at


def standings(open_: list[OpenInvoice]) -> tuple[Standing, ...]:
    """Say how invoices stand."""
    return tuple(reminder_mails.standing(each.invoice.number, each.balance) for each in open_)


def drawn(notice: Notice, open_: list[OpenInvoice]) -> tuple[Tone, Letter]:
    """Give how firmly the mail asks, and the letter that says what is open; else NotDrawnError."""
    asked = notice.reminder
    if not asked or not asked.letter or asked.letter.standings != standings(open_):
        raise NotDrawnError(str(notice.key))
    return asked.tone, asked.letter
