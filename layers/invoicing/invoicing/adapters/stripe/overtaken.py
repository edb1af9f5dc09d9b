"""Attempts at paying that ask for another sum than is open, since other money or a credit came.

A transfer that is awaited is asked for anew. A session is closed, and its buyer finds on his page
what is open now; who pays in that very moment has paid too much, which is owed to him.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from stripe import InvalidRequestError

from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import checkouts_table
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import checkouts
from invoicing.adapters.stripe.checkouts import Asked
from invoicing.adapters.stripe.history import History
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.parties import Seller
from invoicing.payments import Balance

OPENING = timedelta(minutes=10)  # for which who asked for a transfer may not have kept it yet


def close(session: str, seller: Seller, secrets: StripeSecrets) -> None:
    """Close a session (cs_…) that is open and asks for another sum than is open now."""
    stripe = Sessions(secrets)
    asking = stripe.asking(session, seller=seller.id)
    if not asking:
        return
    balance = book().balance(book().invoice(seller, asking.number))
    if not _asks_right(asking.amount, balance):
        with suppress(InvalidRequestError):  # paid or closed meanwhile
            stripe.end(session)


def keep_up(invoice: Invoice, history: History, *, page: str, at: datetime) -> None:
    """Have a transfer that is awaited ask for what is open now.

    The new one is asked for before the old one is cancelled, so whoever dies in between leaves none
    that is forgotten: one that is not the latest attempt is cancelled when it is read again, unless
    it may be kept as the latest any moment. The hourly reconciliation reads what Stripe told of it
    twice, an hour apart. What has come is free then, and Stripe applies it to the new one.
    """
    awaited, stripe = history.awaited, checkouts.account_of(invoice)
    if not awaited or not history.may_end or not stripe:
        return
    balance = book().balance(invoice)
    last = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    is_latest = last is None or last.session == history.intent
    if not is_latest and at < awaited.since + OPENING:
        return
    if is_latest and _asks_right(awaited.received + awaited.missing, balance):
        return
    if is_latest and checkouts.is_payable(balance):
        with suppress(InvalidRequestError):  # too small a sum for this account: the buyer pays anew
            checkouts.opened(Asked(invoice, balance, stripe, page), "transfer", last)
    stripe.end(history.intent)


def _asks_right(asked: Money, balance: Balance) -> bool:
    """Say whether what is asked is what is open; it never grows by what a dispute took."""
    return asked == balance.due or bool(balance.withdrawn and asked < balance.due)
