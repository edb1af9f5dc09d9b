"""The HTTP API in front of the functions, as API Gateway behaves towards them and towards callers.

The emulator's own HTTP endpoint has no routes from SAM's template, no `cookies`, no
`x-forwarded-*`, and answers a failed function with its error text. What is imitated here:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from botocore.exceptions import ClientError, HTTPClientError
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from local.emulator import Emulator
from local.routes import Match, Route, match
from local.serving import serving

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

MAX_BODY = 10 * 1024 * 1024  # a quota of HTTP APIs that cannot be raised
_API_ID = "local"
_NO_ENTITY = {"content-length", "transfer-encoding", "connection"}
_TEXT = ("text/", "application/json", "application/javascript", "application/xml")

Event = dict[str, Any]


class MalformedAnswerError(ValueError):
    """A function answered in a shape that API Gateway does not take."""


@dataclass
class FrontDoor:
    """One HTTP API. It listens before its routes are known: functions are told its address."""

    emulator: Emulator
    url: str = ""
    routes: Sequence[Route] = field(default_factory=tuple)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = MAX_BODY
        try:
            response = self._answer(request)
        except RequestEntityTooLarge:
            response = _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
            response.headers["connection"] = "close"  # the rest of the body stays unread
        response.headers["apigw-requestid"] = environ["facturier.request_id"] = _request_id()
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        found = match(self.routes, request.method, _encoded_path(request))
        if found is None:
            return _refusal(HTTPStatus.NOT_FOUND, "Not Found")
        return self._invoke(found, event_of(request, found))

    def _invoke(self, found: Match, event: Event) -> Response:
        functions: LambdaClient = self.emulator.client("lambda")
        payload = json.dumps(event).encode()
        try:
            answer = functions.invoke(FunctionName=found.route.function, Payload=payload)
        except functions.exceptions.TooManyRequestsException, HTTPClientError:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable")
        except ClientError:
            return _internal_error()
        if "FunctionError" in answer:
            return _internal_error()
        try:
            return response_of(json.loads(answer["Payload"].read() or b"null"))
        except MalformedAnswerError:
            return _internal_error()
