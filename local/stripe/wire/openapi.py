"""Stripe's OpenAPI file as a contract that requests, answers and events are held against.

Answers are checked more strictly than the file asks: a field that it does not know is a violation
too, because a misspelt field is how a fake begins to drift.
"""

import json
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[3]
SPECIFICATION = ROOT / ".cache/stripe_openapi/seahaven_stripe_world/spec/spec3.json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
KEPT = frozenset({"type", "maxLength", "pattern", "enum", "required", "$ref"})

type Resource = dict[str, Any]
"""An object as Stripe's API shows it."""


class Contract:
    """The specification, with every breach of it remembered."""

    def __init__(self, specification: Resource) -> None:
        self._specification = specification
        self.violations: list[Resource] = []
        self._passed: set[int] = set()
        self._registry = Registry().with_resource(
            "stripe:", DRAFT202012.create_resource({"components": {"schemas": self._converted()}})
        )
        self.parameters = cache(self._parameters)
        self._checker = cache(self._validator)

    @property
    def version(self) -> str:
        """The API version the file describes, as in `Stripe-Version`."""
        return str(self._specification["info"]["version"])

    @property
    def paths(self) -> Resource:
        """All paths that Stripe serves, ours and the many that the stand-in does not cover."""
        return dict(self._specification["paths"])

    @cached_property
    def event_types(self) -> frozenset[str]:
        """Names of events, read where Stripe lists them: what an endpoint may subscribe to."""
        subscription = self.parameters("post", "/v1/webhook_endpoints")["properties"]
        return frozenset(subscription["enabled_events"]["items"]["enum"])

    def schema(self, name: str) -> Resource:
        """Give a component's schema as Stripe wrote it."""
        return dict(self._specification["components"]["schemas"][name])

    def resolved(self, schema: Resource) -> Resource:
        """Follow a schema that is only a reference."""
        if "$ref" in schema:
            return self.schema(schema["$ref"].rpartition("/")[2])
        return schema

    def _parameters(self, method: str, path: str) -> Resource:
        """One object schema for an operation's parameters, wherever they travel."""
        operation = self._specification["paths"][path][method]
        if method == "post":
            content = operation["requestBody"]["content"]
            return dict(content[FORM if FORM in content else MULTIPART]["schema"])
        queried = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
        return {
            "type": "object",
            "properties": {p["name"]: p["schema"] for p in queried},
            "required": [p["name"] for p in queried if p["required"]],
        }

    def faults(self, method: str, path: str, parameters: Resource) -> Iterator[ValidationError]:
        """Find what the specification has against these parameters."""
        return self._checker("parameters", method, path).iter_errors(parameters)

    def check_answer(self, method: str, path: str, answer: Resource) -> list[str]:
        """Breaches of the operation's answer, remembered and named.

        What passed in a list once is not checked again: 100 sessions would take 150 ms.
        """
        checker, where = self._checker("answer", method, path), f"{method} {path}"
        if answer.get("object") != "list":
            return self._remember(checker, where, answer)
        fresh = {hash(where + json.dumps(one)): one for one in answer["data"]}
        unseen = [one for key, one in fresh.items() if key not in self._passed]
        problems = self._remember(checker, where, answer | {"data": unseen})
        if not problems:
            self._passed.update(fresh)
        return problems

    def check_error(self, answer: Resource) -> list[str]:
        """Breaches of the shape that all errors share."""
        return self._remember(self._checker("component", "error", ""), "error", answer)

    def check_event(self, event: Resource) -> list[str]:
        """Breaches in the event's type and in the object it carries.

        The specification leaves `data.object` open; an event shows the object as the API does.
        """
        carried = event["data"]["object"]
        checker = self._checker("component", carried["object"], "")
        found = self._remember(checker, f"event {event['type']}", carried)
        if event["type"] not in self.event_types:
            found += self._note(f"event {event['type']}", "Stripe has no event of this type")
        return found

    def _remember(self, checker: Draft202012Validator, where: str, answer: Resource) -> list[str]:
        found: list[str] = []
        for error in checker.iter_errors(answer):
            deepest = best_match([error]) or error
            found += self._note(where, f"{deepest.json_path}: {deepest.message}")
        return found

    def _note(self, where: str, problem: str) -> list[str]:
        self.violations.append({"where": where, "problem": problem})
        return [f"{where}: {problem}"]

    def _validator(self, kind: str, name: str, path: str) -> Draft202012Validator:
        return Draft202012Validator(self._checked(kind, name, path), registry=self._registry)

    def _checked(self, kind: str, name: str, path: str) -> Resource:
        if kind == "component":
            return {"$ref": f"stripe:#/components/schemas/{name}"}
        if kind == "parameters":
            return converted(self.parameters(name, path))
        answers = self._specification["paths"][path][name]["responses"]
        return converted(answers["200"]["content"]["application/json"]["schema"])

    def _converted(self) -> Resource:
        schemas = self._specification["components"]["schemas"]
        return {name: converted(schema) for name, schema in schemas.items()}


def converted(schema: Resource) -> Resource:
    """Translate OpenAPI 3.0 to JSON Schema 2020-12, closed to properties it does not name."""
    result = {word: value for word, value in schema.items() if word in KEPT}
    if "$ref" in result:
        result["$ref"] = "stripe:" + schema["$ref"]
    if "properties" in schema:
        result["properties"] = {
            name: converted(unpinned(name, value)) for name, value in schema["properties"].items()
        }
        result["additionalProperties"] = False
    if isinstance(schema.get("additionalProperties"), dict):
        result["additionalProperties"] = converted(schema["additionalProperties"])
    if "items" in schema:
        result["items"] = converted(schema["items"])
    if "anyOf" in schema:
        result["anyOf"] = [converted(choice) for choice in schema["anyOf"]]
    return {"anyOf": [{"type": "null"}, result]} if schema.get("nullable") else result


def unpinned(name: str, schema: Resource) -> Resource:
    """Drop the list of API versions from a schema: the SDK may be newer than the file."""
    if name != "api_version":
        return schema
    return {word: value for word, value in schema.items() if word != "enum"}


def load(file: Path = SPECIFICATION) -> Contract:
    """Read the contract.

    Raises FileNotFoundError while `make environments` has not fetched it.
    """
    return Contract(json.loads(file.read_bytes()))
