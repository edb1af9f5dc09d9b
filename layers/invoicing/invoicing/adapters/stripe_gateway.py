"""Stripe: the Checkout Session of an open balance, and what became of it.

Stripe counts in its own smallest units, which are not ISO 4217's for every currency; that is
settled here and nowhere else.
"""

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel
from stripe import RequestsClient, SignatureVerificationError, StripeClient, WebhookSignature
from stripe.checkout import Session
from stripe.params.checkout import SessionCreateParams

from invoicing import settings
from invoicing.adapters.secrets import StripeSecrets
from invoicing.invoices import Invoice
from invoicing.money import Money, exponent
from invoicing.payments import Balance, Means, Movement
from invoicing.records import Record
from invoicing.views.pages import Attempt

TOLERANCE_SECONDS = 300
PATIENCE_SECONDS = 5  # of one call; the functions that ask have 20

# ISO 4217 counts ISK and UGX whole, Stripe in hundredths; with MGA it is the other way round.
_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
_MEANS: dict[str, Means] = {
    "card": "card",
    "sepa_debit": "direct_debit",
    "customer_balance": "transfer",
}


class UnsignedError(Exception):
    """A webhook that Stripe did not sign."""


class AnotherAmountError(Exception):
    """Stripe would ask for another sum than is open."""


class Paid(Record):
    """A payment that arrived, and the invoice that it is for."""

    number: str
    movement: Movement


class Opened(Record):
    """A Checkout Session that waits for the buyer."""

    session: str
    url: str


class Standing(Record):
    """How far a Checkout Session got; `url` is where an open one goes on."""

    attempt: Attempt
    url: str | None = None


def _decimals(currency: str) -> int:
    return _DECIMALS.get(currency, exponent(currency))


def to_stripe(money: Money) -> int:
    """Count money as Stripe does; AnotherAmountError where Stripe does not count that finely."""
    units = money.amount.scaleb(_decimals(money.currency))
    if units != int(units):
        raise AnotherAmountError(f"Stripe cannot ask for {money}")
    return int(units)


def from_stripe(units: int, currency: str) -> Money:
    """Read money as Stripe counts it; `currency` in either case."""
    code = currency.upper()
    return Money(Decimal(units).scaleb(-_decimals(code)), code)


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


class StripeGateway:
    """One seller's account at Stripe."""

    def __init__(self, secrets: StripeSecrets) -> None:
        self._client = _client(secrets.api_key.get_secret_value())

    def open(self, invoice: Invoice, balance: Balance, *, count: int) -> Opened:
        """Open the `count`-th Checkout Session for exactly what the balance still asks.

        Balance and count are the idempotency key: two tabs that press Pay get the same session.
        """
        key = f"{invoice.draft.seller.id}.{invoice.number}.{balance.version}.{count}"
        session = self._client.v1.checkout.sessions.create(
            params=_session(invoice, balance.due), options={"idempotency_key": key}
        )
        if session.amount_total != to_stripe(balance.due) or not session.url:
            raise AnotherAmountError(invoice.number)
        return Opened(session=session.id, url=session.url)

    def standing(self, session_id: str) -> Standing:
        """Say how far a Checkout Session got."""
        session = self._client.v1.checkout.sessions.retrieve(
            session_id, params={"expand": ["payment_intent"]}
        )
        if session.status != "complete":
            return Standing(attempt="none", url=session.url if session.status == "open" else None)
        if session.payment_status != "unpaid":
            return Standing(attempt="returned")
        intent: Any = session.payment_intent
        under_way = intent.status == "processing"
        return Standing(attempt="in_process" if under_way else "none")

    def expire(self, session_id: str) -> None:
        """Close a session that asks for another sum than is open now."""
        self._client.v1.checkout.sessions.expire(session_id)

    def paid(self, session_id: str, *, seller: str) -> Paid | None:
        """Read a Checkout Session again: None unless its money arrived and it is this seller's.

        Two sellers may share an account at Stripe, and then each hears of the other's sessions.
        """
        session = self._client.v1.checkout.sessions.retrieve(
            session_id, params={"expand": ["payment_intent.latest_charge"]}
        )
        number = _number(session, seller)
        intent: Any = session.payment_intent
        if not number or not intent or intent.status != "succeeded":
            return None
        charge = intent.latest_charge
        movement = Movement(
            id=intent.id,
            amount=from_stripe(intent.amount_received, intent.currency),
            means=_MEANS.get(charge.payment_method_details.type, "other"),
            arrived_at=datetime.fromtimestamp(charge.created, UTC),
        )
        return Paid(number=number, movement=movement)


def _session(invoice: Invoice, due: Money) -> SessionCreateParams:
    """Describe the payment of what is due; which means it may use is Stripe's setting."""
    draft = invoice.draft
    reference = {"facturier_seller": draft.seller.id, "facturier_invoice": invoice.number}
    session: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": invoice.number,
        "locale": draft.language,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": due.currency.lower(),
                    "unit_amount": to_stripe(due),
                    "product_data": {"name": f"{draft.seller.name} · {invoice.number}"},
                },
            }
        ],
        "metadata": reference,
        "payment_intent_data": {"metadata": reference, "description": invoice.number},
        "success_url": f"{invoice.page}?paid",
        "cancel_url": invoice.page,
    }
    if draft.buyer.email:
        session["customer_email"] = draft.buyer.email
    return session


def _number(session: Session, seller: str) -> str | None:
    metadata: dict[str, str] = session.metadata.to_dict() if session.metadata else {}
    ours = metadata.get("facturier_seller") == seller
    return metadata.get("facturier_invoice") if ours else None


def checkout_origin() -> str:
    """Give the origin of the hosted payment pages."""
    return settings.optional("STRIPE_API_BASE") or "https://checkout.stripe.com"


@cache
def _client(api_key: str) -> StripeClient:
    base = settings.optional("STRIPE_API_BASE")
    return StripeClient(
        api_key,
        base_addresses={"api": base} if base else None,
        max_network_retries=1,
        http_client=RequestsClient(timeout=PATIENCE_SECONDS),
    )
