"""A shop that sells through Checkout, its buyer, and the webhook endpoint it listens on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import stripe
from stripe.checkout import Session
from werkzeug import Request, Response

from local.serving import serving

SUCCESS = "http://shop.example/paid?session={CHECKOUT_SESSION_ID}"
CANCELLED = "http://shop.example/invoice"


def a_client(url: str, key: str) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": url}, max_network_retries=0)


def a_session(
    client: stripe.StripeClient,
    *,
    amount: int = 5900,
    currency: str = "eur",
    options: Any = None,  # noqa: ANN401 - the SDK's own shape
    **more: Any,  # noqa: ANN401 - the same
) -> Session:
    line: Any = {
        "quantity": 1,
        "price_data": {
            "currency": currency,
            "unit_amount": amount,
            "product_data": {"name": "Invoice R2026-0042"},
        },
    }
    asked: Any = {
        "mode": "payment",
        "line_items": [line],
        "success_url": SUCCESS,
        "cancel_url": CANCELLED,
        **more,
    }
    return client.v1.checkout.sessions.create(asked, options)


def press(session: Session, way: str) -> requests.Response:
    """Press a button of the hosted page, as a browser without JavaScript would."""
    assert session.url
    return requests.post(session.url, {"way": way}, allow_redirects=False, timeout=10)


def paid(client: stripe.StripeClient, way: str = "card", **more: Any) -> Session:  # noqa: ANN401
    """A session whose buyer has pressed a button, read again with its payment."""
    session = a_session(client, **more)
    press(session, way)
    return again(client, session)


def again(client: stripe.StripeClient, session: Session) -> Session:
    """The session as it is now, its payment and charge included."""
    return client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )


def types(client: stripe.StripeClient) -> list[str]:
    """Types of the account's events, oldest first."""
    return [str(event.type) for event in client.v1.events.list({"limit": 100}).data][::-1]


def control(url: str, path: str, **body: Any) -> Any:  # noqa: ANN401 - any JSON
    answer = requests.post(f"{url}/_control/{path}", json=body, timeout=10)
    answer.raise_for_status()
    return answer.json()


@dataclass
class Inbox:
    """A webhook endpoint that keeps what it got; it answers `answers` first, then 200."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[bytes, str]] = field(default_factory=list)
    url: str = ""

    def __call__(self, environ: Any, start_response: Any) -> Any:  # noqa: ANN401 - WSGI
        request = Request(environ)
        self.got.append((request.get_data(), request.headers["Stripe-Signature"]))
        status = self.answers.pop(0) if self.answers else 200
        return Response(status=status)(environ, start_response)

    def verified(self, secret: str) -> list[stripe.Event]:
        """What came, each signature checked by Stripe's own SDK."""
        check: Any = stripe.Webhook.construct_event
        return [check(body, signature, secret) for body, signature in self.got]


@contextmanager
def listening(*answers: int) -> Iterator[Inbox]:
    inbox = Inbox(list(answers))
    with serving(inbox) as inbox.url:
        yield inbox
