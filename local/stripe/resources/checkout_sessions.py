"""Checkout Sessions in payment mode: a hosted page that asks for one amount, for a day at most."""

from local.stripe.accounts import Account
from local.stripe.resources import (
    currencies,
    events,
    line_items,
    payment_intents,
    payments,
    session_drafts,
)
from local.stripe.wire import lists
from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Resource

LIST = (*lists.PARAMETERS, "payment_intent", "status", "customer_details.email")
KIND = "checkout.session"


def create(account: Account, asked: Resource) -> Resource:
    """POST /v1/checkout/sessions."""
    session_drafts.refuse_other_modes(asked)
    items = line_items.drafted(account, asked)
    currency, total = items[0]["currency"], sum(item["amount_total"] for item in items)
    currencies.refuse_unchargeable(
        total, currency, what="The Checkout Session's total amount due", param="line_items"
    )
    session = account.keep(session_drafts.opened(account, asked, currency=currency, total=total))
    account.notes[session["id"]] = {
        "line_items": items,
        "payment_intent_data": asked.get("payment_intent_data", {}),
    }
    return session


def expire(account: Account, _: Resource, *, session: str) -> Resource:
    """POST /v1/checkout/sessions/{session}/expire."""
    found = account.find(KIND, session, param="session")
    if found["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{found['status']}`."
        )
    _close(account, found)
    return found


def expire_overdue(account: Account) -> None:
    """Close the sessions whose time is over."""
    for session in account.all(KIND):
        if session["status"] == "open" and session["expires_at"] <= account.now():
            _close(account, session)


def retrieve(account: Account, _: Resource, *, session: str) -> Resource:
    """GET /v1/checkout/sessions/{session}."""
    return account.find(KIND, session, param="session")


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/checkout/sessions."""
    email = asked.get("customer_details", {}).get("email")
    found = (
        one
        for one in lists.like(account.all(KIND), asked, "payment_intent", "status")
        if email in {None, (one["customer_details"] or {}).get("email")}
    )
    return lists.page(found, asked, url="/v1/checkout/sessions")


def lines(account: Account, asked: Resource, *, session: str) -> Resource:
    """GET /v1/checkout/sessions/{session}/line_items."""
    account.find(KIND, session, param="session")
    url = f"/v1/checkout/sessions/{session}/line_items"
    return lists.cut(account.notes[session]["line_items"], asked, url=url)


def pay_by_card(account: Account, session: Resource, *, email: str | None) -> None:
    """Pay with a card that works."""
    payments.pay_by_card(account, _intent(account, session), email=email)
    _complete(account, session, email, payment_status="paid")


def decline_card(account: Account, session: Resource, *, email: str | None) -> None:
    """Decline the buyer's card; the session stays open for another try."""
    payments.decline_card(account, _intent(account, session), email=email)


def start_debit(account: Account, session: Resource, *, email: str | None) -> None:
    """Start a SEPA debit that the buyer agreed to: the session is complete and unpaid."""
    if "sepa_debit" not in session["payment_method_types"]:
        raise StripeError("SEPA debit is not offered by this session.")
    payments.start_debit(account, _intent(account, session), email=email)
    _complete(account, session, email, payment_status="unpaid")


def await_transfer(account: Account, session: Resource, *, email: str | None) -> None:
    """Tell the buyer where to transfer to: the session is complete and unpaid."""
    if "customer_balance" not in session["payment_method_types"]:
        raise StripeError("A bank transfer is not offered by this session.")
    payments.await_transfer(account, _intent(account, session), email=email)
    _complete(account, session, email, payment_status="unpaid")


def settled(account: Account, intent: Resource) -> None:
    """Tell of a debit's outcome on the session it belongs to, if it belongs to one."""
    for session in account.all(KIND):
        if session["payment_intent"] == intent["id"]:
            paid = intent["status"] == "succeeded"
            session["payment_status"] = "paid" if paid else "unpaid"
            outcome = "succeeded" if paid else "failed"
            events.emit(account, f"checkout.session.async_payment_{outcome}", session)


def return_url(session: Resource) -> str:
    """Where the buyer goes after paying."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _intent(account: Account, session: Resource) -> Resource:
    """Give the session's intent, which Stripe makes only when the buyer first tries to pay."""
    if session["status"] != "open":
        raise StripeError(f"This Checkout Session is {session['status']}.", status=409)
    if session["payment_intent"] is None:
        intent = payment_intents.open_for(
            account,
            amount=session["amount_total"],
            currency=session["currency"],
            methods=session["payment_method_types"],
            wishes=account.notes[session["id"]]["payment_intent_data"]
            | {"customer": session["customer"]},
        )
        session["payment_intent"] = intent["id"]
    return account.find("payment_intent", session["payment_intent"], param="payment_intent")


def _complete(
    account: Account, session: Resource, email: str | None, *, payment_status: str
) -> None:
    session |= {
        "customer_details": session_drafts.customer(email),
        "payment_status": payment_status,
        "status": "complete",
        "url": None,
    }
    events.emit(account, "checkout.session.completed", session)


def _close(account: Account, session: Resource) -> None:
    session |= {"status": "expired", "url": None}
    events.emit(account, "checkout.session.expired", session)
