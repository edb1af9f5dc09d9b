"""A seller's account at the Stripe stand-in, and a buyer who presses its buttons."""

import json
from functools import cached_property
from uuid import uuid4

import requests
import stripe
from stripe import WebhookSignature
from stripe.checkout import Session

from invoicing.adapters.secrets import StripeSecrets

WEBHOOK_SECRETS = ("whsec_new", "whsec_old")


class Account:
    """An account of its own: nobody else knows its key."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = f"sk_test_{uuid4().hex}"

    @cached_property
    def client(self) -> stripe.StripeClient:
        """The SDK, to look at what product code did."""
        return stripe.StripeClient(self.key, base_addresses={"api": self.url})

    @property
    def secret_text(self) -> str:
        """What Secrets Manager keeps of it."""
        return json.dumps({"api_key": self.key, "webhook_secrets": WEBHOOK_SECRETS})

    @property
    def secrets(self) -> StripeSecrets:
        return StripeSecrets.model_validate_json(self.secret_text)

    def sessions(self) -> list[Session]:
        """All Checkout Sessions, the newest first."""
        return list(self.client.v1.checkout.sessions.list({"limit": 100}).data)

    def pay(self, page: str, way: str = "card") -> None:
        """Press a button of the hosted page, as a browser without JavaScript would."""
        requests.post(page, {"way": way}, allow_redirects=False, timeout=10).raise_for_status()

    def settle(self, session: Session, outcome: str = "succeeded") -> None:
        """Let a payment that was in process arrive or fail."""
        read = self.client.v1.checkout.sessions.retrieve(session.id)
        path = f"{self.url}/_control/payment_intents/{read.payment_intent}/settle"
        requests.post(path, json={"outcome": outcome}, timeout=10).raise_for_status()


def signed(payload: str, secret: str = WEBHOOK_SECRETS[0], *, at: int | None = None) -> str:
    """The Stripe-Signature header of a webhook."""
    return str(WebhookSignature.generate_signature_header(payload, secret, at))


def an_event(kind: str = "checkout.session.completed", *, of: str = "cs_1") -> str:
    """A webhook's body, with more in it than we read."""
    return json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": kind,
            "livemode": False,
            "data": {"object": {"id": of, "payment_status": "paid", "amount_total": 1}},
        }
    )
