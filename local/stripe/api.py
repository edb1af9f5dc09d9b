"""One request to Stripe's API: who asks, what, checked, answered once per key, checked again."""

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qsl

from werkzeug import Request, Response

from local.stripe.accounts import Account, Accounts, new_id
from local.stripe.operations import Directory, Operation
from local.stripe.resources import balance_transactions, checkout_sessions, customers, refunds
from local.stripe.wire import parameters
from local.stripe.wire.errors import StripeError, broken
from local.stripe.wire.idempotency import Answered, Asked
from local.stripe.wire.openapi import MULTIPART, Resource
from local.stripe.wire.shape import Expansion

TEST_KEY = re.compile(r"[sr]k_test_\w+")
VERSION = re.compile(r"\d{4}-\d\d-\d\d(\.\w+)*")

type Form = list[tuple[str, str]]


@dataclass(frozen=True)
class Call:
    """An operation asked for: its path's ids and its parameters, typed and allowed."""

    operation: Operation
    ids: dict[str, str]
    parameters: Resource


class Api:
    """Everything under /v1."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._contract = accounts.shared.contract
        self._directory = Directory(self._contract)

    def answer(self, request: Request) -> Response:
        """Answer any request, refusals included."""
        asker = new_id("req_", 14)
        try:
            key = _key(request)
            _refuse_odd_version(request)
            with self._accounts.lock:
                answered = self._answer(self._accounts.of(key), request, asker)
        except StripeError as error:
            answered = self._answered(error.status, error.body, asker, account=None)
        return _response(request, answered, asker)

    def _answer(self, account: Account, request: Request, asker: str) -> Answered:
        """Give the answer kept under this idempotency key, or a new one."""
        form = _form(request)
        call = self._call(request, form)
        asked = _asked(request, form)
        kept = asked and account.answers.recall(asked, now=account.now())
        if kept:
            return kept
        with account.asked_by(asker, asked.key if asked else None):
            status, body = self._carried_out(account, call)
        answered = self._answered(status, body, asker, account=account, asked=asked)
        if asked:
            account.answers.remember(asked.key, answered)
        return answered

    def _call(self, request: Request, form: Form) -> Call:
        operation, ids = self._directory.find(request.method, request.path)
        asked = parameters.read(self._contract, operation.method, operation.path, form)
        parameters.refuse_uncovered(asked, operation.covers)
        return Call(operation, ids, asked)

    def _carried_out(self, account: Account, call: Call) -> tuple[int, Resource]:
        catch_up(account)
        try:
            body = deepcopy(call.operation.handler(account, call.parameters, **call.ids))
            self._expand(account, body, call.parameters.get("expand", []))
        except StripeError as error:
            return error.status, error.body
        operation = call.operation
        problems = self._contract.check_answer(operation.method, operation.path, body)
        if problems:
            return 500, broken(problems).body
        return 200, body

    def _expand(self, account: Account, body: Resource, wanted: list[str]) -> None:
        attached = partial(_attached, account)
        expansion = Expansion(self._contract, find=account.look_up, attached=attached)
        for path in wanted:
            expansion.apply(body, path)

    def _answered(
        self,
        status: int,
        body: Resource,
        asker: str,
        *,
        account: Account | None,
        asked: Asked | None = None,
    ) -> Answered:
        if "error" in body:
            self._contract.check_error(body)
        return Answered(
            path=asked.path if asked else "",
            parameters=asked.parameters if asked else "",
            status=status,
            body=json.dumps(body, indent=2),
            request=asker,
            at=account.now() if account else 0,
        )


def catch_up(account: Account) -> None:
    """Let the time that has passed take effect."""
    checkout_sessions.expire_overdue(account)
    balance_transactions.make_available(account)


def _key(request: Request) -> str:
    """Read the secret key: a Bearer token, or Basic's user name."""
    given = request.authorization
    key = (given.token or given.get("username")) if given else None
    if not key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY').",
            status=401,
        )
    if not TEST_KEY.fullmatch(key):
        raise StripeError(f"Invalid API Key provided: {key[:8]}****", status=401)
    return str(key)


def _refuse_odd_version(request: Request) -> None:
    version = request.headers.get("Stripe-Version")
    if version is not None and not VERSION.fullmatch(version):
        raise StripeError(f"Invalid Stripe API version: {version}")


def _form(request: Request) -> Form:
    """Read the pairs of query and body; a file's bytes are written as Latin-1."""
    if request.mimetype == MULTIPART:
        files = [(name, each.read().decode("latin-1")) for name, each in request.files.items()]
        return [*request.form.items(multi=True), *files]
    text = request.get_data().decode() if request.method == "POST" else ""
    query = request.query_string.decode()
    return parse_qsl(query, keep_blank_values=True) + parse_qsl(text, keep_blank_values=True)


def _asked(request: Request, form: Form) -> Asked | None:
    """Say what the idempotency key covers. Stripe heeds keys on POST alone."""
    key = request.headers.get("Idempotency-Key")
    if not key or request.method != "POST":
        return None
    return Asked(key=key, path=request.path, parameters=json.dumps(sorted(form)))


def _attached(account: Account, resource: Resource, name: str) -> Resource | None:
    """Make the lists that stand inside an object only on request."""
    match resource.get("object"), name:
        case "checkout.session", "line_items":
            return deepcopy(checkout_sessions.lines(account, {}, session=resource["id"]))
        case "customer", "cash_balance":
            return customers.cash(account, resource["id"])
        case "charge", "refunds":
            return deepcopy(refunds.of_charge(account, resource["id"]))
    return None


def _response(request: Request, answered: Answered, asker: str) -> Response:
    response = Response(answered.body, answered.status, content_type="application/json")
    response.headers["Request-Id"] = asker
    for name in ("Stripe-Version", "Idempotency-Key"):
        if name in request.headers:
            response.headers[name] = request.headers[name]
    if answered.request != asker:
        response.headers["Idempotent-Replayed"] = "true"
        response.headers["Original-Request"] = answered.request
    return response
