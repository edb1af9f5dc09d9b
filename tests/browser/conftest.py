"""A browser whose every request and complaint is noted."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from local.demo.stripe_account import StripeAccount
from local.stack import ROOT
from tests.browser import chromium
from tests.browser.states import STATES
from tests.sales import Sale

QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Picture = Callable[[Page, str], None]


@dataclass
class Visit:
    """A page, what it asked of the network, and what the browser found wrong where."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[tuple[str, str]] = field(default_factory=list)

    @property
    def origins(self) -> set[str]:
        return {origin(request) for request in self.requests} - {"://"}

    def complaints_but(self, *expected: str) -> list[tuple[str, str]]:
        """Leave out what concerns an address, or a whole origin, that is not ours to mend."""
        return [each for each in self.complaints if not {each[0], origin(each[0])} & {*expected}]


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium.found()
    if not program:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent("no Chromium and no Chrome on this machine: set CHROMIUM to one, or install one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visiting(browser: Browser):
    """Open a page with JavaScript or without."""

    @contextmanager
    def visiting(*, javascript: bool = True) -> Iterator[Visit]:
        context = browser.new_context(java_script_enabled=javascript)
        visit = Visit(context.new_page())
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("console", lambda said: _note(visit, said))
        visit.page.on("pageerror", lambda error: visit.complaints.append(("", str(error))))
        yield visit
        context.close()

    return visiting


def _note(visit: Visit, said) -> None:
    if said.type in {"error", "warning"}:  # a breach of the content security policy is an error
        visit.complaints.append((said.location["url"], said.text))


@pytest.fixture
def picture() -> Picture:
    """Keep what a page looks like in out/browser/, if PICTURES is set."""
    folder = ROOT / "out" / "browser"

    def take(page: Page, name: str) -> None:
        if os.environ.get("PICTURES"):
            page.screenshot(path=folder / f"{name}.png", full_page=True)

    return take


@pytest.fixture(params=STATES)
def state(
    request: pytest.FixtureRequest, sell: Callable[..., Sale], our_account: StripeAccount
) -> tuple[str, str]:
    """Bring about a state of the page; give its name and its address."""
    return request.param, STATES[request.param](sell, our_account)
