"""wkhtmltopdf, started for each PDF: it knows no other way."""

import os
from typing import Any

from bench.renderers import pages
from bench.renderers.worker import Work


def prepare(content: dict[str, Any]) -> Work:
    """Write the page down."""
    page = pages.written(content)
    flags = ["--quiet", "--encoding", "utf-8", "--page-size", "A4"]
    files = [str(page), str(page.with_suffix(".pdf"))]
    return pages.printed([os.environ["WKHTMLTOPDF"], *flags, *files], page)
