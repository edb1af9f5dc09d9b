"""A buyer's pages and mails in a real browser."""

from collections.abc import Iterator, Sequence
from typing import get_args

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]

from invoicing.parties import Language
from tests.browser import drawn_pages

PAID = ".badge.paid, .badge.thanks"
WITHIN = 60_000  # milliseconds until the page that waits for Stripe must have seen the payment
ABSENT = {"not-found", "replaced"}  # 404 and 410
NARROW = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1200, "height": 900}
COLOURS = ["color-contrast"]  # which are the same in every language


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_buyer_comes_from_the_mail_pays_and_sees_it(stack, sell, visiting, javascript):
    sale = sell()
    with visiting(javascript=javascript) as visit:
        page = visit.page
        page.set_content(sale.mail.text("html"))
        page.locator("a[href*='/i/']").first.click()
        page.locator("form[action$='/pay'] button").click()
        page.get_by_role("button", name="Pay by card", exact=True).click()
        page.wait_for_selector(PAID, timeout=WITHIN)

        assert page.locator("form[action$='/pay']").count() == 0
        assert visit.origins == {stack.api_url, stack.stripe_url}
        assert visit.complaints_but(stack.stripe_url) == []
    assert sale.invoice["status"] == "paid"


def test_every_state_of_the_page_is_readable_by_all_and_reaches_nobody_else(
    stack, state, visiting, picture
):
    name, address = state
    missing = [address] if name in ABSENT else []  # the browser complains of these itself
    with visiting() as visit:
        visit.page.goto(address)

        for look in looks(visit.page):
            picture(visit.page, f"{name}-{look}")
            assert barriers(visit.page) == []
            assert too_wide(visit.page) == 0
        assert visit.origins == {stack.api_url}
        assert visit.complaints_but(*missing) == []


def test_every_page_is_readable_by_all_by_day_and_by_night(visiting):
    with visiting() as visit:
        for name in unfolded(visit.page, "fr"):
            for _ in looks(visit.page, phone=NARROW):
                assert (name, barriers(visit.page)) == (name, [])


@pytest.mark.parametrize("language", get_args(Language))
def test_every_page_in_every_language_has_its_words_and_fits_the_narrowest_screen(
    visiting, picture, language
):
    with visiting() as visit:
        for name in unfolded(visit.page, language):
            assert (name, barriers(visit.page, but=COLOURS)) == (name, [])
            for look in looks(visit.page, phone=NARROW):
                picture(visit.page, f"{name}-{language}-{look}")
                assert (name, too_wide(visit.page)) == (name, 0)
        assert visit.origins == set()
        assert visit.complaints == []


def test_a_buyer_objects_without_scripts_and_is_told_what_is_wrong_in_the_form(
    stack, sell, visiting, picture
):
    sale = sell()
    with visiting(javascript=False) as visit:
        page = visit.page
        page.goto(sale.link)
        page.locator(".claims summary").click()
        page.locator("select").select_option("not_as_described")
        page.locator("textarea").fill("Le pied est fendu.")
        page.locator("input[type=email]").fill("camille@nowhere")  # enough for a browser
        page.locator(".claims button").click()

        assert page.locator("#email-fault").is_visible()
        assert page.locator("textarea").input_value() == "Le pied est fendu."
        picture(page, "claim-refused")
        page.locator("input[type=email]").fill("")
        page.locator(".claims button").click()

        assert page.url == f"{sale.link}#claim"
        assert page.locator(".claim_received").is_visible()
        assert page.locator(".claims form").count() == 0
        assert page.locator("form[action$='/pay']").count() == 1
        assert visit.origins == {stack.api_url}
        assert visit.complaints_but(f"{sale.link}/claim#claim") == []  # the 422


@pytest.mark.parametrize("sample", ["french-consumer", "german-consumer", "japanese-consumer"])
def test_a_mail_asks_nothing_of_the_network(sell, visiting, picture, sample):
    sale = sell(sample)
    with visiting() as visit:
        visit.page.set_content(sale.mail.text("html"))

        for look in looks(visit.page):
            picture(visit.page, f"mail-{sample}-{look}")
            assert too_wide(visit.page) == 0
        assert visit.origins == set()
        assert visit.complaints == []


def unfolded(page, language: Language) -> Iterator[str]:
    """Show one page after the other with all that is folded in it."""
    for name, shown in drawn_pages.every_page(language):
        page.set_content(drawn_pages.html(shown))
        for folded in page.locator("details").all():
            folded.evaluate("details => details.open = true")
        yield name


def looks(page, phone=PHONE) -> Iterator[str]:
    """Show a page on a phone by day and on a desk by night: each width and each scheme once."""
    for name, size, scheme in (("phone", phone, "light"), ("desk", DESK, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        yield name


def barriers(page, *, but: Sequence[str] = ()) -> list[str]:
    """Name what axe-core finds that keeps somebody out, and where; leave out some of its rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in but}}
    found = page.evaluate("asked => axe.run(asked).then(results => results.violations)", asked)
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def too_wide(page) -> int:
    """Count the pixels that a reader must scroll sideways for."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, wide)
