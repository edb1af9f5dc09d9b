"""DynamoDB's expressions, as far as they are used: conditions, keys and updates.

An expression is compiled once; what is not understood here raises NotImplementedError, so that new
product code is noticed instead of believed.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

Attributes = dict[str, Any]  # {"pk": {"S": "…"}}
Names = Mapping[str, str]
Values = Mapping[str, Any]
Condition = Callable[[Attributes, Names, Values], bool]
Operand = Callable[[Attributes, Names, Values], Any]

_TOKEN = re.compile(r"\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][A-Za-z0-9_]*)")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


class Unchangeable(Exception):  # noqa: N818  a reason, told on as ValidationException
    """The update does not fit what is there."""


@cache
def condition(text: str) -> Condition:
    """Compile a condition; an item that is not there is an empty one."""
    tokens = _Tokens(text)
    compiled = _any_of(tokens)
    tokens.end()
    return compiled


@cache
def update(text: str) -> Callable[[Attributes, Names, Values], Attributes]:
    """Compile an update: what it is given is left as it is."""
    tokens = _Tokens(text)
    steps: list[Callable[[Attributes, Attributes, Names, Values], None]] = []
    while tokens.here:
        clause = tokens.take().upper()
        if clause not in _CLAUSES:
            raise NotImplementedError(text)
        steps.append(_CLAUSES[clause](tokens))
        while tokens.skip(","):
            steps.append(_CLAUSES[clause](tokens))

    def apply(item: Attributes, names: Names, values: Values) -> Attributes:
        changed = dict(item)
        for step in steps:
            step(item, changed, names, values)
        return changed

    return apply


def number(value: Any) -> Decimal:  # noqa: ANN401  any attribute
    """Read a number; Unchangeable for what is none."""
    if not value or "N" not in value:
        raise Unchangeable
    return Decimal(value["N"])


def written(value: Decimal) -> dict[str, str]:
    """Write a number as DynamoDB does: without exponent and needless zeros."""
    return {"N": f"{value.normalize():f}"}


class _Tokens:
    def __init__(self, text: str) -> None:
        self.text = text
        self._all = _TOKEN.findall(text)
        if "".join(self._all) != re.sub(r"\s", "", text):
            raise NotImplementedError(text)
        self._at = 0

    @property
    def here(self) -> str:
        return self._all[self._at] if self._at < len(self._all) else ""

    def take(self) -> str:
        token = self.here
        self._at += 1
        return token

    def skip(self, token: str) -> bool:
        if self.here.upper() != token:
            return False
        self._at += 1
        return True

    def need(self, token: str) -> None:
        if not self.skip(token):
            raise NotImplementedError(f"{token} in {self.text}")

    def end(self) -> None:
        if self.here:
            raise NotImplementedError(self.text)


def _any_of(tokens: _Tokens) -> Condition:
    parts = [_all_of(tokens)]
    while tokens.skip("OR"):
        parts.append(_all_of(tokens))
    if len(parts) == 1:
        return parts[0]
    return lambda item, names, values: any(part(item, names, values) for part in parts)


def _all_of(tokens: _Tokens) -> Condition:
    parts = [_one(tokens)]
    while tokens.skip("AND"):
        parts.append(_one(tokens))
    if len(parts) == 1:
        return parts[0]
    return lambda item, names, values: all(part(item, names, values) for part in parts)


def _one(tokens: _Tokens) -> Condition:
    if tokens.skip("NOT"):
        inner = _one(tokens)
        return lambda item, names, values: not inner(item, names, values)
    if tokens.skip("("):
        inner = _any_of(tokens)
        tokens.need(")")
        return inner
    if tokens.here in _TESTS:
        return _test(tokens)
    left = _path(tokens)
    if tokens.skip("BETWEEN"):
        low = _path(tokens)
        tokens.need("AND")
        return _between(left, low, _path(tokens))
    if tokens.skip("IN"):
        return _among(left, tokens)
    operator = tokens.take()
    return _comparison(left, operator, _path(tokens))


def _test(tokens: _Tokens) -> Condition:
    test = _TESTS[tokens.take()]
    tokens.need("(")
    subject = _path(tokens)
    argument = _path(tokens) if tokens.skip(",") else None
    tokens.need(")")

    def holds(item: Attributes, names: Names, values: Values) -> bool:
        given = argument(item, names, values) if argument else None
        return test(subject(item, names, values), given)

    return holds


def _begins_with(value: Any, prefix: Any) -> bool:  # noqa: ANN401  any attributes
    return bool(value) and "S" in value and value["S"].startswith(prefix["S"])


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "attribute_exists": lambda value, _: value is not None,
    "attribute_not_exists": lambda value, _: value is None,
    "begins_with": _begins_with,
}


def _path(tokens: _Tokens) -> Operand:
    token = tokens.take()
    if token.startswith(":"):
        return lambda _item, _names, values: values[token]
    if token.startswith("#"):
        return lambda item, names, _values: item.get(names[token])
    if not token.isidentifier() or tokens.here == "(":
        raise NotImplementedError(f"{token} in {tokens.text}")
    return lambda item, _names, _values: item.get(token)


def _comparison(left: Operand, operator: str, right: Operand) -> Condition:
    def holds(item: Attributes, names: Names, values: Values) -> bool:
        return _compare(left(item, names, values), operator, right(item, names, values))

    return holds


def _between(value: Operand, low: Operand, high: Operand) -> Condition:
    def holds(item: Attributes, names: Names, values: Values) -> bool:
        found = value(item, names, values)
        above = _compare(found, ">=", low(item, names, values))
        return above and _compare(found, "<=", high(item, names, values))

    return holds


def _among(value: Operand, tokens: _Tokens) -> Condition:
    tokens.need("(")
    several = [_path(tokens)]
    while tokens.skip(","):
        several.append(_path(tokens))
    tokens.need(")")

    def holds(item: Attributes, names: Names, values: Values) -> bool:
        found = value(item, names, values)
        return any(_compare(found, "=", each(item, names, values)) for each in several)

    return holds


def _compare(one: Any, operator: str, other: Any) -> bool:  # noqa: ANN401  any attributes
    """Compare as DynamoDB does: what is not there, or of another type, is only ever unequal."""
    if one is None or other is None:
        return operator == "<>"
    (kind, left), (other_kind, right) = *one.items(), *other.items()
    if kind == other_kind == "N":
        left, right = Decimal(left), Decimal(right)
    if operator in {"=", "<>"}:
        return (kind == other_kind and left == right) is (operator == "=")
    return kind == other_kind and kind in "SNB" and _COMPARISONS[operator](left, right)


def _target(tokens: _Tokens) -> Callable[[Names], str]:
    token = tokens.take()
    return (lambda names: names[token]) if token.startswith("#") else (lambda _: token)


_Step = Callable[[Attributes, Attributes, Names, Values], None]


def _set(tokens: _Tokens) -> _Step:
    target = _target(tokens)
    tokens.need("=")
    value = _sum(tokens)

    def step(before: Attributes, after: Attributes, names: Names, values: Values) -> None:
        found = value(before, names, values)
        if found is None:
            raise Unchangeable
        after[target(names)] = found

    return step


def _sum(tokens: _Tokens) -> Operand:
    first = _term(tokens)
    sign = tokens.take() if tokens.here in {"+", "-"} else None
    if not sign:
        return first
    second = _term(tokens)

    def value(item: Attributes, names: Names, values: Values) -> Attributes:
        one, other = number(first(item, names, values)), number(second(item, names, values))
        return written(one + other if sign == "+" else one - other)

    return value


def _term(tokens: _Tokens) -> Operand:
    if not tokens.skip("IF_NOT_EXISTS"):
        return _path(tokens)
    tokens.need("(")
    path = _path(tokens)
    tokens.need(",")
    default = _path(tokens)
    tokens.need(")")

    def value(item: Attributes, names: Names, values: Values) -> Any:  # noqa: ANN401  any attribute
        found = path(item, names, values)
        return default(item, names, values) if found is None else found

    return value


def _remove(tokens: _Tokens) -> _Step:
    target = _target(tokens)
    return lambda _before, after, names, _values: after.pop(target(names), None) and None


def _add(tokens: _Tokens) -> _Step:
    target, value = _target(tokens), _path(tokens)

    def step(before: Attributes, after: Attributes, names: Names, values: Values) -> None:
        name, more = target(names), value(before, names, values)
        if "SS" in (more or {}):
            after[name] = {"SS": _united(before.get(name, {"SS": []}), more)}
            return
        old = number(before[name]) if name in before else Decimal(0)
        after[name] = written(old + number(more))

    return step


def _united(one: Attributes, other: Attributes) -> list[str]:
    if "SS" not in one:
        raise Unchangeable
    return sorted({*one["SS"], *other["SS"]})


_CLAUSES: dict[str, Callable[[_Tokens], _Step]] = {"SET": _set, "REMOVE": _remove, "ADD": _add}
