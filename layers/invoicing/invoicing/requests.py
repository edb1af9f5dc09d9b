"""A request: the inbox and the memory of everything that should become a document.

A request is known for ever by seller, kind and source id (the shop's order id, Stripe's payment
id). The same content gets the same answer, another content is refused. It moves
RECEIVED, READY or HELD, NUMBERED, DONE and never back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Self

from invoicing.errors import Held, Reason
from invoicing.invoices import Draft
from invoicing.ledger import Place, Series
from invoicing.orders import Order
from invoicing.payments import ReceiptDraft
from invoicing.records import Instant, Record, digest, plain

State = Literal["RECEIVED", "HELD", "READY", "NUMBERED", "DONE"]


class Key(Record):
    """What makes a request itself."""

    series: Series
    source: str


class Request(Record):
    """One thing that should become a document."""

    key: Key
    state: State
    body_hash: str
    received_at: Instant
    order: Order | None = None  # kept until the draft has been checked, to price it again
    draft: Draft | ReceiptDraft | None = None
    reasons: tuple[Reason, ...] = ()
    number: str | None = None
    place: Place | None = None

    @property
    def draft_hash(self) -> str | None:
        """What the numbering transaction compares, so that what was checked is what is sealed."""
        return digest(plain(self.draft)) if self.draft else None

    def held(self, reasons: tuple[Reason, ...]) -> Self:
        """Stop before a number is used, and say why."""
        return self.model_copy(update={"state": "HELD", "reasons": reasons})

    def ready(self) -> Self:
        """Nothing stands against numbering it; the draft says all that the order said."""
        return self.model_copy(update={"state": "READY", "order": None})


def body_hash(order: Order) -> str:
    """Hash what the shop said; fields it left at their defaults do not count."""
    return digest(order.model_dump(mode="json", exclude_defaults=True))


def of_order(order: Order, priced: Draft | Held, key: Key, *, at: datetime) -> Request:
    """Keep an order as it came in: on its way to the check, or held with the reasons so far."""
    request = Request(
        key=key, state="RECEIVED", body_hash=body_hash(order), received_at=at, order=order
    )
    if isinstance(priced, Held):
        return request.held(priced.reasons)
    return request.model_copy(update={"draft": priced})


def of_payment(draft: ReceiptDraft, *, at: datetime) -> Request:
    """Ask for the receipt of a payment; its id at Stripe makes it the same request each time."""
    series = Series(seller=draft.seller.id, kind="receipt")
    return Request(
        key=Key(series=series, source=draft.movement.id),
        state="READY",
        body_hash=digest(plain(draft)),
        received_at=at,
        draft=draft,
    )


def one_for_each_invoice(ready: Iterable[Request]) -> list[Request]:
    """Leave out what would move the same invoice twice: a transaction touches an item once."""
    first: dict[str, Request] = {}
    for request in ready:
        subject = request.draft.invoice if isinstance(request.draft, ReceiptDraft) else None
        first.setdefault(subject or request.key.source, request)
    return list(first.values())
