"""One attempt at a time at paying an invoice.

The attempt is kept beside its session at Stripe: what is under way there (a direct debit takes
days) blocks another, and what asks for another sum than is open now is closed first.
"""

from contextlib import suppress

from invoicing.adapters import secrets
from invoicing.adapters.operations_table import inbox
from invoicing.adapters.stripe_gateway import Standing, StripeGateway
from invoicing.errors import OvertakenError
from invoicing.invoices import Invoice
from invoicing.payments import Balance, Checkout
from invoicing.views.pages import Attempt


def address(invoice: Invoice, balance: Balance) -> str | None:
    """Give where to pay exactly what is open; None where nothing is, or may be paid here now."""
    stripe = _stripe(invoice) if balance.due else None
    if not stripe:
        return None
    last = inbox().checkout(invoice.draft.seller.id, invoice.number)
    standing = stripe.standing(last.session) if last else Standing(attempt="none")
    if standing.attempt != "none":
        return None
    if last and standing.url:
        if last.version == balance.version:
            return standing.url
        stripe.expire(last.session)
    return _opened(invoice, balance, stripe, count=last.count + 1 if last else 1)


def attempt(invoice: Invoice, balance: Balance, *, returning: bool) -> Attempt:
    """Say how far the last attempt got; Stripe is asked only where something is still open."""
    if not balance.due:
        return "returned" if returning else "none"
    last = inbox().checkout(invoice.draft.seller.id, invoice.number)
    stripe = _stripe(invoice) if last else None
    return stripe.standing(last.session).attempt if last and stripe else "none"


def _stripe(invoice: Invoice) -> StripeGateway | None:
    known = secrets.stripe(invoice.draft.seller.id)
    return StripeGateway(known) if known else None


def _opened(invoice: Invoice, balance: Balance, stripe: StripeGateway, *, count: int) -> str:
    opened = stripe.open(invoice, balance, count=count)
    checkout = Checkout(session=opened.session, version=balance.version, count=count)
    with suppress(OvertakenError):  # another tab asked with the same key and got the same session
        inbox().save_checkout(invoice.draft.seller.id, invoice.number, checkout)
    return opened.url
