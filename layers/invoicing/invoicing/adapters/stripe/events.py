"""Stripe's events: believed only if signed, and then only for what they point at."""

from pydantic import BaseModel
from stripe import SignatureVerificationError, WebhookSignature

from invoicing.adapters.secrets import StripeSecrets

TOLERANCE_SECONDS = 300


class UnsignedError(Exception):
    """A webhook that Stripe did not sign."""


class _Object(BaseModel):
    id: str


class _Data(BaseModel):
    object: _Object


class Event(BaseModel):
    """What is believed of an event: its name, and which object to read again."""

    id: str
    type: str
    data: _Data


def signed_event(payload: bytes, signature: str, secrets: StripeSecrets | None) -> Event:
    """Read a webhook's body if one of the seller's secrets signed it; UnsignedError otherwise.

    The signature covers the body as it came, to the byte (`t=…,v1=…`, HMAC-SHA256).
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
        return Event.model_validate_json(payload)
    raise UnsignedError
