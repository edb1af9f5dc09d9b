"""What happened to an invoice, read for its buyer."""

from datetime import UTC, datetime

from invoicing import late_payment
from invoicing.adapters import histories
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table
from invoicing.adapters.stripe import checkouts
from invoicing.invoices import Invoice
from invoicing.late_payment import Costs
from invoicing.links import Link
from invoicing.views.pages import Happened


def of(invoice: Invoice, link: Link | None, *, returning: bool) -> Happened:
    """Read what happened; `link` opened the page, `returning` is who comes back from Stripe.

    Receipts are read before the balance: a payment that comes in between is in the balance, and not
    taken for one that is missing in it.
    """
    receipts = tuple(book().receipts(invoice))
    balance = book().balance(invoice)
    standing = checkouts.standing(invoice, balance, receipts, returning=returning)
    return Happened(
        balance=balance,
        receipts=receipts,
        credit_notes=tuple(book().credit_notes(invoice)),
        cases=tuple(cases_table.of_invoice(invoice.draft.seller.id, invoice.number)),
        link=link,
        attempt=standing.attempt,
        awaited=standing.awaited,
        may_leave=standing.may_end,
        pays_online=checkouts.pays_online(invoice, balance),
        late=_late(invoice) if balance.due else None,
        offers_transfers=checkouts.offers_transfers(invoice, balance),
    )


def _late(invoice: Invoice) -> Costs | None:
    """Compute what the delay costs until today, as a letter of today would say it."""
    today = invoice.draft.seller.day(datetime.now(UTC))
    if today <= invoice.due_on:
        return None
    return late_payment.costs([histories.of(invoice).owed(until=today)], today=today)
