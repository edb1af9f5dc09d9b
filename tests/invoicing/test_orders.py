import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from invoicing.orders import Order
from tests.builders import PARIS, TOKYO, a_line, an_order, an_order_body

MALFORMED = Path(__file__).parents[2] / "samples/orders/malformed.json"


def faults(body):
    """The place of each fault in a body, as JSON would name it."""
    with pytest.raises(ValidationError) as refused:
        Order.model_validate_json(json.dumps(body))
    found = refused.value.errors()
    # Pydantic takes a line with a fault for a missing one too; the door leaves that out.
    return [fault["loc"] for fault in found if len(found) == 1 or fault["type"] != "too_short"]


def test_the_least_that_a_shop_can_say():
    order = an_order()

    assert order.prices_include_vat
    assert order.lines[0].quantity == 1
    assert order.lines[0].vat == "standard"
    assert order.buyer.kind == "consumer"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"vat": 20}, ("vat",)),
        ({"lines": [a_line(color="red")]}, ("lines", 0, "color")),
        ({"charges": [{"reason": "Port", "amount": "1", "rate": 20}]}, ("charges", 0, "rate")),
        (
            {"buyer": {"name": "A", "address": PARIS | {"zip": "75001"}}},
            ("buyer", "address", "zip"),
        ),
    ],
)
def test_a_field_that_nobody_knows_is_refused_where_it_stands(changes, place):
    assert faults(an_order_body(**changes)) == [place]


def test_every_fault_is_told_at_once_and_where():
    assert set(faults(json.loads(MALFORMED.read_text()))) == {
        ("currency",),
        ("ordered_on",),
        ("buyer", "name"),
        ("buyer", "email"),
        ("buyer", "address", "country"),
        ("lines", 0, "quantity"),
        ("lines", 0, "price"),
        ("lines", 1, "color"),
    }


def test_every_amount_finer_than_the_currency_is_named():
    body = an_order_body(
        lines=[a_line(), a_line(discount="0.005")],
        allowances=[{"reason": "Bienvenue", "amount": "1.00"}, {"reason": "x", "amount": "1.001"}],
        charges=[{"reason": "Port", "amount": "6.905"}],
        payments=[{"paid_on": "2026-11-20", "amount": "0.0001"}],
    )

    assert faults(body) == [
        ("lines", 1, "discount"),
        ("allowances", 1, "amount"),
        ("charges", 0, "amount"),
        ("payments", 0, "amount"),
    ]


@pytest.mark.parametrize(
    ("currency", "fits", "too_fine"), [("JPY", "10", "0.5"), ("KWD", "0.125", "0.1255")]
)
def test_how_fine_an_amount_may_be_is_its_currencys_matter(currency, fits, too_fine):
    def charged(amount):
        return an_order_body(currency=currency, charges=[{"reason": "Port", "amount": amount}])

    assert Order.model_validate(charged(fits)).charges[0].amount == Decimal(fits)
    assert faults(charged(too_fine)) == [("charges", 0, "amount")]


def test_zeros_at_the_end_make_no_amount_finer():
    assert an_order(currency="JPY", charges=[{"reason": "Port", "amount": "10.0"}])


def test_a_unit_price_may_be_finer_than_the_currency():
    assert an_order(lines=[a_line("0.004567")]).lines[0].price == Decimal("0.004567")


def test_a_unit_price_has_six_decimals_at_most():
    assert faults(an_order_body(lines=[a_line("0.0045678")])) == [("lines", 0, "price")]


@pytest.mark.parametrize("field", ["price", "quantity", "discount"])
def test_a_binary_float_is_refused(field):
    line = a_line() | {field: 8.9}

    with pytest.raises(ValidationError, match="binary float"):
        Order.model_validate(an_order_body(lines=[line]))


def test_a_number_that_was_read_as_a_decimal_is_welcome():
    assert an_order(lines=[a_line(Decimal("8.90"))]).lines[0].price == Decimal("8.90")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-0.01", "1e20", "12,00", ""])
def test_a_price_is_a_plain_number_from_zero_on(amount):
    assert faults(an_order_body(lines=[a_line(amount)])) == [("lines", 0, "price")]


@pytest.mark.parametrize("order_id", ["", "-1", "a b", "a/b", "a#b", "é", "1" * 65])
def test_an_id_that_could_not_be_a_key_is_refused(order_id):
    assert faults(an_order_body(id=order_id)) == [("id",)]


def test_an_order_has_a_line_at_least_and_a_thousand_at_most():
    assert faults(an_order_body(lines=[])) == [("lines",)]
    assert faults(an_order_body(lines=[a_line()] * 1001)) == [("lines",)]
    assert len(an_order(lines=[a_line()] * 1000).lines) == 1000


def test_what_was_paid_is_more_than_nothing():
    body = an_order_body(payments=[{"paid_on": "2026-11-20", "amount": "0.00"}])

    assert faults(body) == [("payments", 0, "amount")]


def test_the_goods_go_to_the_buyer_unless_the_order_says_otherwise():
    assert an_order().place.country == "FR"
    assert an_order(deliver_to=TOKYO).place.country == "JP"
