"""One attempt at a time at paying an invoice.

The attempt is kept beside its session at Stripe: what is under way there (a direct debit takes
days) blocks another, and what asks for another sum than is open now is closed first. A payment that
is in the books is not under way any more, whatever became of its money since.

A transfer that is awaited is such an attempt. Its buyer may leave it while nothing has come.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

from stripe import InvalidRequestError, StripeError

from invoicing.adapters import demands, secrets
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import checkouts_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.stripe import customers, transfers
from invoicing.adapters.stripe.amounts import AnotherAmountError, chargeable
from invoicing.adapters.stripe.sessions import Opened, Sessions, Standing
from invoicing.errors import OvertakenError
from invoicing.invoices import Invoice
from invoicing.payments import Balance, Checkout, Receipt

Way = Literal["session", "transfer"]


class Asked(NamedTuple):
    """What is to be paid, at which account, and where its buyer is."""

    invoice: Invoice
    balance: Balance
    stripe: Sessions
    page: str


def address(invoice: Invoice, *, page: str, way: Way) -> str | None:
    """Give where to pay exactly what is open; None where nothing is, or may be paid here now.

    `page` is where the buyer presses the button, and where he is told how to make a transfer.
    Receipts are read before the balance, so that none of them is missing in it.
    """
    receipts, balance = book().receipts(invoice), book().balance(invoice)
    asked = demands.asks(invoice.draft.seller.id, invoice.number, balance)
    stripe = account_of(invoice) if asked and is_payable(balance) else None
    if not stripe:
        return None
    last = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    try:
        standing = _standing(stripe, last, receipts) if last else Standing(attempt="none")
        if standing.attempt != "none":
            return None
        if last and standing.url:
            same = (last.version, standing.page) == (balance.version, page)
            if same and way == "session":
                return standing.url
            stripe.end(last.session)
        return opened(Asked(invoice, balance, stripe, page), way, last)
    except (StripeError, AnotherAmountError):
        return None  # too small a sum for this account, a session completed meanwhile, Stripe away


def standing(
    invoice: Invoice, balance: Balance, receipts: Sequence[Receipt], *, returning: bool
) -> Standing:
    """Say how far the last attempt got; Stripe is asked only where something is still open."""
    if not balance.due:
        return Standing(attempt="returned" if returning else "none")
    last = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    stripe = account_of(invoice) if last else None
    if not last or not stripe:
        return Standing(attempt="none")
    try:
        return _standing(stripe, last, receipts)
    except StripeError:
        return Standing(attempt="none")  # the page is shown without Stripe too; paying asks again


def leave(invoice: Invoice) -> None:
    """Cancel the transfer that is awaited, if nothing of it has come."""
    last = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    stripe = account_of(invoice) if last else None
    if last and stripe:
        with suppress(StripeError):  # something came meanwhile, or Stripe is away: the page tells
            if stripe.standing(last.session).may_end:
                stripe.end(last.session)


def pays_online(invoice: Invoice, balance: Balance) -> bool:
    """Say whether what is open may be paid at Stripe; a cent is to be transferred."""
    return is_payable(balance) and account_of(invoice) is not None


def is_payable(balance: Balance) -> bool:
    """Say whether something is open that Stripe can charge."""
    return bool(balance.due) and chargeable(balance.due)


def _standing(stripe: Sessions, last: Checkout, receipts: Sequence[Receipt]) -> Standing:
    standing = stripe.standing(last.session)
    recorded = {each.draft.movement.id for each in receipts}
    return Standing(attempt="none") if standing.payment in recorded else standing


def account_of(invoice: Invoice) -> Sessions | None:
    """Give the account of an invoice's seller, None where he has none."""
    known = secrets.stripe(invoice.draft.seller.id)
    return Sessions(known) if known else None


def offers_transfers(invoice: Invoice, balance: Balance) -> bool:
    """Say whether what is open may be transferred to an account of Stripe's.

    The profile of today says so; what is frozen in the invoice is of its own day.
    """
    if not pays_online(invoice, balance) or not transfers.options(invoice):
        return False
    return sellers().read(invoice.draft.seller.id).stripe_transfers == "offered"


def opened(asked: Asked, way: Way, last: Checkout | None) -> str | None:
    """Open an attempt and keep it as the latest; give where it goes on.

    Whoever moves the balance then has the latest attempt looked at. Who moved it before that was
    kept did not know of it, so the balance is read once more.
    """
    invoice, count = asked.invoice, last.count + 1 if last else 1
    made = _attempt(asked, way, count)
    checkout = Checkout(session=made.session, version=asked.balance.version, count=count)
    try:
        checkouts_table.save(invoice.draft.seller.id, invoice.number, checkout)
    except OvertakenError:
        return _of_the_other_tab(invoice, made, asked.stripe)
    if book().balance(invoice).version == asked.balance.version:
        return made.url
    asked.stripe.end(made.session)
    return None


def _attempt(asked: Asked, way: Way, count: int) -> Opened:
    """Open a session, or ask for a transfer.

    An account that does not take transfers, or lost the customer, refuses: the buyer pays without.
    """
    invoice, balance, stripe, page = asked
    if way == "transfer" and offers_transfers(invoice, balance):
        with suppress(InvalidRequestError):
            customer = customers.of_buyer(stripe.secrets, invoice)
            return stripe.ask_for_transfer(
                invoice, balance, page=page, count=count, customer=customer
            )
    return stripe.open(invoice, balance, page=page, count=count)


def _of_the_other_tab(invoice: Invoice, ours: Opened, stripe: Sessions) -> str | None:
    """Share the session of a tab that was quicker, unless it asks for another balance."""
    kept = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    if kept and kept.session == ours.session:
        return ours.url
    stripe.end(ours.session)
    return None
