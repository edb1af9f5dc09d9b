import base64
import hashlib

import pytest

from invoicing import payments
from invoicing.views import browsers, pages
from invoicing.views.pages import Happened, PlainPage
from tests.invoicing.einvoices import an_invoice

INVOICE = an_invoice()
CHECKOUT = "https://checkout.stripe.com"


def page(**more):
    happened = Happened(payments.unpaid(INVOICE), **more)
    return pages.invoice_page(INVOICE, happened, today=INVOICE.issued_on)


def headers(shown=None, style="p{}"):
    return browsers.headers(shown or page(), style=style, checkout=CHECKOUT)


def test_a_browser_may_do_nothing_but_show_the_one_style_and_post_to_us_and_stripe():
    digest = base64.b64encode(hashlib.sha256(b"p{}").digest()).decode()

    assert headers()["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        f"form-action 'self' {CHECKOUT}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]


def test_the_token_in_the_address_is_neither_passed_on_nor_kept_nor_found():
    given = browsers.GUARDED

    assert given["Referrer-Policy"] == "no-referrer"
    assert given["Cache-Control"] == "no-store"
    assert "noindex" in given["X-Robots-Tag"]


def test_the_browser_is_told_to_look_again_while_a_payment_is_confirmed():
    assert headers(page(attempt="returned"))["Refresh"] == "5"
    assert "Refresh" not in headers(page())


def test_a_page_that_is_not_there_tells_of_no_seller():
    shown = PlainPage(template="not_found", language="fr")

    assert headers(shown)["Content-Language"] == "fr"
    assert shown.theme != page().theme


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("pt,de-AT;q=0.7,en;q=0.3", "de"),
        ("nl-BE,nl;q=0.9,fr;q=0.8", "nl"),
        ("en;q=0.2, de;q=0.9", "de"),
        ("*", "en"),
        ("ja", "en"),
        ("de;q=x,,;=,fr;q=²", "de"),
    ],
)
def test_without_an_invoice_the_browser_chooses_the_language(accepted, language):
    assert browsers.preferred_language(accepted) == language
