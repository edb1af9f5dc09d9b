"""What every door does that is asked to claim late payment: compute, refuse, keep it once."""

from datetime import datetime

from invoicing import characters, late_payment_notes, requests
from invoicing.adapters import histories, queues
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.paper import typefaces
from invoicing.errors import AnotherBodyError, Held, NotFoundError, RefusedError
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import Asked
from invoicing.ledger import Series
from invoicing.requests import Request


def accept(asked: Asked, invoice: Invoice, source: str, *, at: datetime) -> Request:
    """Keep a claim or a withdrawal once and send it on to be computed; give it as it is kept.

    RefusedError where nothing can be claimed as things stand; AnotherBodyError for an id that
    asked for something else.
    """
    request = requests.of_late_payment(asked, _key(source, invoice), at=at)
    kept = find(source, invoice)
    if not kept:
        _refuse(asked, invoice)
        kept = inbox().accept(request)
    if kept.body_hash != request.body_hash:
        raise AnotherBodyError(source)
    if kept.state == "RECEIVED":
        queues.check(kept.key)
    return kept


def find(source: str, invoice: Invoice) -> Request | None:
    """Read a claim that was asked for before; None if there is none."""
    try:
        return inbox().read(_key(source, invoice))
    except NotFoundError:
        return None


def _refuse(asked: Asked, invoice: Invoice) -> None:
    draft = late_payment_notes.draft(asked, histories.of(invoice))
    reasons = [*draft.reasons] if isinstance(draft, Held) else []
    if asked.withdrawal:
        reasons += characters.of_record(asked.withdrawal, typefaces.printable())
    if reasons:
        raise RefusedError(tuple(reasons))


def _key(source: str, invoice: Invoice) -> requests.Key:
    series = Series(seller=invoice.draft.seller.id, kind="late_payment")
    return requests.Key(series=series, source=source)
