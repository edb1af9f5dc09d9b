"""Stands where VIES stands: the last digit of a VAT number says what is known of it.

0 is a number that does not exist, 7 one whose state does not answer, any other exists. The form of
a number is checked before VIES is asked, so a test needs well-formed ones: FR40303265045 exists,
DE110704340 does not, and nobody answers about DE289218407.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Request, Response

from local.serving import serving

INVALID, UNAVAILABLE = "0", "7"


class Vies:
    """The endpoint; it keeps what it was asked, for a test to look at."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
        """Answer one request."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if (request.method, request.path) != ("POST", "/check-vat-number"):
            return _json({"actionSucceed": False}, HTTPStatus.NOT_FOUND)
        question = request.get_json(force=True)
        self.asked.append(question)
        if question["vatNumber"].endswith(UNAVAILABLE):
            return _json({"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]})
        return _json(_known(question, asked=len(self.asked)))


def _known(question: dict[str, str], *, asked: int) -> dict[str, Any]:
    valid = not question["vatNumber"].endswith(INVALID)
    proven = "requesterNumber" in question
    return {
        "countryCode": question["countryCode"],
        "vatNumber": question["vatNumber"],
        "requestDate": "2026-11-21T12:00:00.000Z",
        "valid": valid,
        "requestIdentifier": f"WAPI{asked:012}" if proven else "",
        "name": "A business" if valid else "---",
        "address": "---",
    }


@contextmanager
def answering(*, port: int = 0) -> Iterator[tuple[Vies, str]]:
    """Run the stand-in until the block ends; give it and the address for VIES_ENDPOINT."""
    vies = Vies()
    with serving(vies, port=port) as url:
        yield vies, url


def _json(content: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")
