import pytest

from invoicing import links
from tests.builders import NOON, SITE, TOKEN, an_invoice

INVOICE = an_invoice()


def revoked(*tokens: str):
    link = None
    for token in tokens:
        link = links.revoked(link, token, at=NOON)
    return link


def test_the_first_token_opens_the_page_until_it_is_revoked():
    assert links.tried(TOKEN, INVOICE, None) == "opens"
    assert links.tried(TOKEN, INVOICE, revoked("second")) == "replaced"


def test_only_the_latest_token_opens_and_each_before_it_is_known_as_replaced():
    link = revoked("second", "third", "fourth")

    said = [links.tried(each, INVOICE, link) for each in (TOKEN, "second", "third", "fourth")]

    assert said == ["replaced", "replaced", "replaced", "opens"]


@pytest.mark.parametrize("token", ["", "secon", "second ", "é", TOKEN + "x"])
def test_what_never_opened_the_page_is_told_nothing(token):
    assert links.tried(token, INVOICE, revoked("second")) == "wrong"
    assert links.tried(token, INVOICE, None) == "wrong"


def test_the_address_changes_in_its_token_alone():
    assert links.page(INVOICE.page, None) == INVOICE.page
    new = f"{SITE}/i/atelier/FA-2026-000001/second"
    assert links.page(INVOICE.page, revoked("second")) == new


def test_who_revokes_without_end_keeps_the_first_and_the_latest():
    link = revoked(*(f"token-{n}" for n in range(100)))

    assert link.version == 100
    assert links.tried(TOKEN, INVOICE, link) == "replaced"
    assert links.tried("token-98", INVOICE, link) == "replaced"
    assert links.tried("token-0", INVOICE, link) == "wrong"
