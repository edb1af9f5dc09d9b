"""Charges: one attempt each to move money."""

from local.stripe.accounts import Account, new_id
from local.stripe.resources import balance_transactions
from local.stripe.resources.payment_methods import Means, billing_details
from local.stripe.wire import lists
from local.stripe.wire.openapi import Resource

LIST = (*lists.PARAMETERS, "payment_intent")
KIND = "charge"
UNSAID: Resource = dict.fromkeys(
    ("advice_code", "network_advice_code", "network_decline_code", "reason")
)
APPROVED: Resource = {
    **UNSAID,
    "network_status": "approved_by_network",
    "risk_level": "normal",
    "seller_message": "Payment complete.",
    "type": "authorized",
}
DECLINED: Resource = {
    **UNSAID,
    "network_status": "declined_by_network",
    "reason": "generic_decline",
    "risk_level": "normal",
    "seller_message": "The bank did not return any further details with this decline.",
    "type": "issuer_declined",
}


def attempt(account: Account, intent: Resource, means: Means, *, email: str | None) -> Resource:
    """Make a charge that waits for its outcome: `ch_…` by card, `py_…` by other means."""
    return account.keep(
        {
            "id": new_id("ch_3" if means.type == "card" else "py_3"),
            "object": KIND,
            "amount": intent["amount"],
            "amount_captured": intent["amount"],
            "amount_refunded": 0,
            "billing_details": billing_details(email),
            "captured": True,
            "created": account.now(),
            "currency": intent["currency"],
            "description": intent["description"],
            "disputed": False,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "paid": False,
            "payment_intent": intent["id"],
            "payment_method": intent["payment_method"],
            "payment_method_details": {"type": means.type, means.type: dict(means.charged)},
            "radar_options": {},
            "receipt_email": intent["receipt_email"],
            "refunded": False,
            "status": "pending",
            "transfer_group": None,
        }
    )


def succeed(account: Account, charge: Resource) -> None:
    """Note that the money came."""
    transaction = balance_transactions.of_charge(account, charge)
    charge |= {
        "balance_transaction": transaction["id"],
        "outcome": dict(APPROVED),
        "paid": True,
        "status": "succeeded",
    }


def fail(charge: Resource, *, code: str, message: str) -> None:
    """Note that the money will not come."""
    charge |= {
        "amount_captured": 0,
        "captured": False,
        "failure_code": code,
        "failure_message": message,
        "outcome": dict(DECLINED),
        "status": "failed",
    }


def retrieve(account: Account, _: Resource, *, charge: str) -> Resource:
    """GET /v1/charges/{charge}."""
    return account.find(KIND, charge, param=KIND)


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/charges."""
    found = lists.like(account.all(KIND), asked, "payment_intent")
    return lists.page(found, asked, url="/v1/charges")
