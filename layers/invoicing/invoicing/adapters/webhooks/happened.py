"""What a change of the tables is in words of a shop: the events that follow from it."""

from collections.abc import Iterator
from datetime import datetime

from invoicing import cases, notices, requests, trails
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table, notices_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.ledger import Entry
from invoicing.payments import MovementKind, Receipt
from invoicing.webhooks import KEPT, Event, Subject

_MOVED: dict[MovementKind, str] = {
    "payment": "payment.recorded",
    "refund": "refund.recorded",
    "refund_failed": "refund.failed",
    "dispute_withdrawn": "dispute.withdrawn",
    "dispute_reinstated": "dispute.reinstated",
}
_TO_OTHERS = {"closing", "digest"}  # mails that no buyer gets
_ASKED_FOR = {"invoice", "credit_note"}  # by the shop itself


def events(subject: Subject, *, at: datetime) -> Iterator[Event]:
    """Give the events of a change; none where nobody wants to know of it.

    None either of what became so longer ago than an event is known: it was told, and what changed
    is something else, such as whose it was.
    """
    match subject:
        case Subject(kind="document", place=place) if place:
            yield from _of_document(book().entry(place))
        case Subject(kind="mail", key=key, state=state) if state:
            yield from _of_mail(notices.Key.model_validate(key), state, at)
        case Subject(kind="request", key=key):
            yield from _of_request(requests.Key.model_validate(key))
        case Subject(kind="case", key=key):
            yield from _of_case(cases.Key.model_validate(key), at)


def _of_document(entry: Entry) -> Iterator[Event]:
    match entry.place.series.kind:
        case "invoice":
            number = entry.body["number"]
            yield _event(entry, "invoice.issued", invoice=number, order=entry.source)
        case "credit_note":
            note = CreditNote.model_validate(entry.body)
            told = {
                "credit_note": note.number,
                "invoice": note.draft.invoice.number,
                "credit": entry.source,
            }
            yield _event(entry, "credit_note.issued", **told)
        case "late_payment":
            number = entry.body["number"]
            yield _event(entry, "late_payment_note.issued", late_payment_note=number)
        case "receipt":
            yield from _of_receipt(entry, Receipt.model_validate(entry.body))


def _of_receipt(entry: Entry, receipt: Receipt) -> Iterator[Event]:
    movement, number = receipt.draft.movement, receipt.draft.invoice
    told = {"invoice": number, "receipt": receipt.number, "movement": movement.id}
    yield _event(entry, _MOVED[movement.kind], **told)
    if movement.kind != "payment":
        return
    invoice = book().invoice(sellers().read(entry.place.series.seller), number)
    balance = book().balance(invoice)
    if not balance.due:  # two receipts that find the same balance tell of it once
        paid = {"invoice": number, "balance_version": f"{balance.version}"}
        yield _event(invoice, "invoice.paid", **paid)


def _of_mail(key: notices.Key, state: str, at: datetime) -> Iterator[Event]:
    if key.occasion in _TO_OTHERS or key.way == "copy":
        return
    notice = notices_table.read(key)
    if notice.since + KEPT <= at:
        return
    kind = f"{key.occasion}.{state.lower()}"
    level = {"level": f"{key.level}"} if key.level else {}
    way = {"to": "fallback_email"} if key.way else {}
    told = {key.occasion: key.number} | level | way | _under(notice.trail)
    yield Event(seller=key.seller, type=kind, at=notice.owed_at, data=told)


def _of_request(key: requests.Key) -> Iterator[Event]:
    request = inbox().read(key)
    if request.state not in {"HELD", "CANCELLED"} or key.series.kind not in _ASKED_FOR:
        return
    name = "credit" if request.credit else "order"
    told = {name: key.source, "revision": f"{request.revision}"}
    if request.reasons:
        told["reasons"] = " ".join(sorted({reason.code for reason in request.reasons}))
    yield Event(
        seller=key.series.seller,
        type=f"{name}.{request.state.lower()}",
        at=request.received_at,
        data=told | _under(request.trail),
    )


def _of_case(key: cases.Key, at: datetime) -> Iterator[Event]:
    case = cases_table.read(key)
    became_so_at = case.opened_at if case.is_open else case.decision and case.decision.at
    if became_so_at and became_so_at + KEPT <= at:
        return
    state = "opened" if case.is_open else "closed"
    trail = book().invoice(sellers().read(key.seller), key.number).draft.trail
    told = {"case": key.id, "invoice": key.number, "kind": case.about.kind} | _under(trail)
    yield Event(seller=key.seller, type=f"case.{state}", at=case.opened_at, data=told)


def _event(of: Entry | Invoice, kind: str, **data: str) -> Event:
    if isinstance(of, Entry):
        seller = of.place.series.seller
        data |= _under(trails.of(seller, of.body["draft"].get("order")))
        return Event(seller=seller, type=kind, at=of.at, data=data)
    data |= _under(of.draft.trail)
    return Event(seller=of.draft.seller.id, type=kind, at=of.issued_at, data=data)


def _under(trail: str | None) -> dict[str, str]:
    """Name the trail, under which our logs and Stripe have it too."""
    return {"correlation_id": trail} if trail else {}
