"""Payment intents that wait for a transfer, made and ended by calls and not by a session."""

from local.stripe.accounts import Account
from local.stripe.resources import currencies, payment_intents, transfers
from local.stripe.wire.errors import not_covered
from local.stripe.wire.openapi import Resource

METHOD = "customer_balance"


def create(account: Account, asked: Resource) -> Resource:
    """POST /v1/payment_intents: tell a customer where to transfer to, or pay by card.

    Cash of his that is free pays at once.
    """
    if asked.get("allowed_payment_method_types") != [METHOD]:
        return payment_intents.create(account, asked)
    wanted = asked.get("payment_method_options", {}).get(METHOD, {})
    if "bank_transfer" not in wanted or not asked.get("confirm") or not asked.get("customer"):
        raise not_covered("a transfer that is not asked for at once, of a customer")
    account.find("customer", asked["customer"], param="customer", status=400)
    currency = currencies.supported(asked["currency"], param="currency")
    currencies.refuse_unchargeable(asked["amount"], currency, what="Amount", param="amount")
    intent = payment_intents.open_for(
        account, amount=asked["amount"], currency=currency, methods=[METHOD], wishes=asked
    )
    transfers.ask(account, intent)
    return intent


def cancel(account: Account, asked: Resource, *, intent: str) -> Resource:
    """POST /v1/payment_intents/{intent}/cancel: what came of a transfer is free again."""
    found = payment_intents.cancel(account, asked, intent=intent)
    transfers.unapply(account, found)
    return found
