"""A seller's colour, made readable wherever it is used.

The seller chooses one colour and it may be any. Text in it or on it reaches a contrast of 4.5 and
the edge of a button 3, on a light ground and on a dark one (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from functools import lru_cache

from invoicing.records import Record

LIGHT_GROUND = "#f4f6f8"  # the darkest of the light grounds in templates/, a page's
DARK_GROUND = "#1d242d"  # the lightest of the dark ones, a panel's
TEXT_CONTRAST = 4.5
EDGE_CONTRAST = 3.0

_BLACK = "#000000"
_WHITE = "#ffffff"


class Tint(Record):
    """The colour on one ground."""

    fill: str  # of a button
    on_fill: str  # text upon it
    edge: str  # border of a button, so that a pale one is seen
    ink: str  # text and links in the seller's colour


class Theme(Record):
    """The colour for readers who prefer light and for those who prefer dark."""

    light: Tint
    dark: Tint


@lru_cache(maxsize=256)  # each page and mail of a seller asks for the same one
def theme(colour: str) -> Theme:
    """Make a seller's colour, `#rrggbb`, readable on both grounds."""
    return Theme(
        light=_tint(colour, fill=colour, ground=LIGHT_GROUND, towards=_BLACK),
        dark=_tint(
            colour,
            fill=_moved(colour, towards=_WHITE, ground=DARK_GROUND, contrast=EDGE_CONTRAST),
            ground=DARK_GROUND,
            towards=_WHITE,
        ),
    )


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _tint(colour: str, *, fill: str, ground: str, towards: str) -> Tint:
    return Tint(
        fill=fill,
        on_fill=_WHITE if _reaches(_WHITE, fill, TEXT_CONTRAST) else _BLACK,  # one always does
        edge=_moved(colour, towards=towards, ground=ground, contrast=EDGE_CONTRAST),
        ink=_moved(colour, towards=towards, ground=ground, contrast=TEXT_CONTRAST),
    )


def _moved(colour: str, *, towards: str, ground: str, contrast: float) -> str:
    """Mix in black or white, a hundredth at a time, until the contrast is reached."""
    mixes = (_mixed(colour, towards, percent) for percent in range(101))
    return next(mix for mix in mixes if _reaches(mix, ground, contrast))


def _reaches(colour: str, ground: str, least: float) -> bool:
    return contrast(colour, ground) >= least


def _mixed(colour: str, other: str, percent: int) -> str:
    parts = zip(_parts(colour), _parts(other), strict=True)
    mixed = (round(mine + (its - mine) * percent / 100) for mine, its in parts)
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  the sRGB curve
