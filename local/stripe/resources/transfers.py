"""Transfers to a customer's account at Stripe, and the payments that they are applied to.

Stripe applies what comes to what waits for it: first to a payment of exactly that amount, then to
the oldest, the last of them in part. What is left stays the customer's.
"""

from local.stripe.accounts import Account
from local.stripe.resources import (
    charges,
    checkout_sessions,
    customers,
    events,
    payment_methods,
    payments,
)
from local.stripe.wire.openapi import Resource


def fund(account: Account, customer: str, amount: int, currency: str) -> Resource:
    """Let a transfer come; give the customer's cash that is free then."""
    account.find(customers.KIND, customer, param="customer")
    bank = {"bic": "BANKDEAAXXX", "iban_last4": "7089", "sender_name": "Sample Business GmbH"}
    told = {"eu_bank_transfer": bank, "reference": None, "type": "eu_bank_transfer"}
    came = {"bank_transfer": told}
    customers.move(account, customer, kind="funded", money=(amount, currency), of=came)
    _apply_free(account, customer, currency)
    cash = customers.cash(account, customer)
    if customers.free(account, customer, currency):
        events.emit(account, "cash_balance.funds_available", cash)
    return cash


def begin(account: Account, session: Resource, *, email: str | None) -> None:
    """Have a session's buyer wait for a transfer; cash that is free already pays at once."""
    checkout_sessions.await_transfer(account, session, email=email)
    _apply_free(account, session["customer"], session["currency"])


def ask(account: Account, intent: Resource) -> None:
    """Have a payment wait for its customer's transfer; cash that is free already pays at once."""
    email = account.find(customers.KIND, intent["customer"], param="customer")["email"]
    payments.await_transfer(account, intent, email=email)
    _apply_free(account, intent["customer"], intent["currency"])


def unapply(account: Account, intent: Resource) -> None:
    """Make what came for a payment that was cancelled the customer's cash again."""
    told = _told(intent)
    intent["next_action"] = None
    came = intent["amount"] - told["amount_remaining"] if told else 0
    if came:
        customer, money = intent["customer"], (came, intent["currency"])
        of, kind = {"payment_intent": intent["id"]}, "unapplied_from_payment"
        customers.move(account, customer, kind=kind, money=money, of=of)
        _apply_free(account, customer, intent["currency"])


def shared(amount: int, waiting: list[Resource]) -> list[tuple[Resource, int]]:
    """Share what came among payments that wait, the oldest first."""
    exact = [each for each in waiting if missing(each) == amount]
    parts = []
    for intent in exact[:1] or waiting:
        part = min(amount, missing(intent))
        if part:
            parts.append((intent, part))
        amount -= part
    return parts


def missing(intent: Resource) -> int:
    """Say how much of a transfer has not come."""
    return int(_told(intent)["amount_remaining"])


def _apply_free(account: Account, customer: str, currency: str) -> None:
    free = customers.free(account, customer, currency)
    for intent, part in shared(free, _waiting(account, customer, currency)):
        _apply(account, intent, part)


def _apply(account: Account, intent: Resource, part: int) -> None:
    customer, currency = intent["customer"], intent["currency"]
    of = {"payment_intent": intent["id"]}
    kind = "applied_to_payment"
    customers.move(account, customer, kind=kind, money=(-part, currency), of=of)
    _told(intent)["amount_remaining"] -= part
    if missing(intent):
        events.emit(account, "payment_intent.partially_funded", intent)
        return
    intent["next_action"] = None
    email = account.find(customers.KIND, customer, param="customer")["email"]
    means = payment_methods.transfer()
    charge = charges.attempt(account, intent, means, email=email)
    intent["latest_charge"] = charge["id"]
    payments.succeed(account, intent, charge)
    checkout_sessions.settled(account, intent)


def _waiting(account: Account, customer: str, currency: str) -> list[Resource]:
    return [
        each
        for each in account.all("payment_intent")
        if (each["customer"], each["currency"]) == (customer, currency) and _told(each)
    ]


def _told(intent: Resource) -> Resource:
    action: Resource = intent["next_action"] or {}
    told: Resource = action.get("display_bank_transfer_instructions", {})
    return told
