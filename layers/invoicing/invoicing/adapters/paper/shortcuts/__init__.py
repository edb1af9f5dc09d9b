"""Ways round places where WeasyPrint spends half of a page's time for nothing we print.

Each is a few lines around one of its internals, so they are for exactly the version that they were
written for; with another one WeasyPrint goes its own way, which gives the same bytes.
"""

import logging
from types import ModuleType

from invoicing.adapters.paper.shortcuts import layout, reading, writing

logger = logging.getLogger(__name__)

VERSION = "70.0"


def take(weasyprint: ModuleType) -> None:
    """Put the shortcuts in place, if this is the WeasyPrint that they lead through."""
    if weasyprint.__version__ != VERSION:
        logger.warning("no shortcuts: they are for WeasyPrint %s", VERSION)
        return
    reading.shorten(weasyprint)
    layout.shorten()
    writing.shorten()
