"""How errors read: problem+json (RFC 9457), one table from what happened to a status.

What is wrong with a body is told all at once, each fault with its JSON path; what went wrong inside
is told to nobody but the log.
"""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from invoicing import errors, faults
from invoicing.records import plain

PROBLEM = "application/problem+json"


class UnknownKeyError(errors.FacturierError):
    """No key, or one that opens nothing."""


class ScopeMissingError(errors.FacturierError):
    """A key that does not open this route; the message is the scope that would."""


_PROBLEMS: dict[type[errors.FacturierError], tuple[HTTPStatus, str]] = {
    UnknownKeyError: (HTTPStatus.UNAUTHORIZED, "The key is missing or not known"),
    errors.NotFoundError: (HTTPStatus.NOT_FOUND, "There is no such thing"),
    errors.AnotherBodyError: (
        HTTPStatus.CONFLICT,
        "This id was used before with another content",
    ),
    errors.NotHeldError: (HTTPStatus.CONFLICT, "It is not held: nothing is left to decide"),
    errors.OvertakenError: (HTTPStatus.CONFLICT, "Somebody else was quicker: read it again"),
    errors.UnknownCursorError: (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This list did not give this cursor",
    ),
}


KINDS = [*_PROBLEMS, ScopeMissingError, errors.RefusedError]
"""What is answered as a problem; anything else is ours, and API Gateway answers 500."""


def of(error: errors.FacturierError) -> Response[str]:
    """Answer with the problem that an error is, one of KINDS."""
    match error:
        case ScopeMissingError():
            title = f"This key has not the scope {error}"
            return _answer(HTTPStatus.FORBIDDEN, title, scope=f"{error}")
        case errors.RefusedError():
            told = [plain(reason) for reason in error.reasons]
            return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, "This cannot be done", errors=told)
    return _answer(*_PROBLEMS[type(error)])


def of_request(error: RequestValidationError) -> Response[str]:
    """Answer with all that is wrong with a request, each fault with its path."""
    told = faults.told(error.errors())
    return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid", errors=told)


def written(status: HTTPStatus, title: str, **more: Any) -> str:  # noqa: ANN401  members of problem+json
    """Write a problem for a program to read."""
    return json.dumps({"type": "about:blank", "title": title, "status": status.value} | more)


def _answer(status: HTTPStatus, title: str, **more: Any) -> Response[str]:  # noqa: ANN401  likewise
    asked = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
    return Response(status.value, PROBLEM, written(status, title, **more), asked)
