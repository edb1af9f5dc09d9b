"""How a payment intent is paid: by card at once, by direct debit days later, or not.

Each step first changes every object it touches and then tells of it, so that no event shows a
half-done payment.
"""

from local.stripe.accounts import Account
from local.stripe.resources import charges, events, payment_methods
from local.stripe.resources.payment_methods import Means
from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Resource

DECLINE = "Your card was declined."
DEBIT_FAILURE = "The customer's account has insufficient funds to cover this payment."


def pay_by_card(account: Account, intent: Resource, *, email: str | None) -> None:
    """Pay with a card that works: 4242."""
    charge = _attempt(account, intent, payment_methods.card("4242"), email=email)
    succeed(account, intent, charge)


def decline_card(account: Account, intent: Resource, *, email: str | None) -> None:
    """Decline a card: 0002. The intent waits for another means of payment."""
    charge = _attempt(account, intent, payment_methods.card("0002"), email=email)
    _fail(account, intent, charge, code="card_declined", message=DECLINE)


def start_debit(account: Account, intent: Resource, *, email: str | None) -> None:
    """Send a SEPA debit on its way; nobody knows yet whether the money comes."""
    charge = _attempt(account, intent, payment_methods.sepa_debit(), email=email)
    intent["status"] = "processing"
    events.emit(account, "payment_intent.processing", intent)
    events.emit(account, "charge.pending", charge)


def await_transfer(account: Account, intent: Resource, *, email: str | None) -> None:
    """Tell the buyer where to transfer to; nothing moves until it comes."""
    _refuse_twice(intent)
    method = payment_methods.create(account, payment_methods.transfer(), email=email)
    intent |= {
        "next_action": _instructions(account, intent),
        "payment_method": method["id"],
        "status": "requires_action",
    }
    events.emit(account, "payment_intent.requires_action", intent)


def _instructions(account: Account, intent: Resource) -> Resource:
    return {
        "type": "display_bank_transfer_instructions",
        "display_bank_transfer_instructions": {
            "amount_remaining": intent["amount"],
            "currency": intent["currency"],
            "financial_addresses": [],
            "hosted_instructions_url": f"{account.shared.origin}/transfers/{intent['id']}",
            "reference": intent["id"][-12:].upper(),
            "type": "eu_bank_transfer",
        },
    }


def settle(account: Account, intent: Resource, *, outcome: str) -> None:
    """Take the bank's answer to a debit under way: `succeeded` or `failed`."""
    if intent["status"] != "processing":
        raise StripeError(f"Nothing to settle: {intent['id']} is {intent['status']}.")
    charge = account.find("charge", intent["latest_charge"], param="latest_charge")
    if outcome == "succeeded":
        succeed(account, intent, charge)
    else:
        _fail(account, intent, charge, code="insufficient_funds", message=DEBIT_FAILURE)


def _refuse_twice(intent: Resource) -> None:
    if intent["status"] != "requires_payment_method":
        raise StripeError(f"{intent['id']} cannot be paid: it is {intent['status']}.")


def _attempt(account: Account, intent: Resource, means: Means, *, email: str | None) -> Resource:
    _refuse_twice(intent)
    method = payment_methods.create(account, means, email=email)
    intent["payment_method"] = method["id"]
    charge = charges.attempt(account, intent, means, email=email)
    intent["latest_charge"] = charge["id"]
    return charge


def succeed(account: Account, intent: Resource, charge: Resource) -> None:
    """Note that all of the money came."""
    charges.succeed(account, charge)
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "status": "succeeded",
    }
    events.emit(account, "payment_intent.succeeded", intent)
    events.emit(account, "charge.succeeded", charge)


def _fail(account: Account, intent: Resource, charge: Resource, *, code: str, message: str) -> None:
    charges.fail(charge, code=code, message=message)
    method = account.find("payment_method", intent["payment_method"], param="payment_method")
    intent |= {
        "last_payment_error": _error(charge, method),
        "payment_method": None,
        "status": "requires_payment_method",
    }
    events.emit(account, "charge.failed", charge)
    events.emit(account, "payment_intent.payment_failed", intent)


def _error(charge: Resource, method: Resource) -> Resource:
    decline = {"decline_code": "generic_decline"} if method["type"] == "card" else {}
    return {
        "charge": charge["id"],
        "code": charge["failure_code"],
        "message": charge["failure_message"],
        "payment_method": dict(method),
        "type": "card_error",
        **decline,
    }
