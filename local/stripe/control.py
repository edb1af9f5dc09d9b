"""The control API: what happens at Stripe or a bank without a call from us, made to happen now."""

import json
from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug import Request, Response
from werkzeug.routing import Map, Rule

from local.stripe import api
from local.stripe.accounts import Accounts
from local.stripe.resources import (
    checkout_sessions,
    disputes,
    events,
    payments,
    payouts,
    refunds,
    transfers,
    webhook_endpoints,
)
from local.stripe.webhooks import Rules
from local.stripe.wire.openapi import Resource


class Wish(BaseModel):
    """A control call's body: an unknown field is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outcome(Wish):
    """How a payment under way ends."""

    outcome: Literal["succeeded", "failed"]


class RefundOutcome(Wish):
    """How a refund under way ends; one expires whose buyer gave no bank details."""

    outcome: Literal["succeeded", "failed", "expired"]


class DashboardRefund(Wish):
    """A refund that the seller makes in Stripe's dashboard; without an amount all that is left."""

    amount: int | None = Field(default=None, ge=1)
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None


class Dispute(Wish):
    """What a buyer's bank says when it asks for a payment back, or only asks (an inquiry)."""

    reason: str = "product_not_received"
    inquiry: bool = False


class Decision(Wish):
    """How the bank decides a dispute; an inquiry may also become a chargeback."""

    outcome: Literal["won", "lost", "warning_closed", "escalated"]


class Transfer(Wish):
    """What a customer transfers to the account that Stripe gave him."""

    amount: int = Field(ge=1)
    currency: str = "eur"


class Forward(Wish):
    """Put the stand-in's clock forward."""

    advance: int = Field(ge=0)


class Control:
    """Everything under /_control, in JSON, over all accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._shared = accounts.shared
        self._routes = Map(
            [
                _rule("GET", "/violations", self._violations),
                _rule("GET", "/deliveries", self._deliveries),
                _rule("POST", "/webhooks", self._obey),
                _rule("POST", "/webhook_endpoints/<wanted>/roll_secret", self._roll_secret),
                _rule("POST", "/events/<wanted>/resend", self._resend),
                _rule("POST", "/payment_intents/<wanted>/settle", self._settle_payment),
                _rule("POST", "/payment_intents/<wanted>/refund", self._refund),
                _rule("POST", "/refunds/<wanted>/settle", self._settle_refund),
                _rule("POST", "/payment_intents/<wanted>/dispute", self._dispute),
                _rule("POST", "/disputes/<wanted>/settle", self._settle_dispute),
                _rule("POST", "/customers/<wanted>/fund", self._fund),
                _rule("POST", "/payouts", self._pay_out),
                _rule("POST", "/clock", self._put_forward),
            ]
        )

    def answer(self, request: Request) -> Response:
        """Carry out a call. StripeError is for the caller: what Stripe refuses, this does."""
        handler, found = self._routes.bind_to_environ(request.environ).match()
        try:
            with self._accounts.lock:
                body = handler(json.loads(request.get_data() or "{}"), **found)
        except (ValidationError, json.JSONDecodeError) as error:
            return Response(str(error), 400, content_type="text/plain")
        return Response(json.dumps(body, indent=2), content_type="application/json")

    def _violations(self, _: Resource) -> Resource:
        return {"violations": self._shared.contract.violations}

    def _deliveries(self, _: Resource) -> Resource:
        return self._shared.deliveries.as_json()

    def _obey(self, body: Resource) -> Resource:
        """Change the rules that the body names; the others stay."""
        deliveries = self._shared.deliveries
        deliveries.obey(Rules.model_validate(deliveries.rules.model_dump() | body))
        return deliveries.as_json()

    def _roll_secret(self, _: Resource, *, wanted: str) -> Resource:
        account = self._accounts.holding("webhook_endpoint", wanted)
        return {"secret": webhook_endpoints.roll_secret(account, wanted)}

    def _resend(self, _: Resource, *, wanted: str) -> Resource:
        events.resend(self._accounts.holding("event", wanted), wanted)
        return self._shared.deliveries.as_json()

    def _settle_payment(self, body: Resource, *, wanted: str) -> Resource:
        wish = Outcome.model_validate(body)
        account = self._accounts.holding("payment_intent", wanted)
        intent = account.find("payment_intent", wanted, param="intent")
        payments.settle(account, intent, outcome=wish.outcome)
        checkout_sessions.settled(account, intent)
        return intent

    def _refund(self, body: Resource, *, wanted: str) -> Resource:
        wish = DashboardRefund.model_validate(body).model_dump(exclude_none=True)
        account = self._accounts.holding("payment_intent", wanted)
        return refunds.create(account, wish | {"payment_intent": wanted})

    def _settle_refund(self, body: Resource, *, wanted: str) -> Resource:
        wish = RefundOutcome.model_validate(body)
        account = self._accounts.holding("refund", wanted)
        refund = account.find("refund", wanted, param="refund")
        refunds.settle(account, refund, outcome=wish.outcome)
        return refund

    def _dispute(self, body: Resource, *, wanted: str) -> Resource:
        wish = Dispute.model_validate(body)
        account = self._accounts.holding("payment_intent", wanted)
        intent = account.find("payment_intent", wanted, param="intent")
        charge = account.find("charge", intent["latest_charge"], param="charge")
        return disputes.open_about(account, charge, reason=wish.reason, inquiry=wish.inquiry)

    def _settle_dispute(self, body: Resource, *, wanted: str) -> Resource:
        wish = Decision.model_validate(body)
        account = self._accounts.holding("dispute", wanted)
        dispute = account.find("dispute", wanted, param="dispute")
        if wish.outcome == "escalated":
            disputes.escalate(account, dispute)
        else:
            disputes.end(account, dispute, outcome=wish.outcome)
        return dispute

    def _fund(self, body: Resource, *, wanted: str) -> Resource:
        wish = Transfer.model_validate(body)
        account = self._accounts.holding("customer", wanted)
        return transfers.fund(account, wanted, wish.amount, wish.currency)

    def _pay_out(self, _: Resource) -> Resource:
        """Pay every account's available money out to its bank."""
        made = [payout for account in self._accounts for payout in payouts.pay_out(account)]
        return {"payouts": made}

    def _put_forward(self, body: Resource) -> Resource:
        self._shared.clock.ahead += Forward.model_validate(body).advance
        for account in self._accounts:
            api.catch_up(account)
        return {"now": self._shared.clock.now()}


def _rule(method: str, path: str, handler: Callable[..., Any]) -> Rule:
    return Rule(f"/_control{path}", methods=[method], endpoint=handler)
