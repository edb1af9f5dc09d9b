"""What happened to an invoice, read for its buyer."""

from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table
from invoicing.adapters.stripe import checkouts
from invoicing.invoices import Invoice
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
        pays_online=checkouts.pays_online(invoice, balance),
    )
