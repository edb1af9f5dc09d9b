from datetime import date
from decimal import Decimal

import pytest

from invoicing.adapters import exchange_rates
from local.exchange_rates import publishing


@pytest.fixture(autouse=True)
def bank(monkeypatch):
    with publishing() as url:
        monkeypatch.setenv("ECB_ENDPOINT", url)
        yield


def test_a_rate_is_found_as_it_was_published():
    rate = exchange_rates.find("USD", per="EUR").rate

    assert (rate.rate, rate.source, rate.on) == (Decimal("1.1527"), "ECB", date(2026, 11, 20))
    assert (rate.currency, rate.per) == ("USD", "EUR")


def test_what_is_not_listed_is_not_quoted():
    check = exchange_rates.find("KWD", per="EUR")

    assert (check.outcome, check.rate) == ("not_quoted", None)
