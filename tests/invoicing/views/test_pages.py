import base64
import hashlib
from datetime import timedelta

import pytest

from invoicing import payments
from invoicing.money import Money
from invoicing.payments import Balance, Movement
from invoicing.views import pages
from invoicing.views.pages import PlainPage
from tests.invoicing.einvoices import NOON, a_line, a_sample, an_invoice

INVOICE = an_invoice(a_sample("french-consumer"))
ASKED = INVOICE.draft.totals.due
DAY = INVOICE.issued_on
LATE = INVOICE.due_on + timedelta(days=1)
CHECKOUT = "https://checkout.stripe.com"


def paid(minor: int) -> Balance:
    return Balance(asked=ASKED, paid=Money.from_minor(minor, "EUR"), version=1)


def page(balance=None, *, today=DAY, **more):
    return pages.invoice_page(INVOICE, balance or payments.unpaid(INVOICE), today=today, **more)


@pytest.mark.parametrize(
    ("cents_paid", "today", "attempt", "state", "pays"),
    [
        (0, DAY, "none", "open", True),
        (0, INVOICE.due_on, "none", "open", True),
        (0, LATE, "none", "overdue", True),
        (100, DAY, "none", "partly_paid", True),
        (100, LATE, "none", "overdue", True),
        (0, DAY, "returned", "confirming", False),
        (100, LATE, "returned", "confirming", False),
        (0, LATE, "in_process", "in_process", False),
        (ASKED.minor, LATE, "returned", "thanks", False),
        (ASKED.minor, LATE, "none", "paid", False),
        (ASKED.minor, LATE, "in_process", "paid", False),
        (ASKED.minor + 1, DAY, "none", "paid", False),
    ],
)
def test_the_state_follows_from_what_is_paid_the_day_and_the_attempt(
    cents_paid, today, attempt, state, pays
):
    shown = page(paid(cents_paid), today=today, attempt=attempt)

    assert (shown.state, shown.offers_pay) == (state, pays)


def test_an_invoice_that_the_shop_was_paid_for_is_paid():
    invoice = an_invoice(a_sample("paid-at-the-shop"))

    shown = pages.invoice_page(invoice, payments.unpaid(invoice), today=LATE)

    assert shown.state == "paid"
    assert [(str(each.amount), each.means) for each in shown.payments] == [("78.00 EUR", "card")]


def test_payments_are_shown_on_the_sellers_civil_day():
    late_evening = NOON.replace(hour=23, minute=30)  # half past midnight in Paris
    amount = Money.from_minor(100, "EUR")
    movement = Movement(id="pi_1", amount=amount, means="transfer", arrived_at=late_evening)

    [payment] = page(paid(100), movements=[movement]).payments

    assert payment.paid_on == NOON.date() + timedelta(days=1)


def test_only_a_payment_that_is_being_confirmed_makes_the_browser_look_again():
    assert page(attempt="returned").refresh_after
    assert not page(attempt="in_process").refresh_after
    assert not page().refresh_after


def test_a_very_long_invoice_shows_its_beginning_and_counts_the_rest():
    invoice = an_invoice(lines=[a_line("1.00") for _ in range(100)])

    shown = pages.invoice_page(invoice, payments.unpaid(invoice), today=DAY)

    assert len(shown.lines) + shown.lines_left_out == 100
    assert shown.lines_left_out == 70


def headers(shown=None, style="p{}"):
    return pages.headers(shown or page(), style=style, checkout=CHECKOUT)


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
    given = headers()

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
    assert pages.preferred_language(accepted) == language
