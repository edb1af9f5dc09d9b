"""Form parameters: from `a[b][0]=1` to checked values, refused in Stripe's words."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

from jsonschema.exceptions import ValidationError, best_match

from local.stripe.wire.errors import StripeError, missing, not_covered
from local.stripe.wire.openapi import Contract, Resource

INTEGER = re.compile(r"-?\d+")
METADATA_KEYS = 50
METADATA_KEY_LENGTH = 40
METADATA_VALUE_LENGTH = 500

type Form = Iterable[tuple[str, str]]


def read(contract: Contract, method: str, path: str, form: Form) -> Resource:
    """Read an operation's parameters, typed by the specification.

    Raises StripeError for what Stripe would refuse before it begins to work.
    """
    parameters = _object(nested(form), contract.parameters(method, path), ())
    faults = list(contract.faults(method, path, parameters))
    if faults:
        raise min(map(_refusal, faults), key=_urgency)
    return parameters


def nested(form: Form) -> Resource:
    """Make a tree of the form's pairs; a list is still a dict of its positions here."""
    tree: Resource = {}
    for key, value in form:
        *parents, last = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", key) or [key]
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
            if not isinstance(node, dict):
                raise StripeError("Invalid object", param=parent)
        node[last or str(len(node))] = value
    return tree


def refuse_uncovered(parameters: Resource, covered: Iterable[str]) -> None:
    """Refuse what Stripe knows and the stand-in would silently ignore."""
    allowed = {"expand", *covered}
    for name in paths(parameters):
        if not any(name == one or name.startswith(f"{one}.") for one in allowed):
            raise not_covered(f"the parameter {name}")


def paths(value: object, above: str = "") -> Iterator[str]:
    """Dotted names of all leaves, without positions: `line_items.price_data.currency`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, f"{above}.{name}" if above else name)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, above)
    else:
        yield above


def metadata(given: Resource | str | None) -> dict[str, str]:
    """Metadata within Stripe's limits; an empty value unsets its key."""
    kept = {key: value for key, value in given.items() if value} if isinstance(given, dict) else {}
    if len(kept) > METADATA_KEYS:
        raise StripeError("Metadata can have up to 50 keys.", param="metadata")
    for key, value in kept.items():
        _refuse_long(key, value)
    return kept


def _refuse_long(key: str, value: str) -> None:
    if len(key) > METADATA_KEY_LENGTH:
        raise StripeError(
            f"Metadata keys can have up to 40 characters, but yours has {len(key)}: {key}",
            param="metadata",
        )
    if len(value) > METADATA_VALUE_LENGTH:
        raise StripeError(
            f"Metadata values can have up to 500 characters, but yours has {len(value)}.",
            param=f"metadata[{key}]",
        )


def _typed(value: object, schema: Resource, at: tuple[str, ...]) -> object:
    """Give the value the type its schema wants, or leave it where that cannot be."""
    schema = _chosen(value, schema)
    if isinstance(value, dict):
        if schema.get("type") == "array":
            items = schema["items"]
            return [_typed(inner, items, (*at, place)) for place, inner in _in_order(value)]
        return _object(value, schema, at)
    return _scalar(str(value), schema, at)


def _object(value: Resource, schema: Resource, at: tuple[str, ...]) -> Resource:
    known = schema.get("properties", {})
    return {
        name: _typed(inner, known[name], (*at, name)) if name in known else inner
        for name, inner in value.items()
    }


def _in_order(positions: Resource) -> list[tuple[str, Any]]:
    return sorted(positions.items(), key=lambda pair: int(pair[0]) if pair[0].isdigit() else 0)


def _chosen(value: object, schema: Resource) -> Resource:
    """Of several allowed shapes the one that the value is meant to have."""
    choices: list[Resource] = schema.get("anyOf", [schema])
    if isinstance(value, dict):
        fitting = [one for one in choices if one.get("type") in {"object", "array"}]
    else:
        exact = [one for one in choices if value in one.get("enum", ())]
        fitting = exact or [one for one in choices if one.get("type") not in {"object", "array"}]
    return fitting[0] if fitting else choices[0]


def _scalar(text: str, schema: Resource, at: tuple[str, ...]) -> object:
    kind = schema.get("type")
    if kind == "integer" and INTEGER.fullmatch(text):
        return int(text)
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    if kind == "string" and not text and "" not in schema.get("enum", ()):
        raise _empty(_bracketed(at))
    return text


def _empty(param: str) -> StripeError:
    return StripeError(
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to "
        f"unset a parameter; however '{param}' cannot be unset. You should remove '{param}' from "
        "your request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=param,
    )


def _urgency(error: StripeError) -> int:
    """Stripe names unknown parameters first, then missing ones, then bad values."""
    return {"parameter_unknown": 0, "parameter_missing": 1}.get(error.body["error"].get("code"), 2)


def _refusal(fault: ValidationError) -> StripeError:
    """Put a fault of the schema in Stripe's words."""
    deepest = best_match([fault]) or fault
    at = tuple(str(step) for step in deepest.absolute_path)
    allowed = cast("Any", deepest.validator_value)
    match deepest.validator:
        case "additionalProperties":
            return _unknown(deepest, at)
        case "required":
            return missing(_bracketed((*at, _absent(deepest, allowed))))
        case "type":
            return _wrong_type(_bracketed(at), deepest.instance, str(allowed))
        case "enum":
            return _not_among(_bracketed(at), allowed)
    return StripeError(f"Invalid string: {deepest.message}", param=_bracketed(at))


def _unknown(fault: ValidationError, at: tuple[str, ...]) -> StripeError:
    known = cast("Resource", fault.schema)["properties"]
    given = cast("Resource", fault.instance)
    unknown = [_bracketed((*at, name)) for name in given if name not in known]
    plural = "s" if len(unknown) > 1 else ""
    return StripeError(
        f"Received unknown parameter{plural}: {', '.join(unknown)}",
        code="parameter_unknown",
        param=unknown[0],
    )


def _absent(fault: ValidationError, required: list[str]) -> str:
    given = cast("Resource", fault.instance)
    return next(name for name in required if name not in given)


def _wrong_type(param: str, value: object, wanted: str) -> StripeError:
    if wanted != "integer":
        return StripeError(f"Invalid {wanted}", param=param)
    message = f"Invalid integer: {value}"
    return StripeError(message, code="parameter_invalid_integer", param=param)


def _not_among(param: str, allowed: list[str]) -> StripeError:
    *most, last = allowed
    listed = f"{', '.join(most)}, or {last}" if most else last
    name = param.rpartition("[")[2].rstrip("]")
    return StripeError(f"Invalid {name}: must be one of {listed}", param=param)


def _bracketed(at: tuple[str, ...]) -> str:
    """Stripe's name of a nested parameter: `line_items[0][quantity]`."""
    return at[0] + "".join(f"[{step}]" for step in at[1:]) if at else ""
