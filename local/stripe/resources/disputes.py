"""Disputes: a buyer's bank asks for the money back, or only asks.

An inquiry (`warning_…`) moves nothing. A chargeback withdraws the amount and a fee from the balance
at once; if the seller wins, both come back.
"""

from typing import Literal

from local.stripe.accounts import Account, new_id
from local.stripe.resources import balance_transactions, events
from local.stripe.wire import lists, parameters
from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Resource

LIST = (*lists.PARAMETERS, "payment_intent", "charge")
UPDATE = ("evidence", "metadata", "submit")
KIND = "dispute"
DAYS_TO_RESPOND = 7
ENDED = ("lost", "prevented", "warning_closed", "won")

Outcome = Literal["won", "lost", "warning_closed"]


def open_about(account: Account, charge: Resource, *, reason: str, inquiry: bool) -> Resource:
    """Open a dispute of a whole charge, as its bank would."""
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise StripeError(f"{charge['id']} cannot be disputed.")
    dispute = account.keep(_drafted(account, charge, reason=reason, inquiry=inquiry))
    charge["disputed"] = True
    events.emit(account, "charge.dispute.created", dispute)
    if not inquiry:
        _withdraw(account, dispute)
    return dispute


def escalate(account: Account, dispute: Resource) -> None:
    """Let an inquiry become a chargeback."""
    if not dispute["status"].startswith("warning_") or dispute["status"] in ENDED:
        raise StripeError(f"{dispute['id']} is no open inquiry: it is {dispute['status']}.")
    dispute["status"] = "needs_response"
    _withdraw(account, dispute)
    events.emit(account, "charge.dispute.updated", dispute)


def end(account: Account, dispute: Resource, *, outcome: Outcome) -> None:
    """Take the bank's decision."""
    if dispute["status"] in ENDED:
        raise StripeError(f"{dispute['id']} is over: it is {dispute['status']}.")
    if (outcome == "warning_closed") != dispute["status"].startswith("warning_"):
        raise StripeError(f"{dispute['id']} is {dispute['status']} and cannot end {outcome}.")
    dispute["status"] = outcome
    events.emit(account, "charge.dispute.closed", dispute)
    if outcome == "won":
        returned = balance_transactions.of_won_dispute(account, dispute)
        dispute["balance_transactions"].append(dict(returned))
        events.emit(account, "charge.dispute.funds_reinstated", dispute)


def update(account: Account, asked: Resource, *, dispute: str) -> Resource:
    """POST /v1/disputes/{dispute}: its evidence, sent to the bank unless `submit` is false."""
    found = account.find(KIND, dispute, param=KIND)
    if found["status"] in ENDED:
        raise StripeError(f"This dispute is already closed: {found['status']}.")
    found["metadata"] = parameters.metadata(found["metadata"] | (asked.get("metadata") or {}))
    evidence = asked.get("evidence")
    if evidence:
        found["evidence"] |= evidence
        found["evidence_details"]["has_evidence"] = True
        if asked.get("submit", True):
            _submit(found)
    events.emit(account, "charge.dispute.updated", found)
    return found


def accept(account: Account, _: Resource, *, dispute: str) -> Resource:
    """POST /v1/disputes/{dispute}/close: the seller gives in, and the dispute is lost."""
    found = account.find(KIND, dispute, param=KIND)
    end(account, found, outcome="lost")
    return found


def retrieve(account: Account, _: Resource, *, dispute: str) -> Resource:
    """GET /v1/disputes/{dispute}."""
    return account.find(KIND, dispute, param=KIND)


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/disputes."""
    found = lists.like(account.all(KIND), asked, "payment_intent", "charge")
    return lists.page(found, asked, url="/v1/disputes")


def _submit(dispute: Resource) -> None:
    warned = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_under_review" if warned else "under_review"
    dispute["evidence_details"]["submission_count"] += 1


def _withdraw(account: Account, dispute: Resource) -> None:
    taken = balance_transactions.of_dispute(account, dispute)
    dispute["balance_transactions"].append(dict(taken))
    dispute["is_charge_refundable"] = False
    events.emit(account, "charge.dispute.funds_withdrawn", dispute)


def _drafted(account: Account, charge: Resource, *, reason: str, inquiry: bool) -> Resource:
    status = "warning_needs_response" if inquiry else "needs_response"
    return {
        "id": new_id("du_1"),
        "object": KIND,
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": account.now() + DAYS_TO_RESPOND * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": status,
    }
