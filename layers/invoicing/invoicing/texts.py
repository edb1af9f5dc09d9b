"""What people may write: text that every document can show."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def _printable(text: str) -> str:
    """Refuse what XML 1.0 or paper cannot hold, and what turns the direction of the text around.

    Line breaks are no controls here.
    """
    if not _UNPRINTABLE.isdisjoint(text):
        raise ValueError("holds a control character, which no document can show")
    return text


def _one_line(text: str) -> str:
    if not _BREAKS.isdisjoint(text):
        raise ValueError("holds a line break or a tab, which has no place here")
    return _printable(text)


_BREAKS = frozenset("\t\n\r\x85\u2028\u2029")
_CONTROLS = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_HALVES = range(0xD800, 0xE000)  # surrogates: half a character, which no UTF-8 can hold
_UNPRINTABLE = frozenset([*map(chr, [*_CONTROLS, *_HALVES]), "\ufffe", "\uffff"]) - _BREAKS

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
]
"""One line of text."""

Prose = Annotated[str, AfterValidator(_printable)]
"""Several lines of text; how many is said where it stands."""

Message = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_printable),
]
"""What one person writes to another, in several lines."""
