"""Means of payment that the buyer used: a test card, or a bank account for SEPA direct debit."""

from dataclasses import dataclass, field

from local.stripe.accounts import Account, new_id
from local.stripe.wire.openapi import Resource

NO_ADDRESS: Resource = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


@dataclass(frozen=True)
class Means:
    """A way to pay: `shown` stands on the payment method, `charged` on the charge."""

    type: str
    shown: Resource
    charged: Resource = field(default_factory=dict)


def card(last4: str) -> Means:
    """One of Stripe's test cards by its last digits."""
    shared: Resource = {
        "brand": "visa",
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "Xt5EWLLDS7FJjR1c",
        "funding": "credit",
        "last4": last4,
    }
    checks = {
        "address_line1_check": None,
        "address_postal_code_check": None,
        "cvc_check": "pass",
    }
    networks = {"available": ["visa"], "preferred": None}
    return Means(
        "card",
        shown={**shared, "checks": checks, "display_brand": "visa", "networks": networks},
        charged={**shared, "checks": checks, "network": "visa"},
    )


def sepa_debit() -> Means:
    """Stripe's test account for SEPA direct debit."""
    account: Resource = {
        "bank_code": "37040044",
        "branch_code": "",
        "country": "DE",
        "fingerprint": "vifs0Ho7vwRn1Miu",
        "last4": "3000",
    }
    return Means("sepa_debit", shown=account, charged=account)


def transfer() -> Means:
    """Cash that came by transfer; nothing is known of the account that it came from."""
    return Means("customer_balance", shown={})


def create(account: Account, means: Means, *, email: str | None) -> Resource:
    """Make a payment method as the hosted page does of what the buyer entered."""
    return account.keep(
        {
            "id": new_id("pm_1"),
            "object": "payment_method",
            "allow_redisplay": "limited",
            "billing_details": billing_details(email),
            "created": account.now(),
            "livemode": False,
            "metadata": {},
            "type": means.type,
            means.type: dict(means.shown),
        }
    )


def billing_details(email: str | None) -> Resource:
    """Say what is known of the payer."""
    return {
        "address": dict(NO_ADDRESS),
        "email": email,
        "name": None,
        "phone": None,
        "tax_id": None,
    }
