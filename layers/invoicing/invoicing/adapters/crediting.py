"""What every door does that takes a credit: refuse what cannot be, keep it once, send it on."""

from datetime import datetime

from invoicing import characters, credit_notes, requests
from invoicing.adapters import queues
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.paper import typefaces
from invoicing.credit_notes import Asked, Credit
from invoicing.errors import AnotherBodyError, Held, NotFoundError, RefusedError
from invoicing.invoices import Invoice
from invoicing.ledger import Series
from invoicing.requests import Request


def accept(credit: Credit, invoice: Invoice, *, at: datetime) -> Request:
    """Keep a credit once and send it to the check; give it as it is kept.

    RefusedError for more than is left as things stand; AnotherBodyError for an id that asked for
    something else. The numbering decides whether it still can be.
    """
    request = _request(credit, invoice, at=at)
    kept = find(credit.id, invoice)
    if not kept:
        refuse(credit, invoice)
        kept = inbox().accept(request)
    if kept.body_hash != request.body_hash:
        raise AnotherBodyError(credit.id)
    if kept.state == "RECEIVED":
        queues.check(kept.key)
    return kept


def find(credit_id: str, invoice: Invoice) -> Request | None:
    """Read a credit that was asked for before; None if there is none."""
    try:
        return inbox().read(_key(credit_id, invoice))
    except NotFoundError:
        return None


def refuse(credit: Credit, invoice: Invoice) -> None:
    """Refuse what cannot be given back as things stand; RefusedError with every reason."""
    draft = credit_notes.draft(credit, invoice, book().credit_notes(invoice))
    reasons = [*draft.reasons] if isinstance(draft, Held) else []
    reasons += characters.of_record(credit, typefaces.printable())
    if reasons:
        raise RefusedError(tuple(reasons))


def _request(credit: Credit, invoice: Invoice, *, at: datetime) -> Request:
    asked = Asked(invoice=invoice.number, credit=credit)
    return requests.of_credit(asked, _key(credit.id, invoice), at=at)


def _key(credit_id: str, invoice: Invoice) -> requests.Key:
    series = Series(seller=invoice.draft.seller.id, kind="credit_note")
    return requests.Key(series=series, source=credit_id)
