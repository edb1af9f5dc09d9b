"""All that was told of an invoice's payment, from which follows what late payment costs."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from invoicing import late_payment
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import notices_table
from invoicing.invoices import Invoice
from invoicing.journals import Journal
from invoicing.late_payment_notes import History
from invoicing.notices import Notice


def of(invoice: Invoice) -> History:
    """Read it.

    The balance's version is read first: what comes in while the rest is read has another one, and
    the numbering sends the claim back to be computed again.
    """
    version = book().balance(invoice).version
    return History(
        invoice,
        Journal(book().receipts(invoice), book().credit_notes(invoice)),
        book().late_payment_notes(invoice),
        version,
        _notified_on(invoice),
    )


def _notified_on(invoice: Invoice) -> date | None:
    """Read when the formal notice reached the buyer, where the law hangs anything on it."""
    if not late_payment.rests_on_notice(invoice):
        return None
    seller = invoice.draft.seller
    found = notices_table.of_document(seller.id, invoice.number)
    return first_told(found, seller.timezone)


def first_told(found: Iterable[Notice], zone: ZoneInfo) -> date | None:
    """Give the civil day on which a formal notice was delivered first; None while none was.

    What is on paper is not known to have arrived: its seller tells when it did.
    """
    days = [each.arrived_at.astimezone(zone).date() for each in found if each.told_default]
    return min(days, default=None)
