"""The doors on HTTP: who calls, what is refused, and how errors read.

Every error is problem+json (RFC 9457). What is wrong with a body is told all at once, each fault
with its JSON path; what went wrong inside is told to nobody but the log.
"""

import base64
import hashlib
import json
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import ValidationError

from invoicing import errors, faults, requests, settings
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.ledger import Kind
from invoicing.parties import Seller
from invoicing.records import plain

PROBLEM = "application/problem+json"
_GUARDING = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


def _exact_json(text: str) -> Any:  # noqa: ANN401  any JSON
    """Read amounts without a binary float; what Python cannot hold is the caller's fault too."""
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError:
        raise
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise json.JSONDecodeError("too long a number, or nested too deeply", "", 0) from error


class ShopApi(APIGatewayHttpResolver):
    """The resolver of a function that shops call: whatever it answers is for its caller alone."""

    def resolve(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  Powertools' own
        """Answer, with what keeps a browser or a cache on the way from making more of it."""
        answer = super().resolve(*args, **kwargs)
        return answer | {"headers": _GUARDING | answer["headers"]}


class UnknownKeyError(errors.FacturierError):
    """No key, or one that opens nothing."""


class UnknownCursorError(errors.FacturierError):
    """A cursor that no list of ours gave."""


def shop_api() -> ShopApi:
    """Make the resolver of an HTTP function that shops call with their key."""
    app = ShopApi(enable_validation=True, json_body_deserializer=_exact_json)

    def unknown_key(_: UnknownKeyError) -> Response[str]:
        return problem(HTTPStatus.UNAUTHORIZED, "The key is missing or not known")

    def not_valid(error: RequestValidationError) -> Response[str]:
        try:
            caller(app.current_event)  # who has no key learns nothing about bodies
        except UnknownKeyError as unknown:
            return unknown_key(unknown)  # Powertools takes nothing that a handler of errors raises
        told = faults.told(error.errors())
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not valid", errors=told)

    def not_found(_: errors.NotFoundError | NotFoundError) -> Response[str]:
        return problem(HTTPStatus.NOT_FOUND, "There is no such thing")

    def another_body(_: errors.AnotherBodyError) -> Response[str]:
        return problem(HTTPStatus.CONFLICT, "This id was used before with another content")

    def refused(error: errors.RefusedError) -> Response[str]:
        told = [plain(reason) for reason in error.reasons]
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "This cannot be done", errors=told)

    app.exception_handler(errors.RefusedError)(refused)

    def not_held(_: errors.NotHeldError) -> Response[str]:
        return problem(HTTPStatus.CONFLICT, "It is not held: nothing is left to decide")

    def unknown_cursor(_: UnknownCursorError) -> Response[str]:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "No list of ours gave this cursor")

    def overtaken(_: errors.OvertakenError) -> Response[str]:
        return problem(HTTPStatus.CONFLICT, "Somebody else was quicker: read it again")

    app.exception_handler(RequestValidationError)(not_valid)
    app.exception_handler(errors.NotHeldError)(not_held)
    app.exception_handler(UnknownCursorError)(unknown_cursor)
    app.exception_handler(errors.OvertakenError)(overtaken)
    app.exception_handler(UnknownKeyError)(unknown_key)
    app.exception_handler(errors.NotFoundError)(not_found)
    app.not_found(not_found)  # no route, such as another file of an invoice
    app.exception_handler(errors.AnotherBodyError)(another_body)
    return app


def caller(event: APIGatewayProxyEventV2) -> Seller:
    """Give the seller whose key the request carries; UnknownKeyError otherwise."""
    scheme, _, key = event.headers.get("authorization", "").partition(" ")
    seller_id = sellers().id_of_key(key_hash(key)) if scheme.lower() == "bearer" else None
    if not seller_id:
        raise UnknownKeyError
    return sellers().read(seller_id)


def key_hash(key: str) -> str:
    """Hash a key as it is stored; keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def problem(status: HTTPStatus, title: str, **more: Any) -> Response[str]:  # noqa: ANN401  members of problem+json
    """Answer with an error that a program can read."""
    body = {"type": "about:blank", "title": title, "status": status.value} | more
    return Response(status.value, PROBLEM, json.dumps(body, default=str))


def standing(request: requests.Request) -> dict[str, Any]:
    """Say where an order or a credit stands, and why if it is held or cancelled."""
    answer: dict[str, Any] = {
        "id": request.key.source,
        "status": request.state.lower(),
        "received_at": plain(request)["received_at"],
        "reasons": [plain(reason) for reason in request.reasons],
    }
    if request.cancellation:
        answer["cancellation"] = plain(request.cancellation)
    if request.credit:
        answer["href"] = f"/v1/invoices/{request.credit.invoice}/credit-notes/{request.key.source}"
    if request.number:
        name = "credit_note" if request.credit else "invoice"
        answer[name] = _reference(request.number, request.key.series.kind)
    return answer


def _reference(number: str, kind: Kind) -> dict[str, str]:
    where = "credit-notes" if kind == "credit_note" else "invoices"
    return {"number": number, "href": f"/v1/{where}/{number}"}


def site(event: APIGatewayProxyEventV2) -> str:
    """Give the address under which buyers reach the pages: PUBLIC_URL, or where the shop called."""
    return settings.optional("PUBLIC_URL") or f"https://{event.request_context.domain_name}"


def cursor(mark: Mark) -> str:
    """Write where a list was left, for the caller to give back as it is."""
    return base64.urlsafe_b64encode(json.dumps(plain(mark)).encode()).decode()


def mark(cursor: str) -> Mark:
    """Read a cursor; UnknownCursorError for one that we did not write."""
    try:
        return Mark.model_validate_json(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, ValidationError) as error:
        raise UnknownCursorError from error


def raw_body(event: APIGatewayProxyEventV2) -> bytes:
    """Give the body as it came, to the byte: a signature covers nothing else."""
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()
