"""docs/api.md: what it shows is there, and does what it says."""

import re
from pathlib import Path

import pytest

from tests import contract

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
