"""The account of an invoice as its buyer knows it: what came, what went back, what is left."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from invoicing import orders
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.payments import MovementKind, Receipt
from invoicing.records import Record

Means = Literal["card", "transfer", "direct_debit", "wallet", "cash", "other"]


class Move(Record):
    """Money that moved; what left the seller again is less than nothing."""

    on: date
    amount: Money
    means: Means
    kind: MovementKind = "payment"
    receipt: str | None = None  # the number of the one that the buyer may have


class Credited(Record):
    """A credit note, by what the buyer looks it up with."""

    number: str
    on: date
    amount: Money


def moves(invoice: Invoice, receipts: Sequence[Receipt]) -> tuple[Move, ...]:
    """Give what was paid at the shop, then what moved since, in the order of the receipts."""
    at_the_shop = (_at_the_shop(each, invoice.draft.currency) for each in invoice.draft.payments)
    return (*at_the_shop, *(_since(each) for each in receipts))


def credits_of(notes: Sequence[CreditNote]) -> tuple[Credited, ...]:
    """List credit notes, oldest first."""
    return tuple(
        Credited(number=each.number, on=each.issued_on, amount=each.draft.amount) for each in notes
    )


def _at_the_shop(payment: orders.Payment, currency: str) -> Move:
    return Move(on=payment.paid_on, amount=Money(payment.amount, currency), means=payment.means)


def _since(receipt: Receipt) -> Move:
    """Show a movement; the receipts that no mail carries are the seller's own record."""
    movement = receipt.draft.movement
    return Move(
        on=receipt.draft.paid_on,
        amount=movement.gained,
        means=movement.means,
        kind=movement.kind,
        receipt=None if receipt.is_silent else receipt.number,
    )
