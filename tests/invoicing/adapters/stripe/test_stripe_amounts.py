from decimal import Decimal

import pytest

from invoicing.adapters.stripe.amounts import AnotherAmountError, chargeable, from_stripe, to_stripe
from invoicing.money import Money
from tests.stripe_accounts import STRIPE_COUNTS


@STRIPE_COUNTS
def test_stripe_counts_in_units_of_its_own(amount, currency, units):
    money = Money(Decimal(amount), currency)

    assert to_stripe(money) == units
    assert from_stripe(units, currency.lower()) == money


@pytest.mark.parametrize(
    ("amount", "currency"), [("10.50", "MGA"), ("5.124", "KWD"), ("0.001", "BHD"), ("7.005", "TND")]
)
def test_a_sum_that_stripe_cannot_count_is_not_cut_to_one_that_it_can(amount, currency):
    money = Money(Decimal(amount), currency)

    assert not chargeable(money)
    with pytest.raises(AnotherAmountError):
        to_stripe(money)


@pytest.mark.parametrize(
    ("least", "less", "currency"),
    [
        ("0.50", "0.49", "EUR"),
        ("0.30", "0.29", "GBP"),
        ("50", "49", "JPY"),
        ("175.00", "174.99", "HUF"),
        ("2.50", "2.49", "DKK"),
        ("0.50", "0.49", "CHF"),
    ],
)
def test_too_small_a_sum_is_to_be_transferred(least, less, currency):
    assert chargeable(Money(Decimal(least), currency))
    assert not chargeable(Money(Decimal(less), currency))


def test_where_no_least_sum_is_known_stripe_decides():
    assert chargeable(Money(Decimal(1), "ISK"))
