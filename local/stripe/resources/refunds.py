"""Refunds: money back to where it came from, in parts or whole, never more than was paid.

What came by transfer, or is a customer's cash, waits until he says to which account it goes.
"""

from local.stripe.accounts import Account, new_id
from local.stripe.resources import balance_transactions, customers, events
from local.stripe.resources.currencies import written
from local.stripe.wire import lists, parameters
from local.stripe.wire.errors import StripeError, missing
from local.stripe.wire.openapi import Resource

CREATE = (
    "payment_intent",
    "charge",
    "amount",
    "reason",
    "metadata",
    "origin",
    "customer",
    "currency",
)
LIST = (*lists.PARAMETERS, "payment_intent", "charge")
KIND = "refund"


def create(account: Account, asked: Resource) -> Resource:
    """POST /v1/refunds. A card's refund succeeds at once, a debit's is pending."""
    if "origin" in asked:
        return _of_cash(account, asked)
    charge = _charge(account, asked)
    amount = _amount(charge, asked.get("amount"))
    before = {name: charge[name] for name in ("amount_refunded", "refunded")}
    refund = account.keep(_drafted(account, charge, amount, asked))
    refund["balance_transaction"] = balance_transactions.of_refund(account, refund)["id"]
    _count(charge, amount)
    events.emit(account, "refund.created", refund)
    events.emit(account, "charge.refunded", charge, before=before)
    return refund


def settle(account: Account, refund: Resource, *, outcome: str) -> None:
    """Take the bank's answer to a refund; one that had succeeded may still fail."""
    if outcome == "succeeded":
        refund["status"] = "succeeded"
    elif outcome == "expired":
        _expire(account, refund)
    else:
        _bring_back(account, refund)
    happened = "refund.updated" if outcome == "succeeded" else "refund.failed"
    events.emit(account, happened, refund)
    events.emit(account, "charge.refund.updated", refund)


def _of_cash(account: Account, asked: Resource) -> Resource:
    """Send a customer's cash back; the account's balance never had it."""
    for required in ("amount", "currency", "customer"):
        if not asked.get(required):
            raise missing(required)
    customer, amount, currency = asked["customer"], asked["amount"], asked["currency"]
    found = account.find(customers.KIND, customer, param="customer", status=400)
    if not found["email"]:
        raise StripeError("The customer has no email to ask for bank details.", param="customer")
    free = customers.free(account, customer, currency)
    if amount > free:
        asked_for, rest = written(amount, currency), written(free, currency)
        raise StripeError(
            f"Refund amount ({asked_for}) is greater than the cash balance ({rest})",
            param="amount",
        )
    refund = account.keep(
        {
            "id": new_id("pyr_1"),
            "object": KIND,
            "amount": amount,
            "created": account.now(),
            "currency": currency,
            "customer": customer,
            "metadata": parameters.metadata(asked.get("metadata")),
            "reason": asked.get("reason"),
            "status": "requires_action",
        }
    )
    customers.move(account, customer, kind="return_initiated", money=(-amount, currency))
    events.emit(account, "refund.created", refund)
    return refund


def update(account: Account, asked: Resource, *, refund: str) -> Resource:
    """POST /v1/refunds/{refund}: its metadata."""
    found = account.find(KIND, refund, param=KIND)
    found["metadata"] = parameters.metadata(found["metadata"] | (asked.get("metadata") or {}))
    events.emit(account, "refund.updated", found)
    return found


def retrieve(account: Account, _: Resource, *, refund: str) -> Resource:
    """GET /v1/refunds/{refund}."""
    return account.find(KIND, refund, param=KIND)


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/refunds."""
    found = lists.like(account.all(KIND), asked, "payment_intent", "charge")
    return lists.page(found, asked, url="/v1/refunds")


def of_charge(account: Account, charge: str) -> Resource:
    """Make the list inside a charge, when it is asked for."""
    return listed(account, {"charge": charge}) | {"url": f"/v1/charges/{charge}/refunds"}


def _charge(account: Account, asked: Resource) -> Resource:
    """Find the charge to refund, named by itself or by its intent."""
    if "charge" in asked:
        charge = account.find("charge", asked["charge"], param="charge")
    elif "payment_intent" in asked:
        charge = _paid_by(account, asked["payment_intent"])
    else:
        raise StripeError(
            "One of the following params should be provided for this request: "
            "payment_intent or charge."
        )
    if charge["status"] != "succeeded":
        raise _unpaid(charge["payment_intent"])
    return charge


def _paid_by(account: Account, intent: str) -> Resource:
    found = account.find("payment_intent", intent, param="payment_intent")
    if not found["latest_charge"]:
        raise _unpaid(intent)
    return account.find("charge", found["latest_charge"], param="charge")


def _unpaid(intent: str) -> StripeError:
    return StripeError(
        f"This PaymentIntent ({intent}) does not have a successful charge to refund."
    )


def _amount(charge: Resource, wanted: int | None) -> int:
    """Decide what to refund: the rest, or the amount asked for if that is left."""
    left: int = charge["amount"] - charge["amount_refunded"]
    if charge["refunded"]:
        raise StripeError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if wanted is not None and wanted < 1:
        raise StripeError(
            "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if wanted is not None and wanted > left:
        asked, rest = (written(amount, charge["currency"]) for amount in (wanted, left))
        raise StripeError(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})",
            param="amount",
        )
    return left if wanted is None else wanted


def _drafted(account: Account, charge: Resource, amount: int, asked: Resource) -> Resource:
    by_card = charge["id"].startswith("ch_")
    return {
        "id": new_id("re_3" if by_card else "pyr_1"),
        "object": KIND,
        "amount": amount,
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "destination_details": _destination(charge),
        "metadata": parameters.metadata(asked.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": asked.get("reason"),
        "status": _status(charge),
    }


def _status(charge: Resource) -> str:
    if charge["id"].startswith("ch_"):
        return "succeeded"
    return "requires_action" if _is_transfer(charge) else "pending"


def _is_transfer(charge: Resource) -> bool:
    return bool(charge["payment_method_details"]["type"] == "customer_balance")


def _destination(charge: Resource) -> Resource:
    if charge["id"].startswith("ch_"):
        reference = {
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
        return {"type": "card", "card": reference}
    if _is_transfer(charge):
        return {"type": "eu_bank_transfer", "eu_bank_transfer": {}}
    return {"type": "sepa_debit"}


def _count(charge: Resource, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _expire(account: Account, refund: Resource) -> None:
    """End a refund for which nobody gave bank details in time: the customer has it in cash."""
    if refund["status"] != "requires_action":
        raise StripeError(f"Nothing to expire: {refund['id']} is {refund['status']}.")
    refund |= {"status": "failed", "failure_reason": "unknown"}
    money = refund["amount"], refund["currency"]
    if refund["charge"] is None:
        customers.move(account, refund["customer"], kind="return_canceled", money=money)
        return
    intent = account.find("payment_intent", refund["payment_intent"], param="payment_intent")
    of = {"refund": refund["id"]}
    kind = "refunded_from_payment"
    customers.move(account, intent["customer"], kind=kind, money=money, of=of)


def _bring_back(account: Account, refund: Resource) -> None:
    if refund["status"] == "failed":
        raise StripeError(f"Nothing to settle: {refund['id']} has failed already.")
    returned = balance_transactions.of_failed_refund(account, refund)
    refund |= {
        "failure_balance_transaction": returned["id"],
        "failure_reason": "unknown",
        "status": "failed",
    }
    _count(account.find("charge", refund["charge"], param="charge"), -refund["amount"])
