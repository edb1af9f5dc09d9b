"""Customers, and the cash that Stripe keeps for each: what came and paid nothing yet."""

from collections import Counter

from local.stripe.accounts import Account, new_id
from local.stripe.resources import events
from local.stripe.wire import lists, parameters
from local.stripe.wire.openapi import Resource

CREATE = ("email", "metadata")
KIND = "customer"
MOVE = "customer_cash_balance_transaction"


def create(account: Account, asked: Resource) -> Resource:
    """POST /v1/customers."""
    customer = account.keep(
        {
            "id": new_id("cus_", 14),
            "object": KIND,
            "balance": 0,
            "created": account.now(),
            "delinquent": False,
            "email": asked.get("email"),
            "invoice_settings": dict.fromkeys(
                ("custom_fields", "default_payment_method", "footer", "rendering_options")
            ),
            "livemode": False,
            "metadata": parameters.metadata(asked.get("metadata")),
            "preferred_locales": [],
            "tax_exempt": "none",
        }
    )
    events.emit(account, "customer.created", customer)
    return customer


def retrieve(account: Account, _: Resource, *, customer: str) -> Resource:
    """GET /v1/customers/{customer}."""
    return account.find(KIND, customer, param="id")


def cash(account: Account, customer: str) -> Resource:
    """Give the cash that is free, by currency: the sum of all that came and went."""
    available: Counter[str] = Counter()
    for move in _moves(account, customer):
        available[move["currency"]] += move["net_amount"]
    return {
        "object": "cash_balance",
        "available": dict(available) or None,
        "customer": customer,
        "customer_account": None,
        "livemode": False,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }


def free(account: Account, customer: str, currency: str) -> int:
    """Give the cash that is free in one currency."""
    return int((cash(account, customer)["available"] or {}).get(currency, 0))


def move(
    account: Account,
    customer: str,
    *,
    kind: str,
    money: tuple[int, str],
    of: Resource | None = None,
) -> None:
    """Move cash in, or out where the amount is negative, and tell of it."""
    amount, currency = money
    ending = free(account, customer, currency) + amount
    made = account.keep(
        {
            "id": new_id("ccsbtxn_1"),
            "object": MOVE,
            "created": account.now(),
            "currency": currency,
            "customer": customer,
            "ending_balance": ending,
            "livemode": False,
            "net_amount": amount,
            "type": kind,
            **({kind: of} if of else {}),
        }
    )
    events.emit(account, "customer_cash_balance_transaction.created", made)


def moves(account: Account, asked: Resource, *, customer: str) -> Resource:
    """GET /v1/customers/{customer}/cash_balance_transactions."""
    account.find(KIND, customer, param=KIND)
    url = f"/v1/customers/{customer}/cash_balance_transactions"
    return lists.page(_moves(account, customer), asked, url=url)


def _moves(account: Account, customer: str) -> list[Resource]:
    return [each for each in account.all(MOVE) if each["customer"] == customer]
