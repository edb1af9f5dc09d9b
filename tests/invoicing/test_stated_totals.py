from decimal import Decimal

import pytest

from invoicing import pricing, stated_totals
from invoicing.money import Money
from invoicing.pricing import Rates
from invoicing.stated_totals import MOST_ROUNDING
from invoicing.vat.sums import Rate
from tests.builders import a_line, an_order, eur

TWENTY = Rate("S", Decimal(20))


def differences(order, *of_lines: Rate):
    """Give the reasons that the shop's own totals give."""
    made = pricing.price(order, Rates(of_lines))
    return [(each.code, each.message) for each in stated_totals.differences(order, made)]


def test_a_total_that_rounds_each_lines_vat_becomes_a_rounding_amount():
    # A real order: 7 % of 1551.00 in one sum is 108.57; the shop adds up 108.58 and charges it.
    seven = Rate("S", Decimal(7))
    order = an_order(
        prices_include_vat=False,
        lines=[a_line("1533.50"), a_line("10.50"), a_line("7.00")],
        totals={"net": "1551.00", "vat": "108.58", "total": "1659.58"},
    )

    made = pricing.price(order, Rates([seven] * 3))

    assert (made.totals.vat, made.totals.gross) == (eur("108.57"), eur("1659.57"))
    assert (made.totals.rounding, made.totals.due) == (eur("0.01"), eur("1659.58"))
    assert stated_totals.differences(order, made) == []


def test_a_total_that_agrees_needs_no_rounding():
    order = an_order(totals={"net": "100.00", "vat": "20.00", "total": "120.00"})

    assert not pricing.price(order, Rates([TWENTY])).totals.rounding
    assert differences(order, TWENTY) == []


def test_totals_of_another_computation_are_told_with_both_figures():
    order = an_order(totals={"net": "100.00", "vat": "19.00", "total": "119.00"})

    assert differences(order, TWENTY) == [
        (
            "totals_differ",
            "the shop states VAT 19.00 EUR and not 20.00 EUR, total 119.00 EUR and not 120.00 EUR",
        )
    ]
    assert pricing.price(order, Rates([TWENTY])).totals.due == eur("120.00")


@pytest.mark.parametrize(("lines", "units"), [(1, 1), (2, 2), (3, 2), (98, 50), (1000, 50)])
def test_half_a_unit_for_each_line_and_rate_is_rounding(lines, units):
    order = an_order(lines=[a_line("1.00")] * lines)

    assert stated_totals.tolerance(order, rates=1).minor == units


@pytest.mark.parametrize(("total", "held"), [("120.01", False), ("120.02", True), ("119.98", True)])
def test_what_goes_beyond_the_tolerance_is_held(total, held):
    order = an_order(totals={"total": total})

    assert bool(differences(order, TWENTY)) is held


def test_cash_is_rounded_as_the_shop_says():
    swiss = Rate("S", Decimal("8.1"))
    order = an_order(
        currency="CHF", lines=[a_line("12.97")], rounding="-0.02", totals={"total": "12.95"}
    )

    sums = pricing.price(order, Rates([swiss])).totals

    assert sums.due == Money(Decimal("12.95"), "CHF")
    assert sums.whole == sums.due


def test_more_than_half_a_unit_of_money_is_no_rounding():
    beyond = Money.from_minor(MOST_ROUNDING + 1, "EUR").amount

    assert [code for code, _ in differences(an_order(rounding=str(beyond)), TWENTY)] == [
        "rounding_too_large"
    ]
