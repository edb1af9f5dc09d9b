"""HTTP requests as payload format 2.0 events, and a function's answer as an HTTP response.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
Where that page is silent this follows what was measured on AWS by others: `rawPath` and path
variables are decoded, the query string is not; `cookie` leaves the headers for `cookies`.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from local.routes import Match

Event = dict[str, Any]

_API_ID = "local"
# Other bodies come base64-encoded, forms included.
_TEXT = ("text/", "application/json", "application/javascript", "application/xml")
_NOT_FOR_FUNCTIONS_TO_SET = {"content-length", "transfer-encoding", "connection", "date"}
_STATUSES = range(100, 600)


class MalformedAnswerError(ValueError):
    """A function answered in a shape that API Gateway does not take."""


@dataclass(frozen=True)
class Arrival:
    """When a request came in and under which id."""

    request_id: str
    at: datetime


def arrive() -> Arrival:
    """Give a request its id, in the form that API Gateway's have."""
    return Arrival(base64.b64encode(secrets.token_bytes(11)).decode(), datetime.now(UTC))


def encoded_target(request: Request) -> tuple[str, str]:
    """Split the request's target, as it was sent, into path and query string."""
    path, _, query = str(request.environ["RAW_URI"]).partition("?")
    return path, query


def event_of(request: Request, found: Match, arrival: Arrival) -> Event:
    """Describe a request in payload format 2.0. What it lacks is absent, not empty."""
    path, query = encoded_target(request)
    event = {
        "version": "2.0",
        "routeKey": found.route.key,
        "rawPath": unquote(path),
        "rawQueryString": query,
        "cookies": _cookies(request),
        "headers": _headers(request, arrival),
        "queryStringParameters": _joined(parse_qsl(query, keep_blank_values=True)),
        "requestContext": _context(request, found, arrival),
        "pathParameters": dict(found.variables),
        **_body(request),
    }
    optional = ("cookies", "queryStringParameters", "pathParameters", "body")
    return {key: value for key, value in event.items() if value or key not in optional}


def response_of(answer: object) -> Response:
    """Translate a function's answer. One without `statusCode` is a body that was meant as 200."""
    if isinstance(answer, dict) and "statusCode" in answer:
        return _stated(answer)
    body = answer if isinstance(answer, str) else json.dumps(answer)
    return Response(body, content_type="application/json")


def refusal(status: HTTPStatus, message: str) -> Response:
    """Make an answer of API Gateway's own."""
    return Response(json.dumps({"message": message}), status, content_type="application/json")


def _cookies(request: Request) -> Sequence[str]:
    return [cookie for cookie in request.headers.get("cookie", "").split("; ") if cookie]


def _headers(request: Request, arrival: Arrival) -> Mapping[str, str]:
    """Lower-case the names, and add what the way through API Gateway adds."""
    sent = {name.lower(): value for name, value in request.headers.items()}
    sent.pop("cookie", None)
    came_through = [sent.get("x-forwarded-for"), request.remote_addr]
    trace = f"Root=1-{int(arrival.at.timestamp()):08x}-{secrets.token_hex(12)}"
    return {
        **sent,
        "x-amzn-trace-id": sent.get("x-amzn-trace-id", trace),
        "x-forwarded-for": ", ".join(place for place in came_through if place),
        "x-forwarded-port": request.host.partition(":")[2] or "80",
        "x-forwarded-proto": request.scheme,
    }


def _joined(pairs: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Join the values of a repeated name with commas."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(all_of_it) for name, all_of_it in values.items()}


def _context(request: Request, found: Match, arrival: Arrival) -> Mapping[str, Any]:
    host = request.host.partition(":")[0]
    return {
        "accountId": "000000000000",
        "apiId": _API_ID,
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": unquote(encoded_target(request)[0]),
            "protocol": request.environ["SERVER_PROTOCOL"],
            "sourceIp": request.remote_addr,
            "userAgent": request.headers.get("user-agent", ""),
        },
        "requestId": arrival.request_id,
        "routeKey": found.route.key,
        "stage": "$default",
        "time": arrival.at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(arrival.at.timestamp() * 1000),
    }


def _body(request: Request) -> Mapping[str, Any]:
    raw = request.get_data()
    kind = request.headers.get("content-type", "text/plain").lower()
    if kind.startswith(_TEXT) and "content-encoding" not in request.headers:
        return {"body": raw.decode(errors="replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(raw).decode(), "isBase64Encoded": bool(raw)}


def _stated(answer: Mapping[str, Any]) -> Response:
    headers = Headers({"content-type": "text/plain;charset=UTF-8"})
    for name, value in _mapping(answer.get("headers")).items():
        if name.lower() not in _NOT_FOR_FUNCTIONS_TO_SET:
            headers.set(name, _header_value(value))
    for cookie in answer.get("cookies") or []:
        headers.add("set-cookie", cookie)
    return Response(_bytes(answer), _status(answer["statusCode"]), headers)


def _status(value: object) -> int:
    status = int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
    if status not in _STATUSES:
        raise MalformedAnswerError(f"statusCode {value!r}")
    return status


def _bytes(answer: Mapping[str, Any]) -> bytes:
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise MalformedAnswerError("body is not text")
    if not answer.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise MalformedAnswerError("body is not base64") from error


def _mapping(headers: object) -> Mapping[str, object]:
    if not isinstance(headers, dict | None):
        raise MalformedAnswerError("headers are not an object")
    return headers or {}


def _header_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise MalformedAnswerError("a header is neither text nor number")
    return str(value)
