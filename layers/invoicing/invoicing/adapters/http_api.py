"""The doors on HTTP: who calls, and what is let in."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from invoicing import errors, settings
from invoicing.adapters import http_problems
from invoicing.adapters.http_problems import PROBLEM, ScopeMissingError, UnknownKeyError
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.keys_table import keys
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.invoices import Invoice
from invoicing.keys import Scope, key_hash
from invoicing.parties import Seller
from invoicing.telemetry import write_under

MOST_BODY = 1_000_000  # characters as they come; an order that fits into an item has far fewer
_GUARDING = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_TOO_LARGE: dict[str, Any] = {
    "statusCode": HTTPStatus.CONTENT_TOO_LARGE.value,
    "headers": {"Content-Type": PROBLEM},
    "isBase64Encoded": False,
    "body": http_problems.written(
        HTTPStatus.CONTENT_TOO_LARGE, f"A body has {MOST_BODY} characters at most"
    ),
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

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401  Powertools' own
        """Answer, with what keeps a browser or a cache on the way from making more of it.

        A body is JSON whatever its header says: `curl -d` alone calls it a form.
        """
        if _is_too_large(event):
            return _guarded(_TOO_LARGE)
        headers = (event.get("headers") or {}) | {"content-type": "application/json"}
        return _guarded(super().resolve({**event, "headers": headers}, context))


def _guarded(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"headers": _GUARDING | answer["headers"]}


def _is_too_large(event: Mapping[str, Any]) -> bool:
    """Tell what is not even read: API Gateway takes 10 MB, and to read costs memory and time."""
    return len(event.get("body") or "") > MOST_BODY


def needs(scope: Scope) -> list[dict[str, list[str]]]:
    """Name the scope of a route, as OpenAPI writes it: `security=needs("read")`."""
    return [{"key": [scope]}]


def shop_api() -> ShopApi:
    """Make the resolver of an HTTP function that shops call with their key."""
    app = ShopApi(enable_validation=True, json_body_deserializer=_exact_json)

    def not_valid(error: RequestValidationError) -> Response[str]:
        try:
            caller(app)  # who may not enter learns nothing about bodies
        except (UnknownKeyError, ScopeMissingError) as refused:
            return http_problems.of(refused)  # Powertools takes nothing that this raises
        return http_problems.of_request(error)

    app.exception_handler(http_problems.KINDS)(http_problems.of)
    app.exception_handler(RequestValidationError)(not_valid)
    app.not_found(_no_route)
    return app


def _no_route(_: NotFoundError) -> Response[str]:
    """Answer where no route is, such as another file of an invoice."""
    return http_problems.of(errors.NotFoundError())


def caller(app: ShopApi) -> Seller:
    """Give the seller whose key the request carries, if it opens the route that was called.

    UnknownKeyError without a key in force, ScopeMissingError for a narrower one.
    """
    scheme, _, said = app.current_event.headers.get("authorization", "").partition(" ")
    key = keys().find(key_hash(said)) if scheme.lower() == "bearer" else None
    if not key or not key.is_in_force:
        raise UnknownKeyError
    scope = _scope(app)
    if not key.allows(scope):
        raise ScopeMissingError(scope)
    used = key.used(asked_at(app))
    if used:
        keys().note(used, "used_at")
    return sellers().read(key.seller)


def asked_at(app: ShopApi) -> datetime:
    """Read when API Gateway took the request."""
    return _EPOCH + timedelta(milliseconds=app.current_event.request_context.time_epoch)


def _scope(app: ShopApi) -> Scope:
    """Read the scope that the route names; one that names none opens to nobody."""
    [[scope]] = [each["key"] for each in app.context["_route"].security]
    return scope  # type: ignore[no-any-return]  # Powertools' context is untyped


def invoice(seller: Seller, number: str) -> Invoice:
    """Read an invoice that is called by its number, and write under its order's trail from here on.

    NotFoundError if the seller never gave the number.
    """
    found = book().invoice(seller, number)
    write_under(found.draft.trail)
    return found


def site(event: APIGatewayProxyEventV2) -> str:
    """Give the address under which buyers reach the pages: PUBLIC_URL, or where the shop called."""
    return settings.optional("PUBLIC_URL") or f"https://{event.request_context.domain_name}"


def raw_body(event: APIGatewayProxyEventV2) -> bytes:
    """Give the body as it came, to the byte: a signature covers nothing else."""
    body = event.body or ""
    return base64.b64decode(body) if event.is_base64_encoded else body.encode()
