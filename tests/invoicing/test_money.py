import operator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from invoicing.money import CurrencyMismatchError, Money, exponent, rounded, total
from tests.builders import eur
from tests.drawn import CURRENCIES, decimals, money

WEIGHTS = st.lists(decimals(10**12, places=6, least=-(10**12)), min_size=1, max_size=20).filter(sum)
JSON = TypeAdapter(Money)


@given(money(), WEIGHTS)
def test_a_sum_is_shared_to_its_last_unit(whole, weights):
    shares = whole.split(over=weights)

    assert total(shares, whole.currency) == whole


@given(money(), WEIGHTS)
def test_no_share_is_a_whole_unit_from_its_exact_part(whole, weights):
    shares = whole.split(over=weights)

    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(weight) / Fraction(sum(weights)) * whole.minor
        assert abs(share.minor - exact) < 1


def test_the_cent_that_is_left_goes_to_the_earlier_of_equals():
    assert eur("1.00").split(over=[Decimal(1)] * 3) == [eur("0.34"), eur("0.33"), eur("0.33")]


def test_the_cent_that_is_left_goes_to_the_largest_remainder():
    shares = eur("0.10").split(over=[Decimal("0.334"), Decimal("0.333"), Decimal("0.35")])

    assert shares == [eur("0.03"), eur("0.03"), eur("0.04")]


def test_what_is_given_back_is_shared_like_what_is_asked():
    assert eur("-1.00").split(over=[Decimal(1)] * 3) == [eur("-0.33"), eur("-0.33"), eur("-0.34")]


def test_money_cannot_be_shared_over_nothing():
    with pytest.raises(ValueError, match="sum to zero"):
        eur("1.00").split(over=[Decimal(1), Decimal(-1)])


def test_no_money_can_be_shared_over_nothing():
    assert eur("0").split(over=[Decimal(0), Decimal(0)]) == [eur("0"), eur("0")]


@pytest.mark.parametrize(
    ("exact", "currency", "expected"),
    [
        ("2.345", "EUR", "2.35"),
        ("2.344999999", "EUR", "2.34"),
        ("-2.345", "EUR", "-2.35"),
        ("0.5", "JPY", "1"),
        ("-0.5", "JPY", "-1"),
        ("0.49", "JPY", "0"),
        ("1.0005", "KWD", "1.001"),
        ("-1.0005", "KWD", "-1.001"),
    ],
)
def test_half_a_unit_is_rounded_away_from_zero(exact, currency, expected):
    assert rounded(Decimal(exact), currency) == Money(Decimal(expected), currency)


@given(decimals(10**15, places=9, least=-(10**15)), CURRENCIES)
def test_rounding_moves_an_amount_by_half_a_unit_at_most(exact, currency):
    moved = abs(rounded(exact, currency).amount - exact)

    assert moved <= Decimal(1).scaleb(-exponent(currency)) / 2


@pytest.mark.parametrize(
    ("currency", "written"), [("JPY", "5 JPY"), ("EUR", "5.00 EUR"), ("KWD", "5.000 KWD")]
)
def test_an_amount_has_its_currencys_decimals_however_it_came(currency, written):
    assert str(Money(Decimal(5), currency)) == written
    assert str(Money(Decimal("5.0000"), currency)) == written
    assert str(Money(Decimal("5E0"), currency)) == written


def test_nothing_is_never_negative():
    assert str(-eur("0")) == "0.00 EUR"


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.5", "JPY"), ("0.005", "EUR"), ("0.0005", "KWD"), ("NaN", "EUR")]
)
def test_an_amount_finer_than_its_currency_is_no_money(amount, currency):
    with pytest.raises(ValueError, match="finer than the currency"):
        Money(Decimal(amount), currency)


@pytest.mark.parametrize("code", ["EURO", "eur", "", "XAU", "XXX", "BTC"])
def test_what_iso_4217_gives_no_decimals_is_no_currency(code):
    with pytest.raises(ValueError, match="not a currency"):
        exponent(code)


@pytest.mark.parametrize(
    "meet", [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge]
)
def test_two_currencies_never_meet(meet):
    with pytest.raises(CurrencyMismatchError):
        meet(eur("1"), Money(Decimal(1), "JPY"))


def test_a_total_takes_one_currency():
    with pytest.raises(CurrencyMismatchError):
        total([eur("1"), Money(Decimal(1), "JPY")], "EUR")


def test_the_total_of_nothing_is_nothing_of_the_currency():
    assert total([], "KWD") == Money(Decimal("0.000"), "KWD")


@given(st.integers(-(10**15), 10**15), CURRENCIES)
def test_smallest_units_and_back_is_the_same_sum(units, currency):
    assert Money.from_minor(units, currency).minor == units


@given(money())
def test_money_is_the_same_after_a_journey_through_json(sum_):
    assert JSON.validate_json(JSON.dump_json(sum_)) == sum_


def test_money_travels_as_text():
    assert JSON.dump_json(eur("12")) == b'{"amount":"12.00","currency":"EUR"}'


@pytest.mark.parametrize(
    "text",
    [
        '{"amount": 12.00, "currency": "EUR"}',
        '{"amount": 12, "currency": "EUR"}',
        '{"amount": "12.00"}',
        '{"amount": "12.00", "currency": "EUR", "exact": true}',
        '{"amount": "12.005", "currency": "EUR"}',
        '"12.00 EUR"',
        "12.00",
    ],
)
def test_no_other_writing_of_money_is_read(text):
    with pytest.raises(ValidationError):
        JSON.validate_json(text)
