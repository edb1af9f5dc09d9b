"""Money that moved, the receipt (quittance) for it, and what an invoice still asks.

A movement is written under its natural id (`pi_…`, `re_…`, `du_…` and what became of it), which is
the source id of its receipt: the same movement told twice is the same request. Receipts are the
journal of all money, so what went back has its number in their chain too.
"""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, computed_field

from invoicing import trails
from invoicing.errors import Reason, RefusedError
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.orders import Amount, OrderId
from invoicing.parties import Buyer, Language, Seller
from invoicing.records import Day, Instant, Record

Means = Literal["card", "transfer", "direct_debit", "wallet", "other"]


MovementKind = Literal[
    "payment", "refund", "refund_failed", "dispute_withdrawn", "dispute_reinstated"
]
"""What moved the money; a failed refund and a reinstated dispute bring back what had left."""

BANK = "bank_"
"""How the id of a transfer begins that the seller tells of; its bank's reference follows."""

TRANSFER_TAKES = timedelta(days=7)  # three working days between banks, and who forgets for a day

_LEAVING: frozenset[MovementKind] = frozenset({"refund", "dispute_withdrawn"})

RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class Movement(Record):
    """Money that the buyer sent and that arrived, or that left again."""

    id: str  # pi_…, re_…, re_….failed, du_….withdrawn, du_….reinstated, or the bank's reference
    kind: MovementKind = "payment"
    amount: Money  # never negative; the kind says which way it went
    means: Means
    arrived_at: Instant  # at the seller's account, or gone from it
    of: str | None = None  # the payment that a refund or a dispute takes back
    reason: RefundReason | None = None  # of a refund, as Stripe was told

    @property
    def at_stripe(self) -> bool:
        """Whether Stripe moved it, and not a bank that a seller told of."""
        return not self.id.startswith(BANK)

    @property
    def gained(self) -> Money:
        """What the seller has more by it, less than nothing where money left."""
        return -self.amount if self.kind in _LEAVING else self.amount


class Transfer(Record):
    """Money that came to the seller's own bank, as he tells of it."""

    id: OrderId  # the bank's reference of it
    amount: Annotated[Amount, Field(gt=0)]
    received_on: Day  # the value date, civil in the seller's legal zone
    means: Literal["transfer", "direct_debit", "other"] = "transfer"


class Checkout(Record):
    """The one attempt at paying a balance that may be under way at Stripe."""

    session: str  # cs_…, or pi_… of a transfer
    version: int  # of the balance that it asks for
    count: int  # which attempt it is

    @property
    def is_transfer(self) -> bool:
        """Whether it is a transfer, which waits for longer than a session."""
        return self.session.startswith("pi_")


class Awaited(Record):
    """A transfer to an account of Stripe's of which not all has come.

    What came of it is kept by Stripe for the payment, and is no receipt until all has come.
    """

    received: Money
    missing: Money
    since: Instant  # it was asked for, or its last part came
    instructions: str | None = None  # the page of Stripe's that says how to transfer

    @property
    def until(self) -> Instant:
        """How long it may still be on its way."""
        return self.since + TRANSFER_TAKES


class ReceiptDraft(Record):
    """A receipt, complete but for its number and date."""

    invoice: str  # the number of the invoice that it pays, BT-25
    invoice_issued_on: date
    total: Money  # what the invoice asked in all: its total less what the shop had been paid
    movement: Movement
    paid_on: date  # civil date in the seller's legal zone
    language: Language
    seller: Seller
    buyer: Buyer
    page: str  # the invoice's page
    order: str | None = None  # the shop's id of what it pays, BT-14

    @property
    def trail(self) -> str | None:
        """Under which all that follows from its order is found."""
        return trails.of(self.seller.id, self.order)

    def issue(self, *, number: str, at: datetime) -> "Receipt":
        """Give a number; `at` is UTC, the date is civil in the seller's zone."""
        today = self.seller.day(at)
        return Receipt(number=number, issued_at=at, issued_on=today, draft=self)


class Receipt(Record):
    """A receipt with its number."""

    number: str
    issued_at: Instant
    issued_on: date
    draft: ReceiptDraft

    @property
    def is_silent(self) -> bool:
        """Whether no mail tells of it: the buyer hears of disputes from his own bank."""
        return self.draft.movement.kind not in {"payment", "refund"}


def transferred(transfer: Transfer, invoice: Invoice, *, at: datetime) -> Movement:
    """Make a movement of a transfer; ValueError if its amount is finer than the currency.

    RefusedError for a day to come where its seller is: what has not arrived pays nothing. A value
    date has no hour: noon in the seller's zone stands for it.
    """
    zone = invoice.draft.seller.timezone
    today = invoice.draft.seller.day(at)
    if transfer.received_on > today:
        sentence = f"{transfer.received_on} is to come: it is {today} in {zone}"
        raise RefusedError((Reason(code="ahead", message=sentence, path="$.received_on"),))
    noon = datetime.combine(transfer.received_on, time(12), zone)
    return Movement(
        id=f"{BANK}{transfer.id}",
        amount=Money(transfer.amount, invoice.draft.currency),
        means=transfer.means,
        arrived_at=noon,
    )


def receipt_draft(invoice: Invoice, movement: Movement) -> ReceiptDraft:
    """Acknowledge a movement for the invoice that it pays."""
    draft = invoice.draft
    return ReceiptDraft(
        invoice=invoice.number,
        invoice_issued_on=invoice.issued_on,
        total=draft.totals.due,
        movement=movement,
        paid_on=draft.seller.day(movement.arrived_at),
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        page=invoice.page,
        order=draft.order,
    )


def _nothing(known: dict[str, Any]) -> Money:
    return Money.zero(known["asked"].currency)


class Balance(Record):
    """What an invoice still asks, derived from the movements recorded for it."""

    asked: Money  # the invoice's amount due, BT-115
    paid: Money
    credited: Money = Field(default_factory=_nothing)  # by credit notes, paid or not
    refunded: Money = Field(default_factory=_nothing)  # went back to the buyer
    withdrawn: Money = Field(default_factory=_nothing)  # taken by disputes
    deducted_by: str | None = None  # of a deposit: the order whose invoice deducts it
    version: int = 0  # grows by one with each movement; 0 before the first

    @property
    def kept(self) -> Money:
        """What the seller has of the buyer's money."""
        return self.paid - self.refunded - self.withdrawn

    @property
    def _open(self) -> Money:
        return self.asked - self.credited - self.kept

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way of writing it
    @property
    def due(self) -> Money:
        """What is open; never less than nothing."""
        return self._open if self._open.amount > 0 else Money.zero(self.asked.currency)

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way of writing it
    @property
    def owed(self) -> Money:
        """What the seller has too much, and owes the buyer."""
        return self.owed_of(self.kept)

    def owed_of(self, kept: Money) -> Money:
        """Say what would be owed if the seller had `kept` of the buyer's money."""
        over = kept - (self.asked - self.credited)
        return over if over.amount > 0 else Money.zero(self.asked.currency)


def unpaid(invoice: Invoice) -> Balance:
    """Give the balance before any movement."""
    asked = invoice.draft.totals.due
    return Balance(asked=asked, paid=Money.zero(asked.currency))
