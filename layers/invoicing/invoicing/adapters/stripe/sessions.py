"""Stripe: the attempt at paying an open balance, and what became of it.

It is a Checkout Session, or the payment of a transfer that the buyer was told how to make. The
latter is asked for by itself, because Stripe neither changes nor cancels what a session asked for.
"""

from typing import Any

from stripe import PaymentIntent
from stripe.params import PaymentIntentCancelParams
from stripe.params.checkout import SessionCreateParams

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account, transfers
from invoicing.adapters.stripe.amounts import AnotherAmountError, from_stripe, to_stripe
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.payments import Awaited, Balance
from invoicing.records import Record, digest
from invoicing.views.standings import Attempt

_PAYMENT = "pi_"


class Opened(Record):
    """A Checkout Session that waits for the buyer, or the payment of his transfer."""

    session: str
    url: str


class Standing(Record):
    """How far an attempt got; `url` is where an open session goes on."""

    attempt: Attempt
    url: str | None = None
    payment: str | None = None  # pi_…, once it was made
    page: str | None = None  # where an open one leads back to
    awaited: Awaited | None = None  # what came of a transfer that is waited for
    may_end: bool = False  # whether the buyer may still choose to pay in another way


class Asking(Record):
    """What a Checkout Session asks for that is open."""

    number: str  # of the invoice
    amount: Money


class Sessions:
    """One seller's account at Stripe."""

    def __init__(self, secrets: StripeSecrets) -> None:
        self.secrets = secrets
        self._client = account.client(secrets)

    def open(self, invoice: Invoice, balance: Balance, *, page: str, count: int) -> Opened:
        """Open the `count`-th Checkout Session for exactly what the balance still asks.

        `page` is the buyer's page, which it leads back to.

        Balance, count and all that is said are the idempotency key: two tabs that press Pay get the
        same session, and who crashed before a link was revoked does not stand in the way of who
        comes by the new one.
        """
        wanted = _session(invoice, balance.due, page)
        key = _key(invoice, balance, count, dict(wanted))
        session = self._client.v1.checkout.sessions.create(wanted, {"idempotency_key": key})
        if session.amount_total != to_stripe(balance.due) or not session.url:
            raise AnotherAmountError(invoice.number)
        return Opened(session=session.id, url=session.url)

    def ask_for_transfer(
        self, invoice: Invoice, balance: Balance, *, page: str, count: int, customer: str
    ) -> Opened:
        """Ask a customer (cus_…) for a transfer of exactly what is open, as the `count`-th attempt.

        His cash that Stripe holds already pays as much of it at once. InvalidRequestError where
        the account takes no transfers, or not in this currency.
        """
        wanted = transfers.wanted(invoice, balance.due, page=page, customer=customer)
        key = _key(invoice, balance, count, dict(wanted))
        payment = self._client.v1.payment_intents.create(wanted, {"idempotency_key": key})
        if payment.amount != to_stripe(balance.due):
            raise AnotherAmountError(invoice.number)
        return Opened(session=payment.id, url=page)

    def standing(self, session_id: str) -> Standing:
        """Say how far an attempt got; one at another account, which its seller left, is none."""
        return account.found(lambda: self._standing(session_id)) or Standing(attempt="none")

    def _standing(self, session_id: str) -> Standing:
        if session_id.startswith(_PAYMENT):
            standing = _of(self._client.v1.payment_intents.retrieve(session_id))
            awaited = standing.awaited
            return standing.model_copy(update={"may_end": bool(awaited and not awaited.received)})
        session = self._client.v1.checkout.sessions.retrieve(
            session_id, params={"expand": ["payment_intent"]}
        )
        if session.status == "open":
            return Standing(attempt="none", url=session.url, page=session.cancel_url)
        if session.status != "complete":
            return Standing(attempt="none")
        intent: Any = session.payment_intent
        if session.payment_status != "unpaid":
            return Standing(attempt="returned", payment=intent.id)
        return _of(intent)

    def asking(self, session_id: str, *, seller: str) -> Asking | None:
        """Read what a session asks for; None where it is not open, or none of the seller's."""
        session = account.found(lambda: self._client.v1.checkout.sessions.retrieve(session_id))
        if not session:
            return None
        said: dict[str, str] = session.metadata.to_dict() if session.metadata else {}
        is_ours = said.get("facturier_seller") == seller
        if session.status != "open" or not is_ours or session.amount_total is None:
            return None
        amount = from_stripe(session.amount_total, f"{session.currency}")
        return Asking(number=said["facturier_invoice"], amount=amount)

    def end(self, session_id: str) -> None:
        """Close an attempt that asks for another sum than is open now, or that its buyer left."""
        if session_id.startswith(_PAYMENT):
            left: PaymentIntentCancelParams = {"cancellation_reason": "abandoned"}
            self._client.v1.payment_intents.cancel(session_id, left)
        else:
            self._client.v1.checkout.sessions.expire(session_id)


def _of(payment: PaymentIntent) -> Standing:
    """Say how far a payment got that its buyer began."""
    if payment.status == "succeeded":
        return Standing(attempt="returned", payment=payment.id)
    awaited = transfers.awaited(payment)
    if awaited:
        return Standing(attempt="awaited", awaited=awaited)
    return Standing(attempt="in_process" if payment.status == "processing" else "none")


def _key(invoice: Invoice, balance: Balance, count: int, wanted: dict[str, Any]) -> str:
    attempt = f"{invoice.draft.seller.id}.{invoice.number}.{balance.version}.{count}"
    return f"{attempt}.{digest(wanted)[:16]}"


def _session(invoice: Invoice, due: Money, page: str) -> SessionCreateParams:
    """Describe the payment of what is due; which means it may use is Stripe's setting."""
    draft = invoice.draft
    reference = transfers.reference(invoice)
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
        "success_url": f"{page}?paid",
        "cancel_url": page,
    }
    if draft.buyer.email:
        session["customer_email"] = draft.buyer.email
    return session
