"""Refunds: money that goes back to the buyer through Stripe, the way it came.

What is owed is what the buyer paid too much, or what a credit note gave back of what he paid. A
refund takes the latest payments first and never more of one than is left of it. What did not come
through Stripe cannot go back through it: it is left for the seller to transfer.

What a buyer transferred to Stripe and no payment needs is his cash there, which is in no books. It
goes back by a refund of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field

from invoicing.credit_notes import CreditNote
from invoicing.holdings import Holding
from invoicing.money import Money
from invoicing.orders import Amount, OrderId
from invoicing.payments import Balance, Receipt
from invoicing.records import Instant, Record
from invoicing.texts import Text

State = Literal["QUEUED", "WAITING", "MADE"]
"""To be made, or first when its seller has an account at Stripe again, or made."""

OVERPAID = "Paid too much"


Origin = Literal["paid", "held"]
"""Of which money: what the seller was paid, or what Stripe holds of the buyer for no payment."""


Owing = Literal["request", "rule"]
"""Why it goes back: somebody asked for it, or the seller's profile gives back what is too much."""


class Asked(Record):
    """What a shop asks to send back of what a buyer paid too much."""

    id: OrderId
    reason: Text
    amount: Annotated[Amount, Field(gt=0)] | None = None  # None: all that is owed, or held
    origin: Origin = "paid"


class Key(Record):
    """What makes a refund itself: the shop's id of it, or the number of its credit note."""

    seller: str
    id: str


class Refund(Record):
    """Money that is to go back, and what became of it."""

    key: Key
    invoice: str
    reason: str
    amount: Money | None = None  # None: all that is owed, or held
    customer: str | None = None  # cus_…, whose cash at Stripe it is; None: it is of what was paid
    credit_note: str | None = None
    by: Owing = "request"
    state: State = "QUEUED"
    since: Instant
    made: tuple[str, ...] = ()  # re_…
    left: Money | None = None  # what Stripe could not send back, for the seller to transfer

    def says_the_same(self, other: Self) -> bool:
        """Say whether another with the same id asks for the same."""
        return self._said == other._said

    @property
    def _said(self) -> tuple[object, ...]:
        return self.invoice, self.amount, self.reason, self.customer

    def of_cash(self, customer: str) -> Self:
        """Take it of the cash that Stripe holds for a customer (cus_…)."""
        return self.model_copy(update={"customer": customer})

    def waiting(self) -> Self:
        """Put it off until its seller has an account at Stripe."""
        return self.model_copy(update={"state": "WAITING"})

    def queued(self) -> Self:
        """Have it made now."""
        return self.model_copy(update={"state": "QUEUED"})

    def ended(self, made: Sequence[str], left: Money) -> Self:
        """Stripe took these refunds; `left` could not go that way."""
        return self.model_copy(update={"state": "MADE", "made": tuple(made), "left": left or None})


class Part(Record):
    """What is taken back of one payment."""

    payment: str  # pi_…
    amount: Money


def of_asked(asked: Asked, *, seller: str, invoice: str, currency: str, at: datetime) -> Refund:
    """Send back what a shop asks for."""
    return Refund(
        key=Key(seller=seller, id=asked.id),
        invoice=invoice,
        amount=None if asked.amount is None else Money(asked.amount, currency),
        reason=asked.reason,
        since=at,
    )


def of_credit(note: CreditNote, *, at: datetime) -> Refund:
    """Send back what a credit note gave back of what was paid."""
    draft = note.draft
    return Refund(
        key=Key(seller=draft.seller.id, id=note.number),
        invoice=draft.invoice.number,
        amount=draft.amount,
        reason=draft.reason,
        credit_note=note.number,
        since=at,
    )


def of_overpayment(receipt: Receipt, excess: Money, *, at: datetime) -> Refund:
    """Send back what a payment brought too much."""
    draft = receipt.draft
    return Refund(
        key=Key(seller=draft.seller.id, id=f"overpaid.{receipt.number}"),
        invoice=draft.invoice,
        amount=excess,
        reason=OVERPAID,
        by="rule",
        since=at,
    )


def of_holding(holding: Holding, *, seller: str, at: datetime) -> Refund | None:
    """Send back a customer's free cash; None where no invoice of his is known.

    Its id is of the moment at which the cash moved, so what moved once is sent back once.
    """
    if holding.payment or not holding.invoice:
        return None
    return Refund(
        key=Key(seller=seller, id=f"held.{holding.customer}.{holding.since:%Y%m%d%H%M%S%f}"),
        invoice=holding.invoice,
        amount=holding.amount,
        customer=holding.customer,
        reason=OVERPAID,
        by="rule",
        since=at,
    )


def of_cash(refund: Refund, *, free: Money, already: Money) -> tuple[Money, Money]:
    """Say how much of a customer's cash to send back, and how much of what is asked he has not.

    `already` was sent back for this very refund before its worker died; it is sent once, whatever
    came since. By rule nothing is missing: nobody owes what Stripe has applied since.
    """
    nothing = Money.zero(free.currency)
    wanted = free if refund.amount is None else min(refund.amount, free)
    amount = nothing if already else max(wanted, nothing)
    if refund.amount is None or refund.by == "rule":
        return amount, nothing
    return amount, refund.amount - already - amount


def wanted(refund: Refund, balance: Balance, *, kept: Money, already: Money) -> Money:
    """Say how much to send back: what is asked, never more than is owed.

    `kept` is what the seller has of the buyer's money, read at Stripe and not in the books, which
    may be behind; `already` was sent back for this very refund before its worker died.
    """
    owed = balance.owed_of(kept) + already
    asked = owed if refund.amount is None else min(refund.amount, owed)
    return max(asked - already, Money.zero(owed.currency))


def parts(amount: Money, payments: Sequence[Part]) -> tuple[list[Part], Money]:
    """Share a sum over payments, the first first; give what none of them has left, too."""
    shares, left = list[Part](), amount
    for each in payments:
        taken = min(each.amount, left)
        if taken.amount > 0:
            shares.append(Part(payment=each.payment, amount=taken))
            left -= taken
    return shares, left
