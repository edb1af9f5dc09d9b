"""Which characters can be printed: what no font has would stand on the invoice as an empty box.

An order whose text has such a character is held before it takes a number, with the character and
its place. What has no shape of its own needs no font: spaces, line breaks, joiners, selectors that
choose between two looks, soft hyphens.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from invoicing import faults
from invoicing.errors import Reason
from invoicing.faults import Place
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.records import Record

_SHAPELESS = (
    "9-A D 20 A0 AD 34F 61C 17B4-17B5 180B-180E 2000-200F 202F 205F-2064 3000 FE00-FE0F FEFF "
    "E0020-E007F E0100-E01EF"
)
"""Of Unicode's White_Space and Default_Ignorable_Code_Point what the renderer passes over."""
_NOT_PRINTED = {("buyer", "email"), ("seller", "sender")}
_TOLD = 10  # so many characters show what is the matter with a text in another script


@dataclass(frozen=True, slots=True)
class Printable:
    """A set of characters, as ranges in rising order that do not touch."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, *tables: str) -> Self:
        """Read tables of ranges, in hexadecimal: 20-7E A0."""
        words = (word for table in (_SHAPELESS, *tables) for word in table.split())
        pairs = (word.partition("-")[::2] for word in words)
        merged: list[tuple[int, int]] = []
        for start, end in sorted((int(start, 16), int(end or start, 16)) for start, end in pairs):
            if merged and start <= merged[-1][1] + 1:
                first, last = merged.pop()
                merged.append((first, max(last, end)))
            else:
                merged.append((start, end))
        return cls(*map(tuple, zip(*merged, strict=True)))

    def __contains__(self, character: str) -> bool:
        at = bisect_right(self.starts, ord(character)) - 1
        return at >= 0 and ord(character) <= self.ends[at]

    def missing(self, text: str) -> list[str]:
        """Give what is not in the set, each character once, in the order of the text."""
        if text.isascii():
            return []
        return [character for character in dict.fromkeys(text) if character not in self]


def of_order(order: Order, seller: Seller, printable: Printable) -> list[Reason]:
    """Say what of an order or of its seller's profile cannot be printed."""
    texts = (*_texts(order, ()), *_texts(seller, ("seller",)))
    return [
        _reason(place, missing)
        for place, text in texts
        if place not in _NOT_PRINTED and (missing := printable.missing(text))
    ]


def of_record(asked: Record, printable: Printable) -> list[Reason]:
    """Say what of a request's own words cannot be printed: of a credit, of a withdrawal."""
    texts = _texts(asked, ())
    return [
        _reason(place, missing) for place, text in texts if (missing := printable.missing(text))
    ]


def _texts(part: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(part, str):
        yield place, part
    elif isinstance(part, Record):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name), (*place, name))
    elif isinstance(part, tuple):
        for i, each in enumerate(part):
            yield from _texts(each, (*place, i))


def _reason(place: Place, missing: list[str]) -> Reason:
    path = faults.path(place).removeprefix("$.")
    named = [f"{character} (U+{ord(character):04X})" for character in missing[:_TOLD]]
    more = len(missing) - len(named)
    return Reason(
        code="characters_unprintable",
        message=f"{path} has characters that no font here can print: {', '.join(named)}"
        + (f" and {more} more" if more else ""),
        path=path,
    )
