"""The same WeasyPrint, asked for the tags that ours has too."""

from typing import Any

from bench.renderers import plain
from bench.renderers.worker import Work


def prepare(content: dict[str, Any]) -> Work:
    """Import it now, as the plain one does."""
    return plain.prepare(content, pdf_tags=True)
