"""Write down which characters the fonts have, for those who check a text without the fonts.

python -m layers.fonts.characters writes templates/documents/characters/.
"""

import textwrap
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from layers import layer
from layers.fonts import build as more_fonts
from layers.weasyprint import build as weasyprint

FOLDER = layer.ROOT / "templates/documents/characters"
_NOT_TEXT = {"Cc", "Co", "Cs", "Zl", "Zp"}  # controls, private use, halves, breaks


def tables() -> dict[str, str]:
    """Give the tables by file name: what every deployment prints, and what it prints with more."""
    always = _characters(weasyprint.build(layer.this_machine()) / "fonts")
    more = _characters(more_fonts.build() / "fonts/more")
    return {"always.txt": _written(always), "more.txt": _written(more - always)}


def _characters(fonts: Path) -> set[int]:
    """Give what any typeface has; the weights of one have the same."""
    found = {letter for file in fonts.glob("*.[ot]tf") for letter in TTFont(file).getBestCmap()}
    return {letter for letter in found if unicodedata.category(chr(letter)) not in _NOT_TEXT}


def _written(letters: Iterable[int]) -> str:
    """Write ranges: 20-7E A0-24F."""
    ranges: list[list[int]] = []
    for letter in sorted(letters):
        if ranges and ranges[-1][1] == letter - 1:
            ranges[-1][1] = letter
        else:
            ranges.append([letter, letter])
    words = (f"{start:X}-{end:X}" if end > start else f"{start:X}" for start, end in ranges)
    return textwrap.fill(" ".join(words), 99, break_on_hyphens=False) + "\n"


if __name__ == "__main__":
    for name, text in tables().items():
        (FOLDER / name).write_text(text)
