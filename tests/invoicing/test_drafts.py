from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given

from invoicing import drafts
from invoicing.errors import Held
from invoicing.invoices import Draft, Invoice
from invoicing.money import Money, rounded, total
from invoicing.records import digest, plain
from tests.builders import LINK, a_draft, a_line, a_seller, an_invoice, an_order, eur
from tests.drawn import orders


def drafted(order):
    """Draft a drawn order; those that come to less than nothing are held and tell nothing here."""
    draft = drafts.draft(order, a_seller(), LINK)
    assume(isinstance(draft, Draft))
    return draft


def asked(order):
    """What the shop charged: each line rounded, less discounts and allowances, and the charges."""
    lines = [
        rounded(line.price * line.quantity, order.currency).amount - line.discount
        for line in order.lines
    ]
    charges = [charge.amount for charge in order.charges]
    allowances = [allowance.amount for allowance in order.allowances]
    return Money(sum(lines + charges) - sum(allowances), order.currency)


@given(orders())
def test_the_sums_add_up_as_the_standard_says(order):
    draft = drafted(order)

    sums, zero = draft.totals, draft.currency
    assert sums.lines == total((line.net for line in draft.lines), zero)  # BR-CO-10
    assert sums.allowances == total((each.net for each in draft.allowances), zero)  # BR-CO-11
    assert sums.charges == total((each.net for each in draft.charges), zero)  # BR-CO-12
    assert sums.net == sums.lines - sums.allowances + sums.charges  # BR-CO-13
    assert sums.vat == total((each.vat for each in draft.vat), zero)  # BR-CO-14
    assert sums.gross == sums.net + sums.vat  # BR-CO-15
    assert sums.due == sums.gross - sums.prepaid + sums.rounding  # BR-CO-16


@given(orders())
def test_vat_is_computed_once_for_each_rate_on_its_sum(order):
    for each in drafted(order).vat:  # BR-CO-17
        exact = each.base.amount * each.decision.rate / 100
        assert each.vat == rounded(exact, each.vat.currency)


@given(orders())
def test_the_base_of_a_rate_is_the_sum_of_what_falls_under_it(order):
    draft = drafted(order)

    nets = defaultdict(lambda: Money.zero(draft.currency))
    for part in draft.lines + draft.charges:
        nets[part.category, part.rate] += part.net
    for allowance in draft.allowances:
        nets[allowance.category, allowance.rate] -= allowance.net
    # BR-S-08 and its siblings
    assert nets == {(each.decision.category, each.decision.rate): each.base for each in draft.vat}


@given(orders(prices_include_vat=True))
def test_the_buyer_owes_what_the_shop_charged(order):
    sums = drafted(order).totals

    assert sums.gross + sums.rounding == asked(order)


@given(orders(prices_include_vat=True))
def test_the_rounding_amount_is_one_unit_a_rate_at_most(order):
    draft = drafted(order)

    assert abs(draft.totals.rounding.minor) <= len(draft.vat)


@given(orders(prices_include_vat=False))
def test_vat_comes_on_top_of_net_prices_and_nothing_is_rounded_off(order):
    sums = drafted(order).totals

    assert sums.net == asked(order)
    assert not sums.rounding


@given(orders())
def test_quantity_times_price_less_discount_is_the_lines_net(order):
    for line in drafted(order).lines:
        discount = line.discount.amount if line.discount else Decimal(0)
        computed = line.price * line.quantity - discount
        # A price of six decimals can miss by half its last one for each piece, and the net by what
        # is rounded off it and off its discount or borne for its rate.
        of_pieces = line.quantity * Decimal("0.0000005")
        of_sums = 4 * Money.from_minor(1, order.currency).amount
        assert abs(computed - line.net.amount) <= of_pieces + of_sums


@given(orders())
def test_a_draft_is_the_same_after_years_on_a_disk(order):
    invoice = an_invoice(drafted(order))

    read = Invoice.model_validate(plain(invoice))

    assert read == invoice
    assert digest(plain(read)) == digest(plain(invoice))


@given(orders())
def test_the_same_order_makes_the_same_draft(order):
    assert digest(plain(drafted(order))) == digest(plain(drafted(order)))


@given(orders())
def test_an_order_is_drafted_or_held_with_a_reason(order):
    made = drafts.draft(order, a_seller(), LINK)

    assert isinstance(made, Draft) or made.reasons


def test_vat_is_taken_out_of_what_the_buyer_sees():
    sums = a_draft(lines=[a_line("120.00")]).totals

    assert (sums.net, sums.vat, sums.gross) == (eur("100.00"), eur("20.00"), eur("120.00"))


def test_a_price_that_no_net_can_reach_is_owed_with_a_rounding_amount():
    # 0.02 net is 0.02 with 20 %, 0.03 net is 0.04: nothing comes to 0.03.
    sums = a_draft(lines=[a_line("0.03")]).totals

    assert abs(sums.rounding) == eur("0.01")
    assert sums.due == eur("0.03")


def test_a_discount_on_the_order_is_shared_over_its_rates():
    draft = a_draft(
        prices_include_vat=False,
        lines=[a_line("75.00"), a_line("25.00", vat="second_reduced")],
        allowances=[{"reason": "Bienvenue", "amount": "10.00"}],
    )

    assert [(each.rate, each.net) for each in draft.allowances] == [
        (Decimal(20), eur("7.50")),
        (Decimal("5.5"), eur("2.50")),
    ]


def test_a_discount_on_a_line_stays_on_it():
    [line] = a_draft(prices_include_vat=False, lines=[a_line("84.00", discount="4.00")]).lines

    assert (line.price, line.discount, line.net) == (Decimal("84.00"), eur("4.00"), eur("80.00"))


def test_a_net_price_that_reaches_the_net_stays_as_the_shop_wrote_it():
    [line] = a_draft(prices_include_vat=False, lines=[a_line("0.004567", quantity="1000")]).lines

    assert (line.price, line.net) == (Decimal("0.004567"), eur("4.57"))


def test_what_was_paid_at_the_shop_is_not_asked_again():
    paid = {"paid_on": "2026-11-20", "amount": "120.00"}
    draft = a_draft(lines=[a_line("120.00")], payments=[paid])

    assert (draft.totals.prepaid, draft.totals.due) == (eur("120.00"), eur("0.00"))


def test_who_paid_more_than_was_asked_is_held():
    order = an_order(payments=[{"paid_on": "2026-11-20", "amount": "120.01"}])

    held = drafts.draft(order, a_seller(), LINK)

    assert isinstance(held, Held)
    assert [reason.code for reason in held.reasons] == ["paid_more_than_asked"]


def test_what_is_told_of_too_much_paid_is_true_where_the_shops_rounding_is_the_cause():
    held = drafts.draft(an_order(lines=[a_line("0.01")], rounding="-0.05"), a_seller(), LINK)

    assert isinstance(held, Held)
    assert [reason.message for reason in held.reasons] == [
        "0.00 EUR paid of -0.04 EUR that are asked for leave -0.04 EUR to pay"
    ]


def test_a_discount_at_a_rate_that_nothing_of_the_order_has_is_held():
    allowance = {"reason": "Bienvenue", "amount": "10.00", "vat": "second_reduced"}

    held = drafts.draft(an_order(allowances=[allowance]), a_seller(), LINK)

    assert isinstance(held, Held)
    assert [reason.code for reason in held.reasons] == ["discount_rate_unused"]


def test_more_given_back_than_sold_is_held():
    held = drafts.draft(an_order(lines=[a_line(quantity="-1")]), a_seller(), LINK)

    assert isinstance(held, Held)
    assert [reason.code for reason in held.reasons] == ["negative_total"]


def test_every_reason_that_stands_against_an_invoice_is_told():
    order = an_order(payments=[{"paid_on": "2026-11-20", "amount": "500.00"}])

    held = drafts.draft(order, a_seller(vat_number=None), LINK)

    assert isinstance(held, Held)
    assert {reason.code for reason in held.reasons} == {
        "seller_vat_number_missing",
        "paid_more_than_asked",
    }


def test_an_order_without_a_delivery_date_was_delivered_when_it_was_ordered():
    assert a_draft(ordered_on="2026-11-20").delivered_on == date(2026, 11, 20)
    assert a_draft(delivered_on="2026-11-25").delivered_on == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("supplies", "process"),
    [
        (["goods"], "B1"),
        (["services"], "S1"),
        (["goods", "services"], "M1"),
    ],
)
def test_what_is_sold_names_the_process(supplies, process):
    assert a_draft(lines=[a_line(supply=supply) for supply in supplies]).process == process


def in_dinars(price):
    line = a_line(price, vat="zero")
    priced = drafts.draft(an_order(currency="KWD", lines=[line]), a_seller(), LINK)
    return {reason.code for reason in priced.reasons} if isinstance(priced, Held) else set()


def test_a_third_decimal_that_no_e_invoice_can_express_is_held():
    assert in_dinars("12.345") == {"currency_too_fine"}
    assert in_dinars("12.340") == set()
