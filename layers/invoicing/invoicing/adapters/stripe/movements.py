"""What Stripe's payments, refunds and disputes moved, in the words of the journal."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self, get_args

import stripe
from stripe import PaymentIntent, Refund, StripeClient

from invoicing.adapters.stripe.account import id_of
from invoicing.adapters.stripe.amounts import from_stripe, instant
from invoicing.money import Money
from invoicing.objections import DashboardRefund, Dispute, DisputeStatus
from invoicing.payments import Means, Movement, RefundReason

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


class Moved(NamedTuple):
    """What Stripe has of the money of a payment intent; nothing before it succeeded."""

    payment: Movement | None = None
    refunds: Sequence[Refund] = ()
    disputes: Sequence[stripe.Dispute] = ()

    @classmethod
    def of(cls, client: StripeClient, intent: PaymentIntent) -> Self:
        """Read it; `latest_charge` of the intent is expanded."""
        if intent.status != "succeeded":
            return cls()
        about: Any = {"payment_intent": intent.id, "limit": 100}
        return cls(
            _payment(intent),
            list(client.v1.refunds.list(about).auto_paging_iter()),
            list(client.v1.disputes.list(about).auto_paging_iter()),
        )

    def movements(self) -> Iterator[Movement]:
        """Give what moved, the cause before its consequence."""
        if not self.payment:
            return
        yield self.payment
        for refund in self.refunds:
            yield from _refunded(refund, self.payment)
        for dispute in self.disputes:
            yield from _disputed(dispute, self.payment)

    def returning(self) -> Iterator[Money]:
        """Give what refunds will take, once the account or the buyer's bank details let them."""
        for refund in self.refunds:
            if not refund.balance_transaction and refund.status in _RETURNING:
                yield from_stripe(refund.amount, refund.currency)

    def disputed(self) -> Iterator[Dispute]:
        """Tell how far each dispute is."""
        return map(_dispute, self.disputes)

    def dashboard_refunds(self) -> Iterator[DashboardRefund]:
        """Tell the refunds that were not made here."""
        if self.payment:
            for refund in self.refunds:
                yield from _dashboard_refund(refund, self.payment)


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


def _reason(refund: Refund) -> RefundReason | None:
    return next((each for each in _REASONS if each == refund.reason), None)


def _dashboard_refund(refund: Refund, payment: Movement) -> Iterator[DashboardRefund]:
    """Tell a refund that took money and was not made here."""
    ours = refund.metadata and "facturier_refund" in refund.metadata.to_dict()
    if ours or not refund.balance_transaction:
        return
    yield DashboardRefund(
        id=refund.id,
        payment=id_of(refund.payment_intent),
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
        payment=id_of(dispute.payment_intent),
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
