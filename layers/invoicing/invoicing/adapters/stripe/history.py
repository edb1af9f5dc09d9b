"""What became of a payment, read at Stripe from its beginning to now.

Stripe repeats, reorders and loses events, so an event only says where to look: whatever it is
about leads to a payment intent, and the intent is read again with all its refunds and disputes.
The same reading then comes out whichever events came, and in which order.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self, get_args

import stripe
from stripe import (
    CustomerCashBalanceTransaction,
    PaymentIntent,
    Refund,
    StripeClient,
)

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account, transfers
from invoicing.adapters.stripe.amounts import from_stripe, instant
from invoicing.money import CurrencyCode, Money
from invoicing.objections import DashboardRefund, Dispute, DisputeStatus
from invoicing.payments import Awaited, Means, Movement, RefundReason
from invoicing.records import Record

_MEANS: dict[str, Means] = {
    "card": "card",
    "sepa_debit": "direct_debit",
    "customer_balance": "transfer",
}
_CAME_BACK = ("failed", "canceled")
_RETURNING = ("pending", "requires_action")
_STATUSES: dict[str, DisputeStatus] = {
    "warning_needs_response": "inquiry",
    "warning_under_review": "inquiry_under_review",
    "warning_closed": "warning_closed",
    "needs_response": "needs_response",
    "prevented": "prevented",
    "lost": "lost",
    "won": "won",
}
_REASONS: tuple[RefundReason, ...] = get_args(RefundReason)


class History(Record):
    """A payment for one of our invoices: what moved, the cause before its consequence."""

    currency: CurrencyCode

    number: str  # of the invoice
    intent: str
    movements: tuple[Movement, ...]
    returning: tuple[Money, ...] = ()  # refunds that have not left yet
    under_way: bool  # a direct debit that may still arrive
    awaited: Awaited | None = None  # a transfer of which not all has come
    may_end: bool = False  # whether it can be cancelled from here
    disputes: tuple[Dispute, ...] = ()
    dashboard_refunds: tuple[DashboardRefund, ...] = ()  # those that were not made here
    trail: str | None = None  # of the order that is paid, as the payment was told it


class Payments:
    """One seller's account at Stripe, to be read."""

    def __init__(self, secrets: StripeSecrets) -> None:
        self._client = account.client(secrets)

    def behind(self, object_id: str, *, seller: str) -> History | None:
        """Read all of the payment that an object belongs to; None if it is none of the seller's.

        Two sellers may share an account at Stripe, and then each hears of the other's payments.
        """
        intent_id = _intent_of(self._client, object_id)
        return self.of(intent_id, seller=seller) if intent_id else None

    def of(self, intent_id: str, *, seller: str) -> History | None:
        """Read a payment intent with its charge, refunds and disputes; None if it is not ours."""
        intent = self._client.v1.payment_intents.retrieve(
            intent_id, params={"expand": ["latest_charge"]}
        )
        number = invoice_of(intent, seller)
        if not number:
            return None
        moved = _Moved.of(self._client, intent)
        return History(
            currency=intent.currency.upper(),
            number=number,
            intent=intent_id,
            movements=tuple(moved.movements()),
            returning=tuple(filter(None, map(_returning, moved.refunds))),
            under_way=intent.status == "processing",
            awaited=_awaited(self._client, intent),
            may_end=transfers.is_by_itself(intent),
            disputes=tuple(map(_dispute, moved.disputes)),
            dashboard_refunds=tuple(moved.dashboard_refunds()),
            trail=_metadata(intent).get("facturier_correlation_id"),
        )

    def find(self, intent_id: str, *, seller: str) -> History | None:
        """Read a payment intent like `of`; None also if Stripe knows no such intent."""
        return account.found(lambda: self.of(intent_id, seller=seller))

    def belongs(self, intent_id: str, *, seller: str) -> bool:
        """Say whether a payment intent is for one of the seller's invoices."""
        return bool(invoice_of(self._client.v1.payment_intents.retrieve(intent_id), seller))


class _Moved(NamedTuple):
    """What Stripe has of the money of a payment intent; nothing before it succeeded."""

    payment: Movement | None = None
    refunds: Sequence[Refund] = ()
    disputes: Sequence[stripe.Dispute] = ()

    @classmethod
    def of(cls, client: StripeClient, intent: PaymentIntent) -> Self:
        if intent.status != "succeeded":
            return cls()
        about: Any = {"payment_intent": intent.id, "limit": 100}
        return cls(
            _payment(intent),
            list(client.v1.refunds.list(about).auto_paging_iter()),
            list(client.v1.disputes.list(about).auto_paging_iter()),
        )

    def movements(self) -> Iterator[Movement]:
        if not self.payment:
            return
        yield self.payment
        for refund in self.refunds:
            yield from _refunded(refund, self.payment)
        for dispute in self.disputes:
            yield from _disputed(dispute, self.payment)

    def dashboard_refunds(self) -> Iterator[DashboardRefund]:
        if self.payment:
            for refund in self.refunds:
                yield from _dashboard_refund(refund, self.payment)


def _intent_of(client: StripeClient, object_id: str) -> str | None:
    """Follow an object to its payment intent by the kind of its id; others have none."""
    found: Any
    match object_id.partition("_")[0]:
        case "pi":
            return object_id
        case "cs":
            found = client.v1.checkout.sessions.retrieve(object_id)
        case "ch" | "py":
            found = client.v1.charges.retrieve(object_id)
        case "re" | "pyr":
            found = client.v1.refunds.retrieve(object_id)
        case "dp" | "du":
            found = client.v1.disputes.retrieve(object_id)
        case _:
            return None
    return _id_of(found.payment_intent) if found.payment_intent else None


def _id_of(reference: Any) -> str:  # noqa: ANN401  an id, or the object itself where it was expanded
    return reference if isinstance(reference, str) else str(reference.id)


def invoice_of(intent: PaymentIntent, seller: str) -> str | None:
    """Say which invoice a payment intent is for; None if it is none of the seller's."""
    metadata = _metadata(intent)
    ours = metadata.get("facturier_seller") == seller
    return metadata.get("facturier_invoice") if ours else None


def _metadata(intent: PaymentIntent) -> dict[str, str]:
    return intent.metadata.to_dict() if intent.metadata else {}


def _awaited(client: StripeClient, intent: PaymentIntent) -> Awaited | None:
    """Say what came of a transfer; it is waited for anew since its last part."""
    awaited = transfers.awaited(intent)
    if not awaited or not awaited.received:
        return awaited
    moves = client.v1.customers.cash_balance_transactions.list(
        _id_of(intent.customer), {"limit": 100}
    )
    parts = (each for each in moves.auto_paging_iter() if _applied_to(each) == intent.id)
    latest = max((instant(each.created) for each in parts), default=awaited.since)
    return awaited.model_copy(update={"since": latest})


def _applied_to(move: CustomerCashBalanceTransaction) -> str | None:
    """Name the payment that cash was applied to."""
    applied = getattr(move, "applied_to_payment", None)
    return _id_of(applied.payment_intent) if applied else None


def _payment(intent: PaymentIntent) -> Movement:
    charge: Any = intent.latest_charge
    return Movement(
        id=intent.id,
        amount=from_stripe(intent.amount_received, intent.currency),
        means=_MEANS.get(charge.payment_method_details.type, "other"),
        arrived_at=instant(charge.created),
    )


def _refunded(refund: Refund, payment: Movement) -> Iterator[Movement]:
    """Give what a refund took and, if it failed later, brought back.

    Money has left once there is a balance transaction; a refund that still waits for the buyer's
    bank details has none.
    """
    if not refund.balance_transaction:
        return
    taken = Movement(
        id=refund.id,
        kind="refund",
        amount=from_stripe(refund.amount, refund.currency),
        means=payment.means,
        arrived_at=instant(refund.created),
        of=payment.id,
        reason=_reason(refund),
    )
    yield taken
    if _came_back(refund, payment):
        yield taken.model_copy(update={"id": f"{refund.id}.failed", "kind": "refund_failed"})


def _came_back(refund: Refund, payment: Movement) -> bool:
    """Say whether the seller has the money of a refund again.

    One of a transfer that fails, because its buyer gave no bank details for 45 days, becomes his
    cash at Stripe: then no line of the account's balance takes the refund back.
    """
    if payment.means == "transfer" and refund.status == "failed":
        return bool(getattr(refund, "failure_balance_transaction", None))
    return refund.status in _CAME_BACK


def _returning(refund: Refund) -> Money | None:
    """Give what a refund will take, once the account or the buyer's bank details let it."""
    if refund.balance_transaction or refund.status not in _RETURNING:
        return None
    return from_stripe(refund.amount, refund.currency)


def _reason(refund: Refund) -> RefundReason | None:
    return next((each for each in _REASONS if each == refund.reason), None)


def _dashboard_refund(refund: Refund, payment: Movement) -> Iterator[DashboardRefund]:
    """Tell a refund that took money and was not made here."""
    ours = refund.metadata and "facturier_refund" in refund.metadata.to_dict()
    if ours or not refund.balance_transaction:
        return
    yield DashboardRefund(
        id=refund.id,
        payment=_id_of(refund.payment_intent),
        amount=from_stripe(refund.amount, refund.currency),
        reason=_reason(refund),
        opened_at=instant(refund.created),
        came_back=_came_back(refund, payment),
    )


def _dispute(dispute: stripe.Dispute) -> Dispute:
    """Tell how far a dispute is; a status that we do not know (an appeal) waits for the bank."""
    details = dispute.evidence_details
    return Dispute(
        id=dispute.id,
        payment=_id_of(dispute.payment_intent),
        status=_STATUSES.get(dispute.status, "under_review"),
        reason=dispute.reason,
        amount=from_stripe(dispute.amount, dispute.currency),
        opened_at=instant(dispute.created),
        due_by=instant(details.due_by) if details.due_by else None,
        submissions=details.submission_count,
    )


def _disputed(dispute: stripe.Dispute, payment: Movement) -> Iterator[Movement]:
    """Give what a dispute withdrew and, if it was won, reinstated; an inquiry moves nothing.

    A balance transaction is in the account's currency, so the dispute's own amount is taken.
    """
    withdrawn = Movement(
        id=f"{dispute.id}.withdrawn",
        kind="dispute_withdrawn",
        amount=from_stripe(dispute.amount, dispute.currency),
        means=payment.means,
        arrived_at=instant(dispute.created),
        of=payment.id,
    )
    for transaction in sorted(dispute.balance_transactions, key=lambda each: each.created):
        if transaction.amount < 0:
            yield withdrawn.model_copy(update={"arrived_at": instant(transaction.created)})
        else:
            yield withdrawn.model_copy(
                update={
                    "id": f"{dispute.id}.reinstated",
                    "kind": "dispute_reinstated",
                    "arrived_at": instant(transaction.created),
                }
            )
