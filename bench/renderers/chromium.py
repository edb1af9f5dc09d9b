"""Chromium without a screen, started for each PDF, as its command line prints."""

import os
from typing import Any

from bench.renderers import pages
from bench.renderers.worker import Work


def prepare(content: dict[str, Any]) -> Work:
    """Write the page down."""
    page = pages.written(content)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    target = f"--print-to-pdf={page.with_suffix('.pdf')}"
    return pages.printed([os.environ["CHROMIUM"], *flags, target, page.as_uri()], page)
