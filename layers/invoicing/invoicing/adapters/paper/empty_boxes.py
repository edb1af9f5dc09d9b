"""No document with an empty box is stored: WeasyPrint only logs that no font has a character.

Orders are held for such characters (`characters`). This stands behind it, for what was issued while
the layer of more fonts was there and is rendered without it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from invoicing.errors import FacturierError

_NOTICE = ".notdef glyph rendered"


class UnprintableError(FacturierError):
    """A document has characters that no font has; it can be rendered once the fonts are there."""


@contextmanager
def refused() -> Iterator[None]:
    """Raise UnprintableError for what WeasyPrint draws meanwhile."""
    seen = _Boxes()
    logger = logging.getLogger("weasyprint")
    logger.addFilter(seen)
    try:
        yield
    finally:
        logger.removeFilter(seen)
    if seen.points:
        raise UnprintableError("no font has " + ", ".join(f"U+{each:04X}" for each in seen.points))


class _Boxes(logging.Filter):
    """Keeps the code points that the log tells of."""

    def __init__(self) -> None:
        super().__init__()
        self.points: dict[int, None] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(_NOTICE) or not isinstance(record.args, tuple):
            return True
        self.points[int(str(record.args[-1]))] = None
        return False
