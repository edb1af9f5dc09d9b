"""Payment intents: the wish for an amount, over as many attempts as it takes."""

from local.stripe.accounts import Account, new_id
from local.stripe.resources import currencies, events, payments
from local.stripe.resources.currencies import refuse_unchargeable
from local.stripe.wire import lists, parameters
from local.stripe.wire.errors import StripeError, not_covered
from local.stripe.wire.openapi import Resource

CREATE = (
    "amount",
    "currency",
    "automatic_payment_methods",
    "confirm",
    "description",
    "metadata",
    "payment_method",
    "receipt_email",
    "return_url",
    "customer",
    "allowed_payment_method_types",
    "payment_method_data.type",
    "payment_method_options.customer_balance.funding_type",
    "payment_method_options.customer_balance.bank_transfer.type",
    "payment_method_options.customer_balance.bank_transfer.eu_bank_transfer.country",
)
LIST = (*lists.PARAMETERS, "customer")
KIND = "payment_intent"
CANCELLABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)


def open_for(
    account: Account, *, amount: int, currency: str, methods: list[str], wishes: Resource
) -> Resource:
    """Open an intent; `wishes` is a session's `payment_intent_data` or the API's parameters."""
    made = new_id("pi_3")
    intent = account.keep(
        {
            "id": made,
            "object": KIND,
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "capture_method": "automatic_async",
            "client_secret": f"{made}_secret_{new_id('', 25)}",
            "confirmation_method": "automatic",
            "created": account.now(),
            "currency": currency,
            "customer": wishes.get("customer"),
            "description": wishes.get("description"),
            "livemode": False,
            "metadata": parameters.metadata(wishes.get("metadata")),
            "payment_method_options": _options(methods),
            "payment_method_types": methods,
            "receipt_email": wishes.get("receipt_email"),
            "status": "requires_payment_method",
        }
    )
    events.emit(account, "payment_intent.created", intent)
    return intent


def create(account: Account, asked: Resource) -> Resource:
    """POST /v1/payment_intents: payments of the account that are not ours are made like this."""
    currency = currencies.supported(asked["currency"], param="currency")
    refuse_unchargeable(asked["amount"], currency, what="Amount", param="amount")
    intent = open_for(
        account, amount=asked["amount"], currency=currency, methods=["card"], wishes=asked
    )
    intent["automatic_payment_methods"] = {"allow_redirects": "always", "enabled": True}
    if asked.get("confirm"):
        _confirm(account, intent, asked.get("payment_method"))
    return intent


def _confirm(account: Account, intent: Resource, card: str | None) -> None:
    """Pay at once by one of Stripe's named test cards; a decline answers 402 and is kept."""
    if card == "pm_card_visa":
        payments.pay_by_card(account, intent, email=None)
    elif card == "pm_card_chargeDeclined":
        payments.decline_card(account, intent, email=None)
        error = intent["last_payment_error"]
        raise StripeError(
            error["message"],
            status=402,
            kind="card_error",
            code=error["code"],
            decline_code=error["decline_code"],
            charge=error["charge"],
            payment_intent=intent,
        )
    else:
        raise not_covered(f"confirming with {card}")


def cancel(account: Account, asked: Resource, *, intent: str) -> Resource:
    """POST /v1/payment_intents/{intent}/cancel. What a session made, only its expiry ends."""
    found = account.find(KIND, intent, param="intent")
    if found["status"] not in CANCELLABLE:
        raise _not_cancellable(found)
    if any(one["payment_intent"] == intent for one in account.all("checkout.session")):
        raise StripeError(
            "You cannot cancel PaymentIntents created by Checkout. Expire the Checkout Session "
            "instead.",
            code="payment_intent_unexpected_state",
        )
    found |= {
        "status": "canceled",
        "canceled_at": account.now(),
        "cancellation_reason": asked.get("cancellation_reason"),
    }
    events.emit(account, "payment_intent.canceled", found)
    return found


def retrieve(account: Account, _: Resource, *, intent: str) -> Resource:
    """GET /v1/payment_intents/{intent}."""
    return account.find(KIND, intent, param="intent")


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/payment_intents."""
    customer = asked.get("customer")
    found = (one for one in account.all(KIND) if customer in {None, one["customer"]})
    return lists.page(found, asked, url="/v1/payment_intents")


def _not_cancellable(intent: Resource) -> StripeError:
    return StripeError(
        f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. "
        "Only a PaymentIntent with one of the following statuses may be canceled: "
        f"{', '.join(CANCELLABLE)}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )


def _options(methods: list[str]) -> Resource:
    known: Resource = {
        "card": {"request_three_d_secure": "automatic"},
        "sepa_debit": {"mandate_options": {}},
        "customer_balance": {"funding_type": "bank_transfer"},
    }
    return {method: known[method] for method in methods}
