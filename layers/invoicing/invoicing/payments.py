"""Money that came in, and the receipt (quittance) for it.

A payment is written under its natural id at Stripe (`pi_…`), which is the source id of its receipt:
the same payment told twice is the same request.
"""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, computed_field

from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.parties import Buyer, Language, Seller
from invoicing.records import Instant, Record

Means = Literal["card", "transfer", "direct_debit", "wallet", "other"]


class Movement(Record):
    """Money that the buyer sent and that arrived."""

    id: str  # Stripe's id of the payment: pi_…
    amount: Money
    means: Means
    arrived_at: Instant


class Checkout(Record):
    """The one attempt at paying a balance that may be under way at Stripe."""

    session: str  # cs_…
    version: int  # of the balance that it asks for
    count: int  # which attempt it is


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

    def issue(self, *, number: str, at: datetime) -> "Receipt":
        """Give a number; `at` is UTC, the date is civil in the seller's zone."""
        today = at.astimezone(self.seller.timezone).date()
        return Receipt(number=number, issued_at=at, issued_on=today, draft=self)


class Receipt(Record):
    """A receipt with its number."""

    number: str
    issued_at: Instant
    issued_on: date
    draft: ReceiptDraft


def receipt_draft(invoice: Invoice, movement: Movement) -> ReceiptDraft:
    """Acknowledge a movement for the invoice that it pays."""
    draft = invoice.draft
    return ReceiptDraft(
        invoice=invoice.number,
        invoice_issued_on=invoice.issued_on,
        total=draft.totals.due,
        movement=movement,
        paid_on=movement.arrived_at.astimezone(draft.seller.timezone).date(),
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        page=invoice.page,
    )


def _nothing(known: dict[str, Any]) -> Money:
    return Money.zero(known["asked"].currency)


class Balance(Record):
    """What an invoice still asks, derived from the movements recorded for it."""

    asked: Money  # the invoice's amount due, BT-115
    paid: Money
    credited: Money = Field(default_factory=_nothing)  # by credit notes, paid or not
    deducted_by: str | None = None  # of a deposit: the order whose invoice deducts it
    version: int = 0  # grows by one with each movement; 0 before the first

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way of writing it
    @property
    def due(self) -> Money:
        """What is open; never less than nothing, what is over is the buyer's credit."""
        open_ = self.asked - self.credited - self.paid
        return open_ if open_.amount > 0 else Money.zero(self.asked.currency)


def unpaid(invoice: Invoice) -> Balance:
    """Give the balance before any movement."""
    asked = invoice.draft.totals.due
    return Balance(asked=asked, paid=Money.zero(asked.currency))
