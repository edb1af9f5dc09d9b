"""A request: the inbox and the memory of everything that should become a document.

A request is known for ever by seller, kind and source id (the shop's order id, Stripe's payment
id). The same content gets the same answer, another content is refused. It moves
RECEIVED, READY or HELD, NUMBERED and never back; only what was decided against an invoice that
moved meanwhile is RECEIVED again. The ledger tells whether what is NUMBERED has its files too. A
HELD request waits for its seller, who corrects it, releases it or cancels it; each decision counts
its revision up, so that none undoes another unseen.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field

from invoicing import late_payment_notes, trails
from invoicing.credit_notes import Asked, CreditNoteDraft
from invoicing.errors import Held, Reason
from invoicing.invoices import Draft
from invoicing.late_payment_notes import LatePaymentDraft
from invoicing.ledger import MOST_ACTIONS, Place, Series
from invoicing.orders import Order
from invoicing.payments import ReceiptDraft
from invoicing.records import Instant, Record, digest, plain
from invoicing.texts import Text

AnyDraft = Draft | CreditNoteDraft | ReceiptDraft | LatePaymentDraft
State = Literal["RECEIVED", "HELD", "READY", "NUMBERED", "CANCELLED"]
MOST_REASONS = 100  # a rule may speak once a line, and an item of DynamoDB holds 400 KB


class Key(Record):
    """What makes a request itself."""

    series: Series
    source: str

    @property
    def trail(self) -> str | None:
        """Under which all that follows from an order is found; None of what is no order."""
        return trails.of(self.series.seller, self.source if self.series.kind == "invoice" else None)


class Release(Record):
    """The codes of the reasons that the seller overrules; without one, it is only priced again."""

    reasons: Annotated[tuple[Text, ...], Field(max_length=20)] = ()


class Cancellation(Record):
    """Why the seller does not want it billed any more."""

    reason: Text


class Request(Record):
    """One thing that should become a document."""

    key: Key
    state: State
    body_hash: str
    received_at: Instant
    order: Order | None = None  # kept until there is a number, to price it again
    site: str | None = None  # where the buyer's pages are, for an order that is not priced yet
    credit: Asked | None = None  # kept, because another credit note may come first
    late_payment: late_payment_notes.Asked | None = None  # kept, because money may come first
    draft: AnyDraft | None = None  # until there is a number: then the document has it
    reasons: tuple[Reason, ...] = ()
    number: str | None = None
    place: Place | None = None
    revision: int = 0  # how often its seller has decided
    earlier: tuple[str, ...] = ()  # the hashes of the bodies before the corrections
    overruled: tuple[str, ...] = ()  # the codes of the reasons that were released
    cancellation: Cancellation | None = None

    @property
    def trail(self) -> str | None:
        """Likewise; what is no order follows from one, once it is drafted."""
        return self.key.trail or (self.draft.trail if self.draft else None)

    @property
    def draft_hash(self) -> str | None:
        """What the numbering transaction compares, so that what was checked is what is sealed."""
        return digest(plain(self.draft)) if self.draft else None

    def drafted(self, draft: Draft | CreditNoteDraft | LatePaymentDraft | Held) -> Self:
        """Go on with a draft, or stop with the reasons why there is none."""
        if isinstance(draft, Held):
            return self.held(draft.reasons)
        return self.model_copy(update={"draft": draft})

    def knows(self, body: str) -> bool:
        """Say whether this body, by its hash, is what was asked now or before a correction."""
        return body == self.body_hash or body in self.earlier

    def corrected(self, order: Order) -> Self:
        """Take another body for a held order, to be priced; what was released stood for the old."""
        said = body_hash(order)
        earlier = dict.fromkeys((*self.earlier, self.body_hash))
        earlier.pop(said, None)
        return self._again(order=order, body_hash=said, earlier=tuple(earlier), overruled=())

    def released(self, release: Release) -> Self:
        """Overrule reasons of a held order, to be priced again."""
        overruled = dict.fromkeys((*self.overruled, *release.reasons))
        return self._again(overruled=tuple(overruled))

    def cancelled(self, cancellation: Cancellation) -> Self:
        """End what is held without a document; its id stays taken, an order's content is forgotten.

        A credit names nobody and is kept: it says of which invoice it was asked.
        """
        return self._again(state="CANCELLED", order=None, cancellation=cancellation)

    def _again(self, **changes: object) -> Self:
        anew = {"state": "RECEIVED", "draft": None, "reasons": (), "revision": self.revision + 1}
        return self.model_copy(update=anew | changes)

    def not_releasable(self, release: Release) -> tuple[Reason, ...]:
        """Say of each reason that is named but is not the seller's to overrule."""
        releasable = {reason.code for reason in self.reasons if reason.releasable}
        sentence = "does not hold the order, or is not the seller's to overrule"
        return tuple(
            Reason(code="not_releasable", message=f"{code} {sentence}", path=f"$.reasons[{i}]")
            for i, code in enumerate(release.reasons)
            if code not in releasable
        )

    def held(self, reasons: tuple[Reason, ...]) -> Self:
        """Stop before a number is used, and say why; of very many reasons, the first."""
        return self.model_copy(update={"state": "HELD", "reasons": reasons[:MOST_REASONS]})

    def overtaken(self, reasons: tuple[Reason, ...]) -> Self:
        """End it without a document: what it asks for cannot be any more."""
        return self.model_copy(update={"state": "CANCELLED", "draft": None, "reasons": reasons})

    def ready(self) -> Self:
        """Nothing stands against numbering it."""
        return self.model_copy(update={"state": "READY"})


def body_hash(order: Order) -> str:
    """Hash what the shop said; fields it left at their defaults do not count."""
    return digest(order.model_dump(mode="json", exclude_defaults=True))


def of_order(order: Order, key: Key, *, site: str, at: datetime) -> Request:
    """Keep an order as it came in, on its way to be priced and checked."""
    return Request(
        key=key,
        state="RECEIVED",
        body_hash=body_hash(order),
        received_at=at,
        order=order,
        site=site,
    )


def of_credit(asked: Asked, key: Key, *, at: datetime) -> Request:
    """Keep what a shop wants to give back; it is drafted when it is checked."""
    said = asked.model_dump(mode="json", exclude_defaults=True)
    return Request(key=key, state="RECEIVED", body_hash=digest(said), received_at=at, credit=asked)


def of_late_payment(asked: late_payment_notes.Asked, key: Key, *, at: datetime) -> Request:
    """Keep that a seller claims, or gives up, what late payment costs."""
    said = asked.model_dump(mode="json", exclude_none=True, exclude={"today"})
    return Request(
        key=key, state="RECEIVED", body_hash=digest(said), received_at=at, late_payment=asked
    )


def of_payment(draft: ReceiptDraft, *, at: datetime) -> Request:
    """Ask for the receipt of a payment; its id at Stripe makes it the same request each time."""
    series = Series(seller=draft.seller.id, kind="receipt")
    return Request(
        key=Key(series=series, source=draft.movement.id),
        state="READY",
        body_hash=digest({"invoice": draft.invoice, "movement": plain(draft.movement)}),
        received_at=at,
        draft=draft,
    )


def one_for_each_invoice(ready: Iterable[Request]) -> list[Request]:
    """Take what fits into one transaction: it touches an item once and has room for 100 actions."""
    chosen, moved, room = list[Request](), set[str](), MOST_ACTIONS - 1
    for request in ready:
        invoices = _moved(request.draft)
        if not moved.isdisjoint(invoices):
            continue
        room -= 2 + len(invoices)
        if room < 0:
            break
        moved.update(invoices)
        chosen.append(request)
    return chosen


def _moved(draft: AnyDraft | None) -> tuple[str, ...]:
    """Give the numbers of the invoices whose state moves with this document."""
    match draft:
        case ReceiptDraft():
            return (draft.invoice,)
        case CreditNoteDraft() | LatePaymentDraft():
            return (draft.invoice.number,)
        case Draft():
            return tuple(each.number for each in draft.preceding)
    return ()
