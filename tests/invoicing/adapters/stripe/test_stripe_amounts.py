from decimal import Decimal

import pytest

from invoicing.adapters.stripe.amounts import AnotherAmountError, from_stripe, to_stripe
from invoicing.money import Money
from tests.stripe_accounts import STRIPE_COUNTS


@STRIPE_COUNTS
def test_stripe_counts_in_units_of_its_own(amount, currency, units):
    money = Money(Decimal(amount), currency)

    assert to_stripe(money) == units
    assert from_stripe(units, currency.lower()) == money


def test_a_sum_that_stripe_cannot_count_is_not_cut_to_one_that_it_can():
    with pytest.raises(AnotherAmountError):
        to_stripe(Money(Decimal("10.50"), "MGA"))
