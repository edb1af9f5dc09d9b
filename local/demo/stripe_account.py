"""A seller's Stripe account: what its dashboard shows, and how its events travel."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from stripe import PaymentIntent, StripeClient
from stripe.checkout import Session

_PATIENCE = 60.0
_AS_STRIPE_HOPES = {"repeat": 1, "order": "created", "deliver": "always", "flush": True}


@dataclass(frozen=True)
class StripeAccount:
    """One account at the stand-in."""

    url: str
    key: str

    @property
    def _client(self) -> StripeClient:
        return StripeClient(self.key, base_addresses={"api": self.url})

    def payments_of(self, number: str) -> list[PaymentIntent]:
        """List every attempt to pay an invoice, those that failed too."""
        intents = self._client.v1.payment_intents.list({"limit": 100}).auto_paging_iter()
        return [each for each in intents if each.metadata["facturier_invoice"] == number]

    def sessions_of(self, number: str) -> list[Session]:
        """List every payment page that was opened for an invoice."""
        sessions = self._client.v1.checkout.sessions.list({"limit": 100}).auto_paging_iter()
        return [each for each in sessions if each.client_reference_id == number]

    @contextmanager
    def events_travel(self, **rules: Any) -> Iterator[None]:  # noqa: ANN401  fields of webhooks.Rules
        """Let events come otherwise than in order and once; what was held back comes at the end."""
        self.control("/webhooks", **rules)
        try:
            yield
        finally:
            self.control("/webhooks", **_AS_STRIPE_HOPES)

    def settle(self, payment: PaymentIntent, outcome: str) -> None:
        """Let the bank decide a debit that is under way."""
        self.control(f"/payment_intents/{payment.id}/settle", outcome=outcome)

    def transfer(self, payment: PaymentIntent, cents: int) -> None:
        """Let the buyer transfer to the account that Stripe gave him."""
        self.control(f"/customers/{payment.customer}/fund", amount=cents)

    def refund(self, payment: PaymentIntent, cents: int) -> None:
        """Send some of a payment back, as in the dashboard."""
        self.control(f"/payment_intents/{payment.id}/refund", amount=cents)

    def refunded(self, payment: PaymentIntent) -> list[int]:
        """Give the cents of each refund of a payment."""
        refunds = self._client.v1.refunds.list({"payment_intent": payment.id, "limit": 100})
        return [each.amount for each in refunds.data]

    def roll_webhook_secret(self) -> None:
        """Make another secret of the webhook, as in the dashboard; both sign for a while."""
        [endpoint] = self._client.v1.webhook_endpoints.list().data
        self.control(f"/webhook_endpoints/{endpoint.id}/roll_secret")

    @property
    def now(self) -> datetime:
        """Stripe's own time: tests put it forward."""
        return datetime.fromtimestamp(self.control("/clock", advance=0)["now"], UTC)

    def control(self, path: str, **wanted: Any) -> Any:  # noqa: ANN401  JSON
        """Make something happen that needs no call from us."""
        answer = requests.post(f"{self.url}/_control{path}", json=wanted, timeout=_PATIENCE)
        answer.raise_for_status()
        return answer.json()
