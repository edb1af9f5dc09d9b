"""Payouts: what is available goes to the seller's bank, currency by currency."""

from collections.abc import Iterator

from local.stripe.accounts import Account, new_id
from local.stripe.resources import balance_transactions, events
from local.stripe.wire import lists
from local.stripe.wire.openapi import Resource

LIST = (*lists.PARAMETERS, "status")
KIND = "payout"
DAYS_TO_ARRIVE = 2


def pay_out(account: Account) -> Iterator[Resource]:
    """Pay out what is available and was not paid out before."""
    open_ = [one for one in account.all(balance_transactions.KIND) if _is_open(account, one)]
    for currency in sorted({one["currency"] for one in open_}):
        found = [one for one in open_ if one["currency"] == currency]
        amount = sum(one["net"] for one in found)
        if amount > 0:
            yield _made(account, found, amount)


def retrieve(account: Account, _: Resource, *, payout: str) -> Resource:
    """GET /v1/payouts/{payout}."""
    return account.find(KIND, payout, param=KIND)


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/payouts."""
    found = lists.like(account.all(KIND), asked, "status")
    return lists.page(found, asked, url="/v1/payouts")


def _is_open(account: Account, transaction: Resource) -> bool:
    told = account.notes.get(transaction["id"], {})
    return transaction["status"] == "available" and "payout" not in told


def _made(account: Account, paid: list[Resource], amount: int) -> Resource:
    payout = account.keep(
        {
            "id": new_id("po_1"),
            "object": KIND,
            "amount": amount,
            "arrival_date": account.now() + DAYS_TO_ARRIVE * 86400,
            "automatic": True,
            "created": account.now(),
            "currency": paid[0]["currency"],
            "livemode": False,
            "metadata": {},
            "method": "standard",
            "reconciliation_status": "completed",
            "source_type": "card",
            "status": "paid",
            "type": "bank_account",
        }
    )
    booked = balance_transactions.of_payout(account, payout)
    payout["balance_transaction"] = booked["id"]
    for one in [*paid, booked]:
        account.notes[one["id"]] = {"payout": payout["id"]}
    events.emit(account, "payout.created", payout)
    events.emit(account, "payout.paid", payout)
    return payout
