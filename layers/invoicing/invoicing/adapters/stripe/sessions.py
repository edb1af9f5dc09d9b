"""Stripe: the Checkout Session of an open balance, and what became of it."""

from typing import Any

from stripe.params.checkout import SessionCreateParams

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account, transfers
from invoicing.adapters.stripe.amounts import AnotherAmountError, to_stripe
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.payments import Awaited, Balance
from invoicing.records import Record, digest
from invoicing.views.standings import Attempt


class Opened(Record):
    """A Checkout Session that waits for the buyer."""

    session: str
    url: str


class Standing(Record):
    """How far a Checkout Session got; `url` is where an open one goes on."""

    attempt: Attempt
    url: str | None = None
    payment: str | None = None  # pi_…, once it was made
    page: str | None = None  # where an open one leads back to
    awaited: Awaited | None = None  # what came of a transfer that is waited for


class Sessions:
    """One seller's account at Stripe."""

    def __init__(self, secrets: StripeSecrets) -> None:
        self.secrets = secrets
        self._client = account.client(secrets)

    def open(
        self,
        invoice: Invoice,
        balance: Balance,
        *,
        page: str,
        count: int,
        customer: str | None = None,
    ) -> Opened:
        """Open the `count`-th Checkout Session for exactly what the balance still asks.

        `page` is the buyer's page, which it leads back to; a `customer` (cus_…) may transfer.

        Balance, count and all that is said are the idempotency key: two tabs that press Pay get the
        same session, and who crashed before a link was revoked does not stand in the way of who
        comes by the new one.
        """
        wanted = _session(invoice, balance.due, page, customer)
        attempt = f"{invoice.draft.seller.id}.{invoice.number}.{balance.version}.{count}"
        key = f"{attempt}.{digest(dict(wanted))[:16]}"
        session = self._client.v1.checkout.sessions.create(wanted, {"idempotency_key": key})
        if session.amount_total != to_stripe(balance.due) or not session.url:
            raise AnotherAmountError(invoice.number)
        return Opened(session=session.id, url=session.url)

    def standing(self, session_id: str) -> Standing:
        """Say how far a Checkout Session got."""
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
        awaited = transfers.awaited(intent)
        if awaited:
            return Standing(attempt="awaited", awaited=awaited)
        under_way = intent.status == "processing"
        return Standing(attempt="in_process" if under_way else "none")

    def expire(self, session_id: str) -> None:
        """Close a session that asks for another sum than is open now."""
        self._client.v1.checkout.sessions.expire(session_id)


def _session(invoice: Invoice, due: Money, page: str, customer: str | None) -> SessionCreateParams:
    """Describe the payment of what is due; which means it may use is Stripe's setting."""
    draft = invoice.draft
    reference = {
        "facturier_seller": draft.seller.id,
        "facturier_invoice": invoice.number,
        "facturier_correlation_id": f"{draft.trail}",
    }
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
    transfer = transfers.options(invoice) if customer else None
    if customer and transfer:
        session["customer"] = customer
        session["payment_method_options"] = {"customer_balance": transfer}
    elif draft.buyer.email:
        session["customer_email"] = draft.buyer.email
    return session
