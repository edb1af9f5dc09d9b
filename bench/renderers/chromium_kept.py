"""Chromium kept running, a new tab for each PDF: what a server would do, with the memory it holds.

Only the time on the wall is its own: it computes in processes that outlive the PDF.
"""

import atexit
import os
from functools import cache
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.renderers.worker import Work


@cache
def _browser() -> Browser:
    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(
        executable_path=os.environ["CHROMIUM"], args=["--no-sandbox", "--disable-gpu"]
    )
    atexit.register(playwright.stop)
    atexit.register(browser.close)
    return browser


def prepare(content: dict[str, Any]) -> Work:
    """Start it before anything is measured."""
    browser = _browser()
    html = content["html"].replace("</head>", f"<style>{content['css']}</style></head>")

    def work() -> bytes:
        page = browser.new_page()
        page.set_content(html)
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
        page.close()
        return pdf

    return work
