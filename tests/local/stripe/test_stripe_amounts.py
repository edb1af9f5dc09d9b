"""Currencies: what an integer means, and which integers Stripe takes."""

import pytest
import requests
import stripe

from local.stripe.resources.currencies import written
from tests.local.stripe.shop import a_session, again, press


def test_5900_yen_are_charged_as_5900(client):
    session = a_session(client, amount=5900, currency="jpy")
    page = requests.get(session.url or "", timeout=10).text
    press(session, "card")

    intent = again(client, session).payment_intent

    assert "¥5,900<" in page
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.amount, intent.currency) == (5900, "jpy")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (5900, "eur", "€59.00"),
        (5900, "jpy", "¥5,900"),
        (5120, "kwd", "KWD5.120"),
        (590000, "isk", "ISK5,900"),
        (590000, "ugx", "UGX5,900"),
        (17500, "huf", "HUF175.00"),
    ],
)
def test_an_amount_is_shown_with_the_decimals_of_its_currency(amount, currency, shown):
    assert written(amount, currency) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (17499, "huf", "amount_too_small"),
        (100_000_000, "eur", "amount_too_large"),
        (5124, "kwd", "parameter_invalid_integer"),
        (590050, "isk", "parameter_invalid_integer"),
        (590050, "ugx", "parameter_invalid_integer"),
    ],
)
def test_an_amount_that_no_charge_can_have_is_refused(client, amount, currency, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        a_session(client, amount=amount, currency=currency)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(50, "eur"), (30, "gbp"), (50, "jpy"), (5120, "kwd"), (99999999, "usd")],
)
def test_an_amount_at_the_limit_is_taken(client, amount, currency):
    assert a_session(client, amount=amount, currency=currency).amount_total == amount


def test_a_currency_that_stripe_does_not_know_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="Invalid currency: xxx") as refused:
        a_session(client, currency="xxx")

    assert refused.value.param == "line_items[0][price_data][currency]"
