"""Balance transactions: what moved in the Stripe account, and what Stripe kept of it.

The balance is in the charge's own currency here; Stripe converts to the account's.
"""

from local.stripe.accounts import Account, new_id
from local.stripe.wire import lists
from local.stripe.wire.openapi import Resource

LIST = (*lists.PARAMETERS, "type", "source", "currency", "payout")
KIND = "balance_transaction"
FEE_PER_THOUSAND = 15
DISPUTE_FEE = 1500
DAYS_UNTIL_AVAILABLE = 7


def of_charge(account: Account, charge: Resource) -> Resource:
    """Book money that came, less a fee of 1.5 % (rounded half up)."""
    fee = (charge["amount"] * FEE_PER_THOUSAND + 500) // 1000
    kind = "charge" if charge["id"].startswith("ch_") else "payment"
    return _move(account, charge, amount=charge["amount"], fee=fee, kind=kind)


def of_refund(account: Account, refund: Resource) -> Resource:
    """Book money that went back; Stripe keeps its fee."""
    kind = "refund" if refund["id"].startswith("re_") else "payment_refund"
    return _move(account, refund, amount=-refund["amount"], fee=0, kind=kind)


def of_failed_refund(account: Account, refund: Resource) -> Resource:
    """Book a refund that did not arrive: it comes back to the balance."""
    return _move(account, refund, amount=refund["amount"], fee=0, kind="refund_failure")


def of_dispute(account: Account, dispute: Resource) -> Resource:
    """Book what a dispute took, its fee included."""
    return _move(account, dispute, amount=-dispute["amount"], fee=DISPUTE_FEE, kind="adjustment")


def of_won_dispute(account: Account, dispute: Resource) -> Resource:
    """Book what a dispute that was won gave back, its fee included."""
    return _move(account, dispute, amount=dispute["amount"], fee=-DISPUTE_FEE, kind="adjustment")


def of_payout(account: Account, payout: Resource) -> Resource:
    """Book what left for the seller's bank."""
    return _move(account, payout, amount=-payout["amount"], fee=0, kind="payout")


def retrieve(account: Account, _: Resource, *, id: str) -> Resource:  # noqa: A002 - Stripe's name
    """GET /v1/balance_transactions/{id}."""
    return account.find(KIND, id, param="id")


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/balance_transactions."""
    payout = asked.get("payout")
    found = (
        one
        for one in lists.like(account.all(KIND), asked, "type", "source", "currency")
        if payout in {None, account.notes.get(one["id"], {}).get("payout")}
    )
    return lists.page(found, asked, url="/v1/balance_transactions")


def make_available(account: Account) -> None:
    """Move pending money to the available balance when its day has come."""
    for one in account.objects[KIND].values():
        if one["available_on"] <= account.now():
            one["status"] = "available"


def _move(account: Account, source: Resource, *, amount: int, fee: int, kind: str) -> Resource:
    return account.keep(
        {
            "id": new_id("txn_3"),
            "object": KIND,
            "amount": amount,
            "available_on": account.now() + DAYS_UNTIL_AVAILABLE * 86400,
            "balance_type": "payments",
            "created": account.now(),
            "currency": source["currency"],
            "description": source.get("description"),
            "fee": fee,
            "fee_details": _fee_details(fee, source["currency"]),
            "net": amount - fee,
            "reporting_category": _category(source, kind, amount),
            "source": source["id"],
            "status": "pending",
            "type": kind,
        }
    )


def _category(source: Resource, kind: str, amount: int) -> str:
    if source["object"] == "dispute":
        return "dispute" if amount < 0 else "dispute_reversal"
    return kind.replace("payment_", "").replace("payment", "charge")


def _fee_details(fee: int, currency: str) -> list[Resource]:
    if not fee:
        return []
    return [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
