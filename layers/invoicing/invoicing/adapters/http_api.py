"""The doors on HTTP: who calls, what is refused, and how errors read.

Every error is problem+json (RFC 9457). What is wrong with a body is told all at once, each fault
with its JSON path; what went wrong inside is told to nobody but the log.
"""

import base64
import hashlib
import json
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from invoicing import errors, settings
from invoicing.adapters.operations_table import inbox
from invoicing.parties import Seller

PROBLEM = "application/problem+json"
_exact_json = partial(json.loads, parse_float=Decimal)


class UnknownKeyError(errors.FacturierError):
    """No key, or one that opens nothing."""


def shop_api() -> APIGatewayHttpResolver:
    """Make the resolver of an HTTP function that shops call with their key."""
    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=_exact_json)

    def not_valid(error: RequestValidationError) -> Response[str]:
        caller(app.current_event)  # who has no key learns nothing about bodies
        return problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not valid", errors=_faults(error)
        )

    def unknown_key(_: UnknownKeyError) -> Response[str]:
        return problem(HTTPStatus.UNAUTHORIZED, "The key is missing or not known")

    def not_found(_: errors.NotFoundError) -> Response[str]:
        return problem(HTTPStatus.NOT_FOUND, "There is no such thing")

    def another_body(_: errors.AnotherBodyError) -> Response[str]:
        return problem(HTTPStatus.CONFLICT, "This id was used before with another content")

    app.exception_handler(RequestValidationError)(not_valid)
    app.exception_handler(UnknownKeyError)(unknown_key)
    app.exception_handler(errors.NotFoundError)(not_found)
    app.exception_handler(errors.AnotherBodyError)(another_body)
    return app


def caller(event: APIGatewayProxyEventV2) -> Seller:
    """Give the seller whose key the request carries; UnknownKeyError otherwise."""
    scheme, _, key = event.headers.get("authorization", "").partition(" ")
    seller_id = inbox().seller_of_key(key_hash(key)) if scheme.lower() == "bearer" else None
    if not seller_id:
        raise UnknownKeyError
    return inbox().seller(seller_id)


def key_hash(key: str) -> str:
    """Hash a key as it is stored; keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def problem(status: HTTPStatus, title: str, **more: Any) -> Response[str]:  # noqa: ANN401  members of problem+json
    """Answer with an error that a program can read."""
    body = {"type": "about:blank", "title": title, "status": status.value} | more
    return Response(status.value, PROBLEM, json.dumps(body, default=str))


def site(event: APIGatewayProxyEventV2) -> str:
    """Give the address under which buyers reach the pages: PUBLIC_URL, or where the shop called."""
    return settings.optional("PUBLIC_URL") or f"https://{event.request_context.domain_name}"


def raw_body(event: APIGatewayProxyEventV2) -> bytes:
    """Give the body as it came, to the byte: a signature covers nothing else."""
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()


def _faults(error: RequestValidationError) -> list[dict[str, str]]:
    faults = [(path(fault["loc"]), fault) for fault in error.errors()]
    inner = {place for place, _ in faults}
    return [
        {"path": place, "message": fault["msg"], "code": fault["type"]}
        for place, fault in faults
        if not (
            fault["type"] == "too_short" and any(other.startswith(f"{place}[") for other in inner)
        )
    ]


def path(loc: tuple[str | int, ...]) -> str:
    """Write a place in the body as a JSON path: $.lines[0].price."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc if step != "body"]
    return "$" + "".join(steps)
