"""One attempt at a time at paying an invoice.

The attempt is kept beside its session at Stripe: what is under way there (a direct debit takes
days) blocks another, and what asks for another sum than is open now is closed first. A payment that
is in the books is not under way any more, whatever became of its money since.
"""

from collections.abc import Sequence
from contextlib import suppress

from stripe import InvalidRequestError, StripeError

from invoicing.adapters import secrets
from invoicing.adapters.operations import checkouts_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.stripe import customers, transfers
from invoicing.adapters.stripe.amounts import AnotherAmountError, chargeable
from invoicing.adapters.stripe.sessions import Opened, Sessions, Standing
from invoicing.errors import OvertakenError
from invoicing.invoices import Invoice
from invoicing.payments import Balance, Checkout, Receipt


def address(
    invoice: Invoice, balance: Balance, receipts: Sequence[Receipt], *, page: str
) -> str | None:
    """Give where to pay exactly what is open; None where nothing is, or may be paid here now.

    `receipts` were read before the balance, so that none of them is missing in it; `page` is where
    the buyer presses the button.
    """
    stripe = _stripe(invoice) if _is_payable(balance) else None
    if not stripe:
        return None
    last = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    try:
        standing = _standing(stripe, last, receipts) if last else Standing(attempt="none")
        if standing.attempt != "none":
            return None
        if last and standing.url and (last.version, standing.page) == (balance.version, page):
            return standing.url
        if last and standing.url:
            stripe.expire(last.session)
        count = last.count + 1 if last else 1
        return _opened(invoice, balance, stripe, page=page, count=count)
    except (StripeError, AnotherAmountError):
        return None  # too small a sum for this account, a session completed meanwhile, Stripe away


def standing(
    invoice: Invoice, balance: Balance, receipts: Sequence[Receipt], *, returning: bool
) -> Standing:
    """Say how far the last attempt got; Stripe is asked only where something is still open."""
    if not balance.due:
        return Standing(attempt="returned" if returning else "none")
    last = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    stripe = _stripe(invoice) if last else None
    if not last or not stripe:
        return Standing(attempt="none")
    try:
        return _standing(stripe, last, receipts)
    except StripeError:
        return Standing(attempt="none")  # the page is shown without Stripe too; paying asks again


def pays_online(invoice: Invoice, balance: Balance) -> bool:
    """Say whether what is open may be paid at Stripe; a cent is to be transferred."""
    return _is_payable(balance) and _stripe(invoice) is not None


def _is_payable(balance: Balance) -> bool:
    return bool(balance.due) and chargeable(balance.due)


def _standing(stripe: Sessions, last: Checkout, receipts: Sequence[Receipt]) -> Standing:
    standing = stripe.standing(last.session)
    recorded = {each.draft.movement.id for each in receipts}
    return Standing(attempt="none") if standing.payment in recorded else standing


def _stripe(invoice: Invoice) -> Sessions | None:
    known = secrets.stripe(invoice.draft.seller.id)
    return Sessions(known) if known else None


def _opened(
    invoice: Invoice, balance: Balance, stripe: Sessions, *, page: str, count: int
) -> str | None:
    opened = _session(invoice, balance, stripe, page=page, count=count)
    checkout = Checkout(session=opened.session, version=balance.version, count=count)
    try:
        checkouts_table.save(invoice.draft.seller.id, invoice.number, checkout)
    except OvertakenError:
        return _of_the_other_tab(invoice, opened, stripe)
    return opened.url


def _session(
    invoice: Invoice, balance: Balance, stripe: Sessions, *, page: str, count: int
) -> Opened:
    """Open a session that offers a transfer if its seller does.

    An account that does not take transfers, or lost the customer, refuses: the buyer pays without.
    """
    if _offers_transfers(invoice):
        with suppress(InvalidRequestError):
            customer = customers.of_buyer(stripe.secrets, invoice)
            return stripe.open(invoice, balance, page=page, count=count, customer=customer)
    return stripe.open(invoice, balance, page=page, count=count)


def _offers_transfers(invoice: Invoice) -> bool:
    """Say whether the profile says so today; what is frozen in the invoice is of its own day."""
    offered = sellers().read(invoice.draft.seller.id).stripe_transfers == "offered"
    return offered and transfers.options(invoice) is not None


def _of_the_other_tab(invoice: Invoice, ours: Opened, stripe: Sessions) -> str | None:
    """Share the session of a tab that was quicker, unless it asks for another balance."""
    kept = checkouts_table.latest(invoice.draft.seller.id, invoice.number)
    if kept and kept.session == ours.session:
        return ours.url
    stripe.expire(ours.session)
    return None
