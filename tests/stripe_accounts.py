"""A seller's account at the Stripe stand-in, and a buyer who presses its buttons."""

import json
from functools import cached_property
from typing import Any
from uuid import uuid4

import pytest
import requests
import stripe
from stripe import WebhookSignature
from stripe.checkout import Session

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.payments import unpaid
from tests.builders import TOKYO, a_line, an_invoice

STRIPE_COUNTS = pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("59.00", "EUR", 5900),
        ("5900", "JPY", 5900),
        ("1.230", "KWD", 1230),
        ("5900", "ISK", 590000),  # no decimals in ISO 4217, two at Stripe
        ("5900", "UGX", 590000),
        ("5900.00", "MGA", 5900),  # two decimals in ISO 4217, none at Stripe
    ],
)
WEBHOOK_SECRETS = ("whsec_new", "whsec_old")


class Account:
    """An account of its own: nobody else knows its key."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = f"sk_test_{uuid4().hex}"

    @cached_property
    def client(self) -> stripe.StripeClient:
        """The SDK, to look at what product code did."""
        return stripe.StripeClient(self.key, base_addresses={"api": self.url, "files": self.url})

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

    def intent(self, session: Session) -> str:
        """The payment behind a session that the buyer tried to pay."""
        return str(self.client.v1.checkout.sessions.retrieve(session.id).payment_intent)

    def control(self, path: str, **wish: object) -> Any:  # noqa: ANN401  any JSON
        """Let something happen at Stripe or a bank without a call from us."""
        answer = requests.post(f"{self.url}/_control/{path}", json=wish, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def settle(self, session: Session, outcome: str = "succeeded") -> None:
        """Let a payment that was in process arrive or fail."""
        self.control(f"payment_intents/{self.intent(session)}/settle", outcome=outcome)


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


def abroad(currency, price="5900"):
    """An invoice to Tokyo, so that no VAT changes the sum."""
    buyer = {"name": "Haruka Tanaka", "address": TOKYO}
    return an_invoice(currency=currency, buyer=buyer, lines=[a_line(price)])


def checked_out(account, invoice=None, balance=None, *, count=1):
    """Open a Checkout Session and read it as Stripe has it."""
    asked = invoice or an_invoice()
    Sessions(account.secrets).open(asked, balance or unpaid(asked), page=asked.page, count=count)
    return account.sessions()[0]
