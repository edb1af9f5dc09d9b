"""Sending money back through Stripe, at most once for each refund and payment."""

from typing import Any, NamedTuple

from stripe import InvalidRequestError
from stripe.params import RefundCreateParams

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account
from invoicing.adapters.stripe.amounts import AnotherAmountError, from_stripe, to_stripe
from invoicing.adapters.stripe.history import History
from invoicing.money import Money, total
from invoicing.refunds import Part, Refund


class Sent(NamedTuple):
    """A refund at Stripe."""

    id: str
    amount: Money


class Paybacks:
    """One seller's account at Stripe, to send back from."""

    def __init__(self, secrets: StripeSecrets) -> None:
        self._client = account.client(secrets)

    def made(self, refund: Refund, payment: str) -> list[Sent]:
        """Read what was sent back of a payment for this refund before; a key lives a day only."""
        listed = self._client.v1.refunds.list({"payment_intent": payment, "limit": 100})
        return [
            Sent(each.id, from_stripe(each.amount, each.currency))
            for each in listed.auto_paging_iter()
            if each.metadata and each.metadata.to_dict().get("facturier_refund") == refund.key.id
        ]

    def send(self, refund: Refund, part: Part, *, trail: str | None) -> Sent | None:
        """Send a part back; None if Stripe refuses, as it does for a payment in dispute.

        Asked again with the same key it is the same refund at Stripe. What is finer than it counts
        it cannot send.
        """
        key = f"refund.{refund.key.seller}.{refund.key.id}.{part.payment}"
        try:
            params: RefundCreateParams = {
                "payment_intent": part.payment,
                "amount": to_stripe(part.amount),
                "metadata": _said(refund, trail),
            }
            sent = self._client.v1.refunds.create(params, {"idempotency_key": key})
        except (InvalidRequestError, AnotherAmountError):
            return None
        return Sent(sent.id, part.amount)

    def made_of_cash(self, refund: Refund, customer: str) -> list[Sent]:
        """Read what was sent back of a customer's cash for this refund before.

        Stripe lists no refunds by customer, so all are read since his first cash came, which are
        both Stripe's times: its clock need not be ours.
        """
        cash = self._client.v1.customers.cash_balance_transactions
        moves = account.found(lambda: cash.list(customer, {"limit": 100}))
        times = (each.created for each in moves.auto_paging_iter()) if moves else ()
        first = min(times, default=None)
        if not first:
            return []
        since = {"created": {"gte": first}, "limit": 100}
        listed: Any = self._client.v1.refunds.list(since)  # type: ignore[arg-type]  # a plain dict
        return [
            Sent(each.id, from_stripe(each.amount, each.currency))
            for each in listed.auto_paging_iter()
            if each.metadata and _is_of(refund, each.metadata.to_dict())
        ]

    def send_cash(self, refund: Refund, amount: Money, *, trail: str | None) -> Sent | None:
        """Send a customer's cash back; None if Stripe refuses, as where he has no address."""
        params: RefundCreateParams = {
            "amount": to_stripe(amount),
            "currency": amount.currency.lower(),
            "customer": refund.customer or "",
            "metadata": _said(refund, trail),
            "origin": "customer_balance",
        }
        key = f"refund.{refund.key.seller}.{refund.key.id}.cash"
        try:
            sent = self._client.v1.refunds.create(params, {"idempotency_key": key})
        except InvalidRequestError:
            return None
        return Sent(sent.id, amount)


def _said(refund: Refund, trail: str | None) -> dict[str, str]:
    """Give what a refund says of itself at Stripe, by which it is found again."""
    said = {
        "facturier_refund": refund.key.id,
        "facturier_seller": refund.key.seller,
        "facturier_correlation_id": f"{trail}",
    }
    return said | ({"facturier_credit_note": refund.credit_note} if refund.credit_note else {})


def _is_of(refund: Refund, said: dict[str, str]) -> bool:
    names = said.get("facturier_refund"), said.get("facturier_seller")
    return names == (refund.key.id, refund.key.seller)


def left_of(history: History) -> Part:
    """Give what is left of a payment to be sent back, without what is on its way back already.

    A refund of a transfer waits up to 45 days for the buyer's bank details, and one that the
    account's balance does not cover until it does.
    """
    moved = total((each.gained for each in history.movements), history.currency)
    return Part(payment=history.intent, amount=moved - total(history.returning, history.currency))
