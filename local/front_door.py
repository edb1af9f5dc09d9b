"""The HTTP API in front of the functions, as API Gateway behaves towards them and towards callers.

The emulator's own HTTP endpoint has no routes from SAM's template, no `cookies`, no
`x-forwarded-*`, and answers a failed function with its error text.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from local.emulator import Emulator
from local.http_events import (
    Arrival,
    MalformedAnswerError,
    arrive,
    encoded_target,
    event_of,
    refusal,
    response_of,
)
from local.routes import Route, match

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Quotas that cannot be raised: the body of an HTTP API, a function's payload, its time to answer.
MAX_BODY = 10 * 1024 * 1024
MAX_PAYLOAD = 6 * 1024 * 1024
PATIENCE = 30


class FrontDoor:
    """One HTTP API. It listens before it has routes, because functions are told its address."""

    def __init__(self, emulator: Emulator) -> None:
        self._functions: LambdaClient = emulator.client("lambda", patience=PATIENCE)
        self._routes: Sequence[Route] = ()

    def open(self, routes: Sequence[Route]) -> None:
        """Let requests through to the functions."""
        self._routes = routes

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = MAX_BODY
        arrival = arrive()
        try:
            response = self._answer(request, arrival)
        except RequestEntityTooLarge:
            response = refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
            response.headers["connection"] = "close"  # the rest of the body stays unread
        response.headers["apigw-requestid"] = arrival.request_id
        return response(environ, start_response)

    def _answer(self, request: Request, arrival: Arrival) -> Response:
        path, _ = encoded_target(request)
        found = match(self._routes, request.method, path)
        if found is None:
            request.get_data()  # or the next request on this connection would begin with it
            return refusal(HTTPStatus.NOT_FOUND, "Not Found")
        payload = json.dumps(event_of(request, found, arrival)).encode()
        if len(payload) > MAX_PAYLOAD:
            return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
        return self._invoke(found.route.function, payload)

    def _invoke(self, function: str, payload: bytes) -> Response:
        """Invoke and translate. A function's own error text never reaches the caller."""
        try:
            answer = self._functions.invoke(FunctionName=function, Payload=payload)
        except (ReadTimeoutError, self._functions.exceptions.TooManyRequestsException):
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable")
        except ClientError:
            return _internal_error()
        body = answer["Payload"].read()
        if "FunctionError" in answer or len(body) > MAX_PAYLOAD:
            return _internal_error()
        try:
            return response_of(json.loads(body or b"null"))
        except MalformedAnswerError:
            return _internal_error()


def _internal_error() -> Response:
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")
