"""What docs/openapi.json promises of an answer, held against the answer."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from api.description import FILE, PROBLEM
from local.routes import Route, match

_AS_IT_IS = "application/pdf", "application/xml", "application/zip", "text/plain"


@cache
def promised() -> dict[str, Any]:
    return json.loads(FILE.read_text())


@cache
def _routes() -> list[Route]:
    return [
        Route(method.upper(), path, "")
        for path, operations in promised()["paths"].items()
        for method in operations
    ]


def operation(method: str, path: str) -> dict[str, Any] | None:
    """Find what is promised of a call; None where no route is."""
    found = match(_routes(), method, path)
    return found and promised()["paths"][found.route.path][method.lower()]


def hold(method: str, path: str, answer: tuple[int, Mapping[str, str], bytes]) -> None:
    """Fail unless the answer's status, type and body are as promised; pages promise nothing."""
    status, headers, body = answer
    if not path.startswith("/v1/"):
        return
    kind, known = headers.get("content-type", ""), operation(method, path)
    if known is None:
        assert (status, kind) == (404, PROBLEM), f"{method} {path} is not described"
        return
    said = _resolved(known["responses"].get(f"{status}"))
    assert said, f"{method} {path} does not promise {status}: {body[:300]!r}"
    assert kind in said["content"], f"{method} {path} answers {status} with {kind}"
    assert (status == 401) is ("www-authenticate" in headers)  # RFC 9110, 15.5.2
    if not kind.startswith(_AS_IT_IS):
        _validator(json.dumps(said["content"][kind]["schema"])).validate(json.loads(body))


def guarded(headers: Mapping[str, str]) -> None:
    """Fail unless a browser or a cache is kept from making more of an answer than is meant."""
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def _resolved(said: dict[str, Any] | None) -> dict[str, Any] | None:
    if said and "$ref" in said:
        return promised()["components"]["responses"][said["$ref"].rpartition("/")[2]]
    return said


@cache
def _validator(schema: str) -> Draft202012Validator:
    whole = json.loads(schema) | {"components": promised()["components"]}
    return Draft202012Validator(whole)
