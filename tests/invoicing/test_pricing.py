from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from invoicing import pricing
from invoicing.money import Money, exponent, total
from invoicing.pricing import Rates
from invoicing.vat.sums import Rate
from tests.builders import a_line, an_order, eur
from tests.drawn import RATES, money, priced_orders

TWENTY, FIVE_AND_A_HALF = Rate("S", Decimal(20)), Rate("S", Decimal("5.5"))
EXEMPT = Rate("E", Decimal(0))


def priced(*of_lines: Rate, of_charges=(), of_allowances=(), **order):
    """Price an order whose parts have these rates."""
    return pricing.price(an_order(**order), Rates(of_lines, of_charges, of_allowances))


def at_twenty(**order):
    """Price an order of one line at 20 %."""
    return priced(TWENTY, **order)


def exactly(amount, currency):
    """Round by hand: half up, with room for every digit."""
    with localcontext(prec=60):
        return amount.quantize(Decimal(1).scaleb(-exponent(currency)), ROUND_HALF_UP)


def change_of(change, whole, currency):
    if change.amount is not None:
        return change.amount
    return exactly(whole * change.percent / 100, currency)


def asked_of_line(line, currency):
    """Give price and quantity, and all that the line comes to."""
    full = exactly(line.price * line.quantity / line.price_quantity, currency)
    less = sum(change_of(each, full, currency) for each in line.allowances)
    more = sum(change_of(each, full, currency) for each in line.charges)
    return full - line.discount - less + more


@given(priced_orders())
def test_the_sums_add_up_as_the_standard_says(drawn):
    order, rates = drawn
    made = pricing.price(order, rates)

    sums, currency = made.totals, order.currency
    assert sums.lines == total((line.net for line in made.lines), currency)  # BR-CO-10
    assert sums.allowances == total((each.net for each in made.allowances), currency)  # BR-CO-11
    assert sums.charges == total((each.net for each in made.charges), currency)  # BR-CO-12
    assert sums.net == sums.lines - sums.allowances + sums.charges  # BR-CO-13
    assert sums.vat == total((each.vat for each in made.vat), currency)  # BR-CO-14
    assert sums.gross == sums.net + sums.vat  # BR-CO-15
    assert sums.due == sums.gross - sums.prepaid + sums.rounding  # BR-CO-16


@given(priced_orders())
def test_each_rate_is_summed_once_and_taxed_on_its_sum(drawn):
    order, rates = drawn
    made = pricing.price(order, rates)

    nets: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for part in made.lines + made.charges:
        nets[part.category, part.rate] += part.net.amount
    for allowance in made.allowances:
        nets[allowance.category, allowance.rate] -= allowance.net.amount
    bases = {tuple(each.rate): each.base.amount for each in made.vat}
    assert {rate: net for rate, net in nets.items() if net} == {
        rate: base for rate, base in bases.items() if base
    }
    for each in made.vat:  # BR-CO-17
        assert each.vat.amount == exactly(
            each.base.amount * each.rate.percent / 100, order.currency
        )


@given(priced_orders())
def test_a_net_price_is_billed_as_it_stands(drawn):
    order, rates = drawn
    made = pricing.price(order, rates)

    for line, billed in zip(order.lines, made.lines, strict=True):
        if not order.includes_vat(line):
            assert billed.net.amount == asked_of_line(line, order.currency)
            assert billed.price == line.price
            assert billed.price_with_vat is None


@given(priced_orders())
def test_what_was_asked_with_vat_is_owed_to_the_unit(drawn):
    order, rates = drawn
    order = order.model_copy(
        update={
            "prices_include_vat": True,
            "lines": tuple(
                line.model_copy(update={"prices_include_vat": None}) for line in order.lines
            ),
        }
    )
    sums, currency = pricing.price(order, rates).totals, order.currency

    lines = sum(asked_of_line(line, currency) for line in order.lines)
    more = sum(change_of(each, lines, currency) for each in order.charges)
    less = sum(change_of(each, lines, currency) for each in order.allowances)
    assert (sums.gross + sums.rounding).amount == lines + more - less + order.rounding


@given(priced_orders())
def test_a_rounding_amount_is_a_unit_for_each_rate_at_most(drawn):
    order, rates = drawn
    made = pricing.price(order, rates)

    of_vat = made.totals.rounding - Money(order.rounding, order.currency)
    assert abs(of_vat.minor) <= len(made.vat)


@given(priced_orders())
def test_the_shares_of_an_allowance_come_to_the_allowance(drawn):
    order, rates = drawn
    order = order.model_copy(
        update={
            "prices_include_vat": False,
            "allowances": tuple(
                each.model_copy(update={"reason": f"{n}"})
                for n, each in enumerate(order.allowances)
            ),
        }
    )
    made = pricing.price(order, rates)

    lines = sum(asked_of_line(line, order.currency) for line in order.lines)
    for each in order.allowances:
        shares = [share.net.amount for share in made.allowances if share.reason == each.reason]
        assert sum(shares) == change_of(each, lines, order.currency)


@given(priced_orders())
def test_a_lines_figures_explain_its_net(drawn):
    order, rates = drawn

    for line in pricing.price(order, rates).lines:
        less = total((each.net for each in line.allowances or ()), order.currency)
        more = total((each.net for each in line.charges or ()), order.currency)
        discount = line.discount or Money.zero(order.currency)
        assert line.full - discount - less + more == line.net


@given(st.lists(money("EUR"), min_size=1, max_size=6), RATES)
def test_no_net_comes_nearer_to_a_sum_than_the_one_that_is_taken(sums, rate):
    for with_vat in sums:
        net, unit = rate.net(with_vat), Money.from_minor(1, with_vat.currency)
        missed = abs(rate.with_vat(net) - with_vat)
        assert missed <= abs(rate.with_vat(net + unit) - with_vat)
        assert missed <= abs(rate.with_vat(net - unit) - with_vat)


def test_a_shared_discount_moves_by_a_cent_where_this_spares_a_rounding_amount():
    # In proportion it is 12.69 and 2.31, and no net comes to 129.00 - 12.69 with 20 % on it.
    assert TWENTY.missed(eur("116.31")) == 1

    made = priced(
        TWENTY,
        FIVE_AND_A_HALF,
        lines=[a_line("129.00"), a_line("23.50")],
        allowances=[{"reason": "Bienvenue", "amount": "15.00"}],
        of_allowances=[None],
    )

    assert (made.totals.gross, made.totals.rounding) == (eur("137.50"), eur("0.00"))


def test_a_sum_of_one_rate_that_no_net_reaches_keeps_its_rounding_amount():
    sums = at_twenty(lines=[a_line("0.03")]).totals

    assert abs(sums.rounding) == eur("0.01")
    assert sums.due == eur("0.03")


def test_a_discount_on_goods_of_one_rate_leaves_the_others_alone():
    made = priced(
        TWENTY,
        FIVE_AND_A_HALF,
        prices_include_vat=False,
        lines=[a_line("75.00"), a_line("25.00")],
        allowances=[{"reason": "Livres", "amount": "5.00"}],
        of_allowances=[FIVE_AND_A_HALF],
    )

    assert [(each.rate, each.net) for each in made.allowances] == [(Decimal("5.5"), eur("5.00"))]


def test_a_percentage_of_the_order_is_a_percentage_of_its_lines():
    made = at_twenty(
        prices_include_vat=False,
        lines=[a_line("80.00")],
        charges=[{"reason": "Port", "percent": "2.5"}],
        allowances=[{"reason": "Fidélité", "percent": "10"}],
        of_charges=[TWENTY],
        of_allowances=[None],
    )

    assert [each.net for each in made.charges] == [eur("2.00")]
    assert [each.net for each in made.allowances] == [eur("8.00")]


def test_a_line_carries_its_own_allowances_and_charges_with_their_reasons():
    [line] = at_twenty(
        prices_include_vat=False,
        lines=[
            a_line(
                "100.00",
                discount="1.00",
                allowances=[{"reason": "Accroc", "amount": "12.00"}],
                charges=[{"reason": "Gravure", "percent": "10"}],
            )
        ],
    ).lines

    assert [(each.reason, each.net) for each in line.allowances] == [("Accroc", eur("12.00"))]
    assert [(each.reason, each.net) for each in line.charges] == [("Gravure", eur("10.00"))]
    assert (line.full, line.net) == (eur("100.00"), eur("97.00"))


def test_a_price_may_be_for_more_than_one():
    [line] = at_twenty(
        prices_include_vat=False, lines=[a_line("361.09", quantity="64", price_quantity="100")]
    ).lines

    assert (line.price, line.price_quantity, line.net) == (
        Decimal("361.09"),
        Decimal(100),
        eur("231.10"),
    )


def test_the_price_that_the_buyer_saw_stays_beside_the_net_one():
    [line] = at_twenty(lines=[a_line("129.00")]).lines

    assert (line.price, line.price_with_vat) == (Decimal("107.5"), Decimal("129.00"))


def test_one_line_may_be_net_among_prices_with_vat():
    made = priced(
        TWENTY, TWENTY, lines=[a_line("120.00"), a_line("50.00", prices_include_vat=False)]
    )

    assert [line.net for line in made.lines] == [eur("100.00"), eur("50.00")]
    assert made.totals.gross == eur("180.00")


def test_a_cent_that_one_line_bears_for_its_rate_is_in_its_price_too():
    made = priced(*[TWENTY] * 3, lines=[a_line("0.55", quantity="3")] * 3)

    for line in made.lines:
        assert exactly(line.price * line.quantity, "EUR") == line.net.amount
    assert made.totals.gross + made.totals.rounding == eur("4.95")


def test_what_costs_nothing_bears_no_cent():
    made = priced(*[TWENTY] * 4, lines=[a_line("0.00"), *[a_line("0.55")] * 3])

    assert made.lines[0].net == eur("0.00")


def test_the_price_of_a_line_of_nothing_is_without_vat_all_the_same():
    [line] = at_twenty(lines=[a_line("120.00", quantity="0")]).lines

    assert (line.price, line.price_with_vat, line.net) == (
        Decimal("100.000000"),
        Decimal("120.00"),
        eur("0.00"),
    )


def test_a_price_that_rounds_to_its_own_net_is_without_vat_all_the_same():
    [line] = at_twenty(lines=[a_line("0.01")]).lines

    assert (line.price, line.net) == (Decimal("0.008333"), eur("0.01"))


def test_a_discount_at_a_rate_that_nothing_has_is_named():
    allowance = {"reason": "Bienvenue", "amount": "10.00", "vat": "second_reduced"}
    order = {"allowances": [allowance]}

    of_another = priced(TWENTY, of_allowances=[FIVE_AND_A_HALF], **order)
    of_the_same = priced(TWENTY, of_allowances=[TWENTY], **order)
    charge = {"reason": "Port", "amount": "1.00"}
    charged = priced(
        TWENTY,
        of_allowances=[FIVE_AND_A_HALF],
        of_charges=[FIVE_AND_A_HALF],
        charges=[charge],
        **order,
    )

    assert [each.code for each in pricing.unused_rates(of_another)] == ["discount_rate_unused"]
    assert pricing.unused_rates(of_the_same) == []
    assert pricing.unused_rates(charged) == []
