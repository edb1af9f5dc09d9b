"""docs/api.md: what it shows is there, and does what it says."""

import re
from pathlib import Path

import pytest

from invoicing import webhooks
from tests import contract
from tests.builders import NOON

PAGE = Path(__file__).parents[2] / "docs/api.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


def curls():
    """Give method and path of each call that is shown."""
    shown = re.findall(r"curl .*?\$FACTURIER_URL([^\"?]+)", PAGE.read_text(), re.DOTALL)
    texts = re.findall(r"(curl .*?)\$FACTURIER_URL", PAGE.read_text(), re.DOTALL)
    return [
        ("POST" if " -d " in text else "GET", path) for text, path in zip(texts, shown, strict=True)
    ]


@pytest.mark.parametrize(("method", "path"), curls())
def test_each_call_that_is_shown_is_a_route(method, path):
    assert contract.operation(method, path)


def test_the_page_has_a_way_in_each_language():
    assert len(curls()) == 8
    for language in ("python", "javascript", "php"):
        assert "/v1/orders" in blocks(language)[0]


def test_the_check_that_the_page_shows_believes_what_is_signed_and_nothing_else():
    shown = {}
    exec(blocks("python")[1], shown)  # noqa: S102  the page's own words
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = webhooks.headers("evt_1", body, [secret], at=NOON)
    now = NOON.timestamp()

    assert shown["is_signed"](secret, signed, body, now)
    assert not shown["is_signed"](secret, signed, body + b" ", now)
    assert not shown["is_signed"](secret, signed | {"webhook-id": "evt_2"}, body, now)
    assert not shown["is_signed"](secret, signed, body, now + 301)
