"""A seller's Stripe account: what its dashboard shows, and how its events travel."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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

    def control(self, path: str, **wanted: Any) -> None:  # noqa: ANN401  JSON
        """Make something happen that needs no call from us."""
        answer = requests.post(f"{self.url}/_control{path}", json=wanted, timeout=_PATIENCE)
        answer.raise_for_status()
