"""Transfers to an account of Stripe's (`customer_balance`): how one is asked for and awaited.

Stripe gives each customer an account number and applies what comes there to the payments of that
customer which wait for it; what it cannot apply stays in the customer's cash balance.
"""

from typing import Any

from stripe import PaymentIntent
from stripe.params import PaymentIntentCreateParams

from invoicing.adapters.stripe.amounts import from_stripe, instant, to_stripe
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.payments import Awaited

METHOD = "customer_balance"

_BANKS: dict[str, Any] = {
    "EUR": "eu_bank_transfer",
    "GBP": "gb_bank_transfer",
    "JPY": "jp_bank_transfer",
    "MXN": "mx_bank_transfer",
    "USD": "us_bank_transfer",
}
_EURO_ACCOUNTS = ("DE", "FR", "IE", "NL")  # whose IBANs Stripe has


def options(invoice: Invoice) -> dict[str, Any] | None:
    """Say where the buyer transfers to; None where Stripe has no account in the currency.

    A euro account in the buyer's country comes first, else in the seller's: some banks make a
    foreign IBAN hard to pay to.
    """
    bank = _BANKS.get(invoice.draft.currency)
    if not bank:
        return None
    transfer: Any = {"type": bank}
    if bank == "eu_bank_transfer":
        lands = (invoice.draft.buyer.address.country, invoice.draft.seller.address.country)
        near = (each for each in lands if each in _EURO_ACCOUNTS)
        transfer[bank] = {"country": next(near, "DE")}
    return {"funding_type": "bank_transfer", "bank_transfer": transfer}


def reference(invoice: Invoice) -> dict[str, str]:
    """Give what a payment says of the invoice that it is for."""
    return {
        "facturier_seller": invoice.draft.seller.id,
        "facturier_invoice": invoice.number,
        "facturier_correlation_id": f"{invoice.draft.trail}",
    }


def wanted(invoice: Invoice, due: Money, *, page: str, customer: str) -> PaymentIntentCreateParams:
    """Describe the payment of what is due by a transfer."""
    options_: Any = {METHOD: options(invoice)}
    return {
        "allowed_payment_method_types": [METHOD],
        "amount": to_stripe(due),
        "currency": due.currency.lower(),
        "customer": customer,
        "confirm": True,
        "description": invoice.number,
        "metadata": reference(invoice) | {"facturier_transfer": "asked"},
        "payment_method_data": {"type": METHOD},
        "payment_method_options": options_,
        "return_url": page,
    }


def is_by_itself(intent: PaymentIntent) -> bool:
    """Say whether a transfer is asked for by itself, so that it can be cancelled."""
    return bool(intent.metadata and "facturier_transfer" in intent.metadata.to_dict())


def awaited(intent: PaymentIntent) -> Awaited | None:
    """Say what came of a transfer that is waited for; None where none is."""
    action: Any = intent.next_action if intent.status == "requires_action" else None
    told = getattr(action, "display_bank_transfer_instructions", None)
    if not told:
        return None
    missing = from_stripe(told.amount_remaining, intent.currency)
    return Awaited(
        received=from_stripe(intent.amount, intent.currency) - missing,
        missing=missing,
        since=instant(intent.created),
        instructions=told.hosted_instructions_url,
    )
