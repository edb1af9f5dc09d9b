"""The routes of an HTTP API, as SAM wrote them in OpenAPI, and how API Gateway picks one.

The emulator's CloudFormation ignores that body: its own API would answer 404 to everything.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from local.deployment import Deployment

_ANY = "x-amazon-apigateway-any-method"
_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", _ANY}
_DEFAULT = "$default"


@dataclass(frozen=True)
class Route:
    """A method and a path with its variables, and the function behind it (name or ARN)."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """Name the route as the event's `routeKey` does."""
        return _DEFAULT if self.path == _DEFAULT else f"{self.method} {self.path}"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        if self.path == _DEFAULT:
            return re.compile(".*")
        return re.compile("/".join(_segment_pattern(part) for part in self.path.split("/")))

    @cached_property
    def _names(self) -> Sequence[str]:
        return [name.rstrip("+") for name in re.findall(r"\{([^}]+)\}", self.path)]

    @property
    def _rank(self) -> tuple[Sequence[int], bool]:
        """Literal before variable before greedy variable, segment by segment; any method last."""
        if self.path == _DEFAULT:
            return [9], True
        return [_looseness(part) for part in self.path.split("/")], self.method == "ANY"

    def variables(self, method: str, path: str) -> Mapping[str, str] | None:
        """Give the path's variables, decoded; None when the route is for other requests."""
        found = self._pattern.fullmatch(path) if self.method in ("ANY", method) else None
        if found is None:
            return None
        return dict(zip(self._names, map(unquote, found.groups()), strict=True))


@dataclass(frozen=True)
class Match:
    """The route for a request, and what its variables stand for."""

    route: Route
    variables: Mapping[str, str]


def match(routes: Sequence[Route], method: str, path: str) -> Match | None:
    """Pick the most specific route, as API Gateway does. `path` is still percent-encoded."""
    for route in sorted(routes, key=lambda route: route._rank):  # noqa: SLF001 - same module
        variables = route.variables(method, path)
        if variables is not None:
            return Match(route, variables)
    return None


def routes(deployment: Deployment) -> Sequence[Route]:
    """List the routes of the stack's HTTP APIs."""
    apis = [
        resource["Properties"].get("Body", {})
        for resource in deployment.template["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Api"
    ]
    return [route for body in apis for route in _routes(body, deployment)]


def _routes(body: Mapping[str, Any], deployment: Deployment) -> Iterator[Route]:
    for path, operations in body.get("paths", {}).items():
        for method in operations.keys() & _METHODS:
            yield Route(
                method="ANY" if method == _ANY else method.upper(),
                path=path.removeprefix("/") if path == f"/{_DEFAULT}" else path,
                function=_function(operations[method], deployment),
            )


def _function(operation: Mapping[str, Any], deployment: Deployment) -> str:
    """Find the function in an integration's address (`…/${TakeOrder.Arn}/invocations`)."""
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    named = re.findall(r"\$\{(\w+)(?:\.Arn)?\}", uri)
    return next(deployment.resources[name] for name in named if name in deployment.resources)


def _looseness(segment: str) -> int:
    if not segment.startswith("{"):
        return 0
    return 2 if segment.endswith("+}") else 1


def _segment_pattern(segment: str) -> str:
    return (re.escape(segment), "([^/]+)", "(.+)")[_looseness(segment)]
