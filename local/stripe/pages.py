"""The hosted payment page: what a buyer sees and clicks, without JavaScript."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug import Request, Response
from werkzeug.utils import redirect

from local.stripe.accounts import Account, Accounts
from local.stripe.api import catch_up
from local.stripe.resources import checkout_sessions, transfers
from local.stripe.resources.currencies import written
from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Resource

SEE_OTHER = 303
type Step = Callable[..., None]

WAYS: dict[str, Step] = {
    "card": checkout_sessions.pay_by_card,
    "declined_card": checkout_sessions.decline_card,
    "sepa_debit": checkout_sessions.start_debit,
    "transfer": transfers.begin,
}
"""What the page's buttons say (field `way`), and what comes of it."""


class Pages:
    """Everything under /c/pay."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        templates = FileSystemLoader(Path(__file__).parent / "templates")
        self._templates = Environment(loader=templates, autoescape=True, undefined=StrictUndefined)

    def answer(self, request: Request) -> Response:
        """Show the page, or take the buyer's choice."""
        wanted = request.path.removeprefix("/c/pay/")
        with self._accounts.lock:
            account = self._accounts.holding("checkout.session", wanted)
            catch_up(account)
            session = account.find("checkout.session", wanted, param="session")
            if request.method == "POST" and session["status"] == "open":
                return self._take(account, session, request)
            return self._page(account, session, request)

    def _take(self, account: Account, session: Resource, request: Request) -> Response:
        """One choice; with the lock held, two tabs that pay at once make one payment."""
        step = WAYS.get(request.form.get("way", ""))
        if step is None:
            raise StripeError("Choose one of the ways to pay.")
        email = session["customer_email"] or request.form.get("email") or "buyer@example.com"
        step(account, session, email=email)
        paid = session["status"] == "complete"
        target = checkout_sessions.return_url(session) if paid else request.path
        return redirect(target, SEE_OTHER)

    def _page(self, account: Account, session: Resource, request: Request) -> Response:
        """Show an open session's form; a closed one says so, with 409 to whoever tries to pay."""
        if session["status"] != "open":
            closed = self._templates.get_template("closed.html").render(
                session=session, return_url=checkout_sessions.return_url(session)
            )
            status = 409 if request.method == "POST" else 200
            return Response(closed, status, content_type="text/html; charset=utf-8")
        page = self._templates.get_template("payment.html").render(_shown(account, session))
        return Response(page, content_type="text/html; charset=utf-8")


def _shown(account: Account, session: Resource) -> Resource:
    """Prepare what the template prints; it computes nothing."""
    money = (session["currency"], session["locale"])
    return {
        "session": session,
        "amount": written(session["amount_total"], *money),
        "lines": [
            (item["description"], item["quantity"], written(item["amount_total"], *money))
            for item in account.notes[session["id"]]["line_items"]
        ],
        "problem": _problem(account, session),
    }


def _problem(account: Account, session: Resource) -> str | None:
    """Why the last attempt failed."""
    intent = account.objects["payment_intent"].get(session["payment_intent"])
    error = intent["last_payment_error"] if intent else None
    return str(error["message"]) if error else None
