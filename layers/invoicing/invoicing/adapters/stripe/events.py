"""Stripe's events: believed only if signed, and then only for what they point at."""

from typing import Any

from pydantic import BaseModel, ValidationError
from stripe import SignatureVerificationError, WebhookSignature

from invoicing.adapters.secrets import StripeSecrets

TOLERANCE_SECONDS = 300
FOLLOWED = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.partially_funded",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
    "cash_balance.funds_available",
    "customer_cash_balance_transaction.created",
)
"""What a seller's webhook asks for: whatever moves money or says that it may still move."""


class UnsignedError(Exception):
    """A webhook that Stripe did not sign."""


_OF_A_CUSTOMER = {"cash_balance", "customer_cash_balance_transaction"}


class About(BaseModel):
    """The object of an event, as far as it says what to read again."""

    id: str | None = None  # a balance has none
    object: str | None = None
    customer: Any = None
    metadata: Any = None

    @property
    def to_read(self) -> str | None:
        """The id to read by: cash that belongs to a customer is read with its customer."""
        if self.object not in _OF_A_CUSTOMER:
            return self.id
        return self.customer if isinstance(self.customer, str) else None


class _Data(BaseModel):
    object: About


class Event(BaseModel):
    """What is believed of an event: its name, and which object to read again."""

    id: str
    type: str
    data: _Data

    @property
    def trail(self) -> str | None:
        """Under which the order is followed, where the object was made for one."""
        told = self.data.object.metadata
        return told.get("facturier_correlation_id") if isinstance(told, dict) else None

    @property
    def about(self) -> str | None:
        """The id of what to read again; None where it has none."""
        return self.data.object.to_read


def signed_event(payload: bytes, signature: str, secrets: StripeSecrets | None) -> Event | None:
    """Read a webhook's body if one of the seller's secrets signed it; UnsignedError otherwise.

    The signature covers the body as it came, to the byte (`t=…,v1=…`, HMAC-SHA256). None for what
    is signed and no event that carries its object: Stripe has thin ones too, and envelopes.
    """
    if not signature.isascii():
        raise UnsignedError  # the SDK compares ASCII only
    for secret in secrets.webhook_secrets if secrets else ():
        try:
            WebhookSignature.verify_header(
                payload, signature, secret.get_secret_value(), TOLERANCE_SECONDS
            )
        except (SignatureVerificationError, UnicodeDecodeError):
            continue
        return _read(payload)
    raise UnsignedError


def _read(payload: bytes) -> Event | None:
    try:
        return Event.model_validate_json(payload)
    except ValidationError:
        return None
