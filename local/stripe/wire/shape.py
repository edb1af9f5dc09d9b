"""Objects in full: every nullable field present, and references expanded where asked.

Stripe shows a nullable field as null, it does not leave it out; the SDK's objects raise
AttributeError for an absent one. So the fields are filled in from the specification.
"""

from collections.abc import Callable

from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Contract, Resource

type Find = Callable[[str], Resource | None]
"""An object by its id, whatever its kind."""

type Attached = Callable[[Resource, str], Resource | None]
"""A list that is shown inside an object only when asked for, such as a session's line items."""


def complete(contract: Contract, resource: Resource) -> Resource:
    """Fill in the nullable fields that a resource's maker did not speak of."""
    _fill(contract, resource, contract.schema(resource["object"]))
    return resource


def _fill(contract: Contract, value: object, schema: Resource) -> None:
    shape = _shape(contract, value, schema)
    if isinstance(value, list):
        for inner in value:
            _fill(contract, inner, shape.get("items", {}))
    if isinstance(value, dict):
        for name, inner in shape.get("properties", {}).items():
            if name in value:
                _fill(contract, value[name], inner)
            elif inner.get("nullable") and not _is_list(inner):
                value[name] = None


def _shape(contract: Contract, value: object, schema: Resource) -> Resource:
    """Choose among several shapes the value's: by its `object`, or the only one there is."""
    choices = [contract.resolved(one) for one in schema.get("anyOf", [schema])]
    if len(choices) == 1:
        return choices[0]
    kind = value.get("object") if isinstance(value, dict) else None
    named = [one for one in choices if kind and kind in _object_names(one)]
    return named[0] if named else {}


def _object_names(schema: Resource) -> list[str]:
    return list(schema.get("properties", {}).get("object", {}).get("enum", ()))


def _is_list(schema: Resource) -> bool:
    return "list" in _object_names(schema)


class Expansion:
    """Replaces ids by objects along paths such as `payment_intent.latest_charge`."""

    def __init__(self, contract: Contract, *, find: Find, attached: Attached) -> None:
        self._contract = contract
        self._find = find
        self._attached = attached

    def apply(self, resource: Resource, path: str) -> None:
        """Expand in place. Raises StripeError where Stripe has nothing to expand."""
        first, _, rest = path.partition(".")
        if resource.get("object") == "list" and first == "data":
            for one in resource["data"]:
                self._apply_within(one, rest)
            return
        self._open(resource, first)
        self._apply_within(resource[first], rest)

    def _apply_within(self, value: object, rest: str) -> None:
        if rest and isinstance(value, dict):
            self.apply(value, rest)

    def _open(self, resource: Resource, name: str) -> None:
        """Put the object in place of its id, or the list in place of its absence."""
        value = resource.get(name)
        if isinstance(value, dict):
            return
        attached = self._attached(resource, name)
        if attached is not None:
            resource[name] = attached
        elif not self._is_expandable(resource, name):
            raise StripeError(f"This property cannot be expanded ({name}).")
        elif isinstance(value, str):
            resource[name] = self._find(value) or value

    def _is_expandable(self, resource: Resource, name: str) -> bool:
        kind = resource.get("object")
        known = self._contract.schema(kind)["properties"] if kind and kind != "list" else {}
        return "x-expansionResources" in known.get(name, {})
