"""Request keys: what keeps an order, a credit or a payment from becoming a document twice.

They stand in `Operations`. Where that comes back older than the ledger it knows nothing of what was
numbered since, and would have it numbered again: so they are made anew from the documents.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from cli.proof.books import Books, Sealed
from cli.stack import Stack
from invoicing import credit_notes, late_payment_notes, requests
from invoicing.adapters import aws, items
from invoicing.adapters.operations import request_items
from invoicing.adapters.operations.requests_table import RequestsTable
from invoicing.credit_notes import Credit, CreditNoteDraft
from invoicing.errors import OvertakenError
from invoicing.late_payment_notes import LatePaymentClaim, LatePaymentNote, Withdrawal
from invoicing.ledger import Entry
from invoicing.payments import ReceiptDraft
from invoicing.records import digest, plain
from invoicing.requests import Key, Request

IS_NOT_NUMBERED = "attribute_not_exists(place)"
NO_BODY = "0" * 64  # the hash of nothing that is ever sent: whatever comes again is another content


def repair(seller_id: str, stack: Stack, *, advance: Callable[[], None]) -> dict[str, Any]:
    """Let each document's request know its number; count those that did not.

    `twice` names the documents whose request became another one too.
    """
    table, known_again, twice = RequestsTable(stack.operations_table), Counter[str](), list[str]()
    for sealed, before in _with_requests(Books(stack, seller_id)):
        known = before
        if not known or known.number is None:
            known_again[sealed.place.series.kind] += _put(sealed, known, stack.operations_table)
            known = table.read(_key(sealed.entry))
        if known.number != sealed.number:
            twice.append(sealed.number)
        advance()
    return {"seller": seller_id, "known_again": dict(+known_again), "twice": twice}


def numbered(request: Request, entry: Entry, *, unstored: bool) -> aws.Item:
    """Write a request as it is stored once its document has a number.

    With the hash of the draft that the document froze. If the document has no files it stands in
    the list, for itself alone.
    """
    drafted = Request.model_validate(plain(request) | {"draft": entry.body["draft"]})
    known = {"number": entry.body["number"], "place": json.dumps(plain(entry.place))}
    waits = request_items.standing_for(entry.place.n, entry) if unstored else {}
    return request_items.item(drafted) | known | {"content": None} | waits


def _with_requests(books: Books) -> Iterator[tuple[Sealed, Request | None]]:
    for kind, head in books.heads().items():
        if kind != "closing":
            yield from books.with_requests(books.entries(kind, head))


def _put(sealed: Sealed, known: Request | None, table: str) -> int:
    """Put a request that knows its number; 0 if it learnt one meanwhile."""
    item = numbered(_made(sealed.entry, known), sealed.entry, unstored=not sealed.files)
    try:
        items.write(items.put(table, item, condition=IS_NOT_NUMBERED))
    except OvertakenError:
        return 0
    return 1


def _made(entry: Entry, known: Request | None) -> Request:
    """Give the request that became a document.

    One that is older says what was asked for, unless it was held: it may have been corrected since.
    """
    is_said = known and (known.state != "HELD" or known.draft_hash == digest(entry.body["draft"]))
    began = known if known and is_said else _told_by(entry)
    return began.model_copy(update={"state": "NUMBERED", "order": None, "reasons": ()})


def _told_by(entry: Entry) -> Request:
    """Give a request of which nothing else is left, as far as its document tells it."""
    draft = entry.body["draft"]
    unsaid = Request(key=_key(entry), state="READY", body_hash=NO_BODY, received_at=entry.at)
    match entry.place.series.kind:
        case "receipt":
            return requests.of_payment(ReceiptDraft.model_validate(draft), at=entry.at)
        case "credit_note":
            credit = _credit(CreditNoteDraft.model_validate(draft))
            return unsaid.model_copy(update={"credit": credit})
        case "late_payment":
            note = LatePaymentNote.model_validate(entry.body)
            return unsaid.model_copy(update={"late_payment": _late_payment(note, entry.source)})
    return unsaid


def _credit(draft: CreditNoteDraft) -> credit_notes.Asked:
    credit = Credit(
        id=draft.credit, reason=draft.reason, amount=draft.amount.amount, refund=draft.refund
    )
    return credit_notes.Asked(invoice=draft.invoice.number, credit=credit)


def _late_payment(note: LatePaymentNote, source: str) -> late_payment_notes.Asked:
    draft = note.draft
    number, today = draft.invoice.number, note.issued_on
    if draft.withdraws:
        said = Withdrawal(id=source, reason=draft.reason or "")
        of = draft.withdraws.number
        return late_payment_notes.Asked(invoice=number, today=today, withdrawal=said, withdraws=of)
    computed = draft.computed
    claim = LatePaymentClaim(id=source, until=computed.until, notified_on=computed.notified_on)
    return late_payment_notes.Asked(invoice=number, today=today, claim=claim)


def _key(entry: Entry) -> Key:
    return Key(series=entry.place.series, source=entry.source)
