"""What contradicts itself in an order: fields that are each right and do not go together.

They are read from what was said, not from records: pydantic asks a record's own conditions only
once all its fields are right, and the shop would learn of them one round later.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from pydantic import TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails

from invoicing.faults import Place, fault
from invoicing.records import Record

MOST_OF_A_LINE = Decimal("1e12")
"""What a line comes to stays below: a thousand of them are summed without losing a digit."""

_MOST_DIGITS = 20  # longer numbers are refused where they stand
_Said = Mapping[str, object]
_DATE = TypeAdapter(date)
_DECIMAL = TypeAdapter(Decimal)


def of_order(said: _Said) -> list[InitErrorDetails]:
    """Find all that contradicts itself in what may be an order."""
    return [
        *_one_of(said, "deposit", ("amount", "percent")),
        *_deposit_and_deduction(said),
        *_reversed_period(said, ()),
        *_changes(said, ()),
        *(each for place, line in _list(said, "lines", ()) for each in _of_line(line, place)),
    ]


def _of_line(line: _Said, place: Place) -> Iterator[InitErrorDetails]:
    yield from _changes(line, place)
    yield from _reversed_period(_part(line.get("details")) or {}, (*place, "details"))
    if _comes_to(line) >= MOST_OF_A_LINE:
        message = f"a line comes to less than {MOST_OF_A_LINE:f}"
        yield fault(place, "line_too_large", message, None)
    if not line.get("margin_scheme"):
        return
    if line.get("exemption"):
        message = "a supply is exempt or under the margin scheme, not both"
        yield fault(place, "treated_twice", message, None)
    elif line.get("supply") in {"services", "digital"}:
        yield fault(place, "margin_of_no_goods", "the margin scheme is for goods", None)


def _comes_to(line: _Said) -> Decimal:
    """Give a line's price times its quantity; nothing where one of them cannot be read."""
    price, quantity, per = (
        _decimal(line.get(name, default))
        for name, default in (("price", None), ("quantity", 1), ("price_quantity", 1))
    )
    if price is None or quantity is None or not per:
        return Decimal(0)
    return abs(price * quantity / per)


def _changes(said: _Said, place: Place) -> Iterator[InitErrorDetails]:
    """Find the allowances and charges that do not say how much, or say it twice."""
    for name in ("allowances", "charges"):
        for at, change in _list(said, name, place):
            yield from _either(change, at, ("amount", "percent"))


def _one_of(said: _Said, name: str, fields: tuple[str, str]) -> Iterator[InitErrorDetails]:
    part = _part(said.get(name))
    if part is not None:
        yield from _either(part, (name,), fields)


def _either(part: _Said, place: Place, fields: tuple[str, str]) -> Iterator[InitErrorDetails]:
    if sum(part.get(field) is not None for field in fields) != 1:
        message = f"say {' or '.join(fields)}, one of them"
        yield fault(place, "say_one_of_them", message, None)


def _deposit_and_deduction(said: _Said) -> Iterator[InitErrorDetails]:
    if said.get("deposit") is not None and said.get("deducts"):
        message = "an order asks for a deposit or deducts earlier ones: say one or the other"
        yield fault(("deducts",), "deposit_and_deduction", message, None)


def _reversed_period(said: _Said, place: Place) -> Iterator[InitErrorDetails]:
    period = _part(said.get("period")) or {}
    start, end = _date(period.get("start")), _date(period.get("end"))
    if start and end and end < start:
        yield fault((*place, "period"), "period_reversed", "the period ends before it starts", None)


# Reading what may be anything


def _part(said: object) -> _Said | None:
    if isinstance(said, Record):
        return vars(said)
    return said if isinstance(said, dict) else None


def _list(said: _Said, name: str, place: Place) -> Iterator[tuple[Place, _Said]]:
    several = said.get(name)
    for i, each in enumerate(several if isinstance(several, list | tuple) else ()):
        part = _part(each)
        if part is not None:
            yield (*place, name, i), part


def _date(said: object) -> date | None:
    try:
        return _DATE.validate_python(said)
    except ValidationError:
        return None


def _decimal(said: object) -> Decimal | None:
    try:
        number = _DECIMAL.validate_python(said)
    except ValidationError:
        return None
    return number if abs(number.adjusted()) < _MOST_DIGITS else None
