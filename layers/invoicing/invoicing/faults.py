"""What is wrong with a body, all of it at once.

Pydantic tells what it meets while reading; what only several fields together show would come to
light after those are right, and the shop would learn it one round later.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from invoicing.money import exponent
from invoicing.records import Record

Place = tuple[str | int, ...]


def fault(place: Place, code: str, message: str, said: object) -> InitErrorDetails:
    """Make one fault."""
    return InitErrorDetails(type=PydanticCustomError(code, message), loc=place, input=said)


def together(error: ValidationError, more: Collection[InitErrorDetails]) -> ValidationError:
    """Add faults to those that pydantic found; where it has one already, that one stands."""
    found = [
        fault(each["loc"], each["type"], each["msg"], each["input"])
        for each in error.errors(include_url=False, include_context=False)
    ]
    known = {each["loc"] for each in found}
    rest = [each for each in more if each["loc"] not in known]
    return ValidationError.from_exception_data(error.title, found + rest)


def told(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Write pydantic's faults for a program: JSON path, sentence, code.

    A list that is too short only because its parts have faults is none of them.
    """
    found = [(path(each["loc"]), each) for each in errors]
    inner = {place for place, _ in found}
    return [
        {"path": place, "message": each["msg"], "code": each["type"]}
        for place, each in found
        if not (
            each["type"] == "too_short" and any(other.startswith(f"{place}[") for other in inner)
        )
    ]


def path(place: Place) -> str:
    """Write a place in the body as a JSON path: $.lines[0].price."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in place]
    return "$" + "".join(steps).removeprefix(".body")


def too_fine(said: object, sums: Collection[str], currency: object) -> list[InitErrorDetails]:
    """Find the sums, fields of these names, that have more decimals than their currency."""
    decimals = _exponent(currency)
    if decimals is None:
        return []
    message = f"{currency} has {decimals} decimals"
    return [
        fault(place, "too_fine", message, value)
        for place, value in _fields(said)
        if place[-1] in sums and _decimals(value) > decimals
    ]


def too_long(said: object, most: int) -> list[InitErrorDetails]:
    """Find out whether all text together is more than this many bytes of UTF-8."""
    texts = (value for _, value in _fields(said) if isinstance(value, str))
    if sum(len(text.encode(errors="replace")) for text in texts) <= most:
        return []
    return [fault((), "too_long", f"all text together is more than {most} bytes", None)]


def too_many(said: object, lists: Collection[str], most: int) -> list[InitErrorDetails]:
    """Find out whether the lists of these names hold more than so many things together."""
    deepest = len(("list", 0, "field"))
    things = {
        place[:-1] for place, _ in _fields(said) if len(place) >= deepest and place[-3] in lists
    }
    if len(things) <= most:
        return []
    message = f"all {' and '.join(sorted(lists))} together are more than {most}"
    return [fault((), "too_many", message, None)]


def _exponent(currency: object) -> int | None:
    try:
        return exponent(currency) if isinstance(currency, str) else None
    except ValueError:
        return None


def _fields(said: object) -> Iterator[tuple[Place, object]]:
    """Walk over all that was said, in its order, whether it has been read already or not.

    Without recursion: lists may be nested deeper than Python calls functions.
    """
    ahead: list[tuple[Place, object]] = [((), said)]
    while ahead:
        place, value = ahead.pop()
        parts = _parts(value)
        if parts is not None:
            ahead += [((*place, name), part) for name, part in reversed(parts)]
        elif place:
            yield place, value


def _parts(value: object) -> list[tuple[str | int, object]] | None:
    match value:
        case Record():
            return list(vars(value).items())
        case dict():
            return list(value.items())
        case list() | tuple():
            return list(enumerate(value))
    return None


def _decimals(value: object) -> int:
    """Count the decimals of what may be an amount; zeros at the end do not make it finer."""
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        return 0
    try:
        digits = Decimal(value).normalize().as_tuple().exponent
    except DecimalException:
        return 0
    return -digits if isinstance(digits, int) else 0
