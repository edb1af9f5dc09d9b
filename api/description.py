"""The OpenAPI 3.1 description, made of template.yaml's routes, the functions and the answers.

Powertools knows each route's parameters and body from the function's own types, pydantic writes
their schemas and those of the answers; nothing is described twice.
"""

import importlib.util
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from api import answers
from api.answers import File
from api.operations import OPERATIONS, Operation

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs/openapi.json"
FUNCTIONS = ROOT / "functions"
JSON = "application/json"
PROBLEM = "application/problem+json"
Model = tuple[type[BaseModel], JsonSchemaMode]

# Where it is plain JSON API Gateway speaks for itself, and takes no other words for an HTTP API.
_Shapes = Mapping[str, type[BaseModel]]  # by media type
_OURS: _Shapes = {PROBLEM: answers.Problem}
_ITS_OWN: _Shapes = {JSON: answers.Message}
_REFUSALS: dict[int, tuple[_Shapes, str]] = {
    401: (_OURS, "No key, or one that is unknown or revoked"),
    403: ({PROBLEM: answers.ScopeMissing}, "The key has not the scope of this route"),
    404: (_OURS, "There is no such thing, or it is another seller's"),
    409: (_OURS, "Another content under this id, decided already, or overtaken"),
    413: ({**_OURS, **_ITS_OWN}, "More than a million characters, which nobody reads"),
    422: ({PROBLEM: answers.Refused}, "Every fault with its JSON path, or why it cannot be done"),
    429: (_ITS_OWN, "Too many requests: come again, later each time"),
    500: (_ITS_OWN, "Ours to mend; the same call may be made again"),
    503: (_ITS_OWN, "It took too long; the same call may be made again"),
}
_ANY_ROUTE = frozenset({429, 500, 503})


@dataclass(frozen=True)
class Described:
    """One route: its function's, and what was said of it."""

    name: str  # GET /v1/orders/{id}
    route: Route
    operation: Operation

    @property
    def method(self) -> str:
        """The method, as HTTP writes it."""
        return self.name.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path, with the names of its variables as the description has them."""
        return self.name.partition(" ")[2]

    @property
    def body(self) -> type[BaseModel] | None:
        """What is sent, if anything is."""
        fields = self.route.dependant.body_params
        return fields[0].type_ if fields else None

    @property
    def refuses(self) -> list[int]:
        """Which refusals it knows, in their order."""
        known = set(self.operation.refuses | _ANY_ROUTE)
        if not self.operation.signed:
            known |= {401, 403, 404}
            known |= set() if self.method == "GET" else {413}
        if self.body or self._said or self._typed:
            known.add(422)
        return sorted(known)

    @property
    def _said(self) -> bool:
        return bool(self.route.dependant.query_params or self.route.dependant.header_params)

    @property
    def _typed(self) -> bool:
        return any(field.type_ is not str for field in self.route.dependant.path_params)


def function(folder: str) -> ModuleType:
    """Load functions/<folder>/app.py; all of them are called `app`, so the name is made longer."""
    spec = importlib.util.spec_from_file_location(
        f"described_{folder}", FUNCTIONS / folder / "app.py"
    )
    if not spec or not spec.loader:
        raise FileNotFoundError(folder)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def routes() -> Mapping[str, Route]:
    """Give the routes below /v1/ of all functions, by method and path without variables' names."""
    found: dict[str, Route] = {}
    for app in sorted(FUNCTIONS.glob("*/app.py")):
        if "/v1/" in app.read_text():
            resolver = function(app.parent.name).app
            for route in resolver._static_routes + resolver._dynamic_routes:  # noqa: SLF001  Powertools tells it nowhere else
                found[shape(f"{route.method} {route.path}")] = route
    return found


def shape(name: str) -> str:
    """Write a route without the names of its variables, which nobody calls by."""
    return re.sub(r"<[^>]+>|\{[^}]+\}", "{}", name)


def described() -> Iterator[Described]:
    """Go over what is described; KeyError for what no function answers."""
    for name, operation in OPERATIONS.items():
        yield Described(name, routes()[shape(name)], operation)


def document() -> dict[str, Any]:
    """Write the whole description."""
    all_of_it = list(described())
    schemas = _Schemas(all_of_it)
    paths: dict[str, dict[str, Any]] = {}
    for each in all_of_it:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Facturier", "version": "1", "description": _ABOUT},
        "servers": [{"url": "/", "description": "The output `ApiUrl` of the stack"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": {_name(code): _refusal(code, schemas) for code in _REFUSALS},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


_ABOUT = (
    "Amounts are decimals in the document's currency; sent as strings or numbers, answered as"
    " strings. What is posted has an id of the shop's own, and the same id with the same content"
    " gets the same answer for ever, so any call may be repeated. Lists are read by their cursor."
)


class _Schemas:
    """The schemas of all that is sent and answered, under names that do not clash."""

    def __init__(self, all_of_it: list[Described]) -> None:
        wanted: dict[Model, None] = {}
        for each in all_of_it:
            if each.body:
                wanted[each.body, "validation"] = None
            for answer in each.operation.answers.values():
                if not isinstance(answer, File):
                    wanted[answer, "serialization"] = None
        for told, _ in _REFUSALS.values():
            wanted |= {(refusal, "serialization"): None for refusal in told.values()}
        self._references, written = models_json_schema(
            list(wanted), ref_template="#/components/schemas/{model}"
        )
        self.components = written["$defs"]

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
        """Point at a schema."""
        return self._references[model, mode]


def _operation(each: Described, schemas: _Schemas) -> dict[str, Any]:
    said = inspect.getdoc(each.route.func) or ""
    summary, _, more = said.partition("\n\n")
    told: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{each.method.lower()}{each.path[3:]}").strip("_"),
        "summary": " ".join(summary.split()),
        "parameters": list(_parameters(each)),
        "responses": {f"{code}": answer for code, answer in _responses(each, schemas)},
    }
    if more:
        told["description"] = " ".join(more.split())
    if each.body:
        content = {JSON: {"schema": schemas.of(each.body, "validation")}}
        told["requestBody"] = {"required": True, "content": content}
    told["security"] = each.route.security or []  # the scope that the key must have
    return told


def _parameters(each: Described) -> Iterator[dict[str, Any]]:
    """Name variables as the description does; the function's own names are nobody's business."""
    dependant = each.route.dependant
    names = re.findall(r"\{([^}]+)\}", each.path)
    for name, field in zip(names, dependant.path_params, strict=True):
        yield {"name": name, "in": "path", "required": True, "schema": _schema(field)}
    for place, fields in (("query", dependant.query_params), ("header", dependant.header_params)):
        for field in fields:
            wanted = {"name": field.alias, "in": place, "required": bool(field.required)}
            yield wanted | {"schema": _schema(field)}


def _schema(field: Any) -> dict[str, Any]:  # noqa: ANN401  Powertools' own field
    schema: dict[str, Any] = field._type_adapter.json_schema()  # noqa: SLF001  it tells it nowhere else
    schema.pop("title", None)
    return schema


def _responses(each: Described, schemas: _Schemas) -> Iterator[tuple[int, dict[str, Any]]]:
    for code, answer in sorted(each.operation.answers.items()):
        yield code, _response(answer, HTTPStatus(code).phrase, schemas)
    for code in each.refuses:
        yield code, {"$ref": f"#/components/responses/{_name(code)}"}


def _name(code: int) -> str:
    return HTTPStatus(code).phrase.replace(" ", "")


def _refusal(code: int, schemas: _Schemas) -> dict[str, Any]:
    told, sentence = _REFUSALS[code]
    content = {
        media: {"schema": schemas.of(model, "serialization")} for media, model in told.items()
    }
    return {"description": sentence, "content": content}


def _response(answer: answers.Shape, phrase: str, schemas: _Schemas) -> dict[str, Any]:
    if isinstance(answer, File):
        return {"description": phrase, "content": {media: {} for media in answer.media}}
    schema = schemas.of(answer, "serialization")
    sentence = " ".join((inspect.getdoc(answer) or phrase).split())
    return {"description": sentence, "content": {JSON: {"schema": schema}}}
