import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from invoicing import pricing
from invoicing.errors import RefusedError
from invoicing.orders import Order, refuse_paid_ahead
from invoicing.pricing import Rates
from invoicing.vat.sums import Rate
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


def test_an_amount_that_is_too_fine_is_told_with_whatever_else_is_wrong():
    body = an_order_body(
        ordered_on="tomorrow",
        lines=[{"price": "1.00", "discount": "0.005"}, a_line("1.00", color="red")],
        charges=[{"reason": "Port", "amount": "6.905"}, {"amount": "1.001", "vat": "10"}],
        totals={"net": "100.001", "total": "120"},
    )

    assert set(faults(body)) == {
        ("ordered_on",),
        ("lines", 0, "description"),
        ("lines", 0, "discount"),
        ("lines", 1, "color"),
        ("charges", 0, "amount"),
        ("charges", 1, "reason"),
        ("charges", 1, "amount"),
        ("charges", 1, "vat"),
        ("totals", "net"),
    }


def test_a_malformed_number_is_told_with_whatever_else_is_wrong():
    buyer = an_order_body()["buyer"] | {"kind": "business", "vat_number": "FR00000000000"}
    body = an_order_body(buyer=buyer, ordered_on="tomorrow")

    assert set(faults(body)) == {("ordered_on",), ("buyer", "vat_number")}


def test_each_place_is_told_one_fault():
    body = an_order_body(charges=[{"reason": "Port", "amount": "6.90555"}])

    assert faults(body) == [("charges", 0, "amount")]


def test_what_was_read_before_is_measured_too():
    line = an_order(currency="KWD", lines=[a_line(discount="0.005")]).lines[0]

    with pytest.raises(ValidationError, match="EUR has 2 decimals"):
        Order.model_validate(an_order_body(lines=[line]))


@pytest.mark.parametrize("text", ["a\x00", "\x1b[1m", "\u202egnp", "x\ny", "\ufffe"])
@pytest.mark.parametrize(
    "place",
    [
        ("buyer", "name"),
        ("buyer", "address", "city"),
        ("lines", 0, "description"),
        ("allowances", 0, "reason"),
        ("purchase_order",),
    ],
)
def test_what_no_document_can_show_is_refused_where_it_stands(place, text):
    body = an_order_body(allowances=[{"reason": "Bienvenue", "amount": "1.00"}])
    part = body = json.loads(json.dumps(body))
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = text + "."

    assert faults(body) == [place]


def test_a_note_may_have_several_lines():
    assert an_order(note="Merci,\nà bientôt").note == "Merci,\nà bientôt"
    assert faults(an_order_body(note="\x0b")) == [("note",)]


@pytest.mark.parametrize("how_much", [{}, {"amount": "1.00", "percent": "10"}])
def test_a_discount_is_an_amount_or_a_percentage(how_much):
    change = {"reason": "Bienvenue"} | how_much

    assert faults(an_order_body(allowances=[change])) == [("allowances", 0)]
    assert faults(an_order_body(lines=[a_line(charges=[change])])) == [("lines", 0, "charges", 0)]


def test_a_period_ends_after_it_starts():
    period = {"start": "2026-11-02", "end": "2026-11-01"}

    assert faults(an_order_body(period=period)) == [("period",)]
    line = a_line(details={"period": period})
    assert faults(an_order_body(lines=[line])) == [("lines", 0, "details", "period")]


def test_a_line_names_one_code_of_each_classification():
    codes = [{"scheme": "HS", "code": "940511"}, {"scheme": "HS", "code": "940512"}]
    line = a_line(details={"classifications": codes})

    assert faults(an_order_body(lines=[line])) == [("lines", 0, "details", "classifications")]


@pytest.mark.parametrize(
    "line",
    [
        a_line(exemption={"code": "VATEX-EU-132", "reason": "x"}, margin_scheme="second_hand"),
        a_line(margin_scheme="second_hand", supply="services"),
    ],
)
def test_a_line_is_treated_in_one_way(line):
    assert faults(an_order_body(lines=[line])) == [("lines", 0)]


def test_a_deposit_is_asked_for_or_deducted():
    body = an_order_body(deposit={"percent": "30"}, deducts=["FA-2026-000001"])

    assert faults(body) == [("deducts",)]


def test_what_contradicts_itself_is_told_with_whatever_else_is_wrong_there():
    reason = {"reason": "\x00"}
    line = {
        "price": "999999999999",
        "quantity": "2",
        "color": "red",
        "charges": [reason | {"amount": "1.00", "percent": "1"}],
    }
    treated = a_line("x", margin_scheme="antiques", supply="digital")
    body = an_order_body(
        lines=[line, treated],
        allowances=[reason],
        period={"start": "2026-11-02", "end": "2026-11-01", "color": "red"},
        deposit={"color": "red"},
    )

    assert set(faults(body)) == {
        ("lines", 0),
        ("lines", 0, "color"),
        ("lines", 0, "description"),
        ("lines", 0, "charges", 0),
        ("lines", 0, "charges", 0, "reason"),
        ("lines", 1),
        ("lines", 1, "price"),
        ("allowances", 0),
        ("allowances", 0, "reason"),
        ("period",),
        ("period", "color"),
        ("deposit",),
        ("deposit", "color"),
    }


@pytest.mark.parametrize("said", [[], "x", None, {"lines": 3}, {"lines": [3], "period": "x"}])
def test_what_is_no_order_at_all_is_refused(said):
    with pytest.raises(ValidationError):
        Order.model_validate(said)


@pytest.mark.parametrize("rounding", ["1e9999999", "1e-9999999", "-0e9999999", "9" * 5000])
def test_an_amount_beyond_all_measure_is_refused_or_nothing(rounding):
    with pytest.raises(ValidationError) as refused:
        an_order(rounding=Decimal(rounding), color="red")

    assert ("color",) in {each["loc"] for each in refused.value.errors()}


def test_what_is_nested_beyond_all_measure_is_refused():
    said: object = "x"
    for _ in range(5000):
        said = [said]

    with pytest.raises(ValidationError):
        an_order(note=said)


def test_half_a_character_is_refused_where_it_stands():
    with pytest.raises(ValidationError) as refused:
        an_order(note="\ud800")

    assert [each["loc"] for each in refused.value.errors()] == [("note",)]


def test_what_is_supplied_over_time_is_supplied_on_its_last_day():
    period = {"start": "2026-11-01", "end": "2026-11-30"}

    assert str(an_order(period=period).supplied_on) == "2026-11-30"
    assert str(an_order(period=period, delivered_on="2026-12-01").supplied_on) == "2026-12-01"
    assert str(an_order(ordered_on="2026-11-20").supplied_on) == "2026-11-20"


def test_a_line_may_differ_from_its_order_about_vat_in_prices():
    order = an_order(lines=[a_line(), a_line(prices_include_vat=False)])

    assert [order.includes_vat(line) for line in order.lines] == [True, False]


def test_a_price_is_for_more_than_nothing():
    line = a_line(price_quantity="0")

    assert faults(an_order_body(lines=[line])) == [("lines", 0, "price_quantity")]


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


def test_an_order_has_no_more_allowances_and_charges_than_can_be_printed():
    change = {"reason": "x", "amount": 1}
    some, one_more = {"charges": [change] * 2}, {"charges": [change] * 2, "allowances": [change]}

    assert len(an_order(lines=[a_line() | some] * 1000).lines) == 1000
    assert faults(an_order_body(lines=[a_line() | some] * 999 + [a_line() | one_more])) == [()]


def test_an_order_has_room_for_what_a_table_can_keep():
    lines = [a_line(description="é" * 75)] * 1000

    assert len(an_order(lines=lines).lines) == 1000
    assert faults(an_order_body(lines=[a_line(description="é" * 81)] * 1000)) == [()]


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_the_greatest_order_can_be_summed_and_a_greater_one_is_refused(currency):
    line = a_line(
        "999999999999.999999",
        charges=[{"reason": "x", "percent": "999.9999"}] * 2,
    )
    order = an_order(currency=currency, lines=[line] * 1000)

    priced = pricing.price(order, Rates([Rate("S", Decimal("25.5"))] * 1000))

    assert priced.totals.gross + priced.totals.rounding == priced.totals.due
    body = an_order_body(lines=[line | {"price_quantity": "0.9999"}])
    assert faults(body) == [("lines", 0)]


def test_what_was_paid_is_more_than_nothing():
    body = an_order_body(payments=[{"paid_on": "2026-11-20", "amount": "0.00"}])

    assert faults(body) == [("payments", 0, "amount")]


def test_the_goods_go_to_the_buyer_unless_the_order_says_otherwise():
    assert an_order().place.country == "FR"
    assert an_order(deliver_to=TOKYO).place.country == "JP"


def test_what_is_paid_on_a_day_to_come_is_refused_where_it_stands():
    paid = [{"paid_on": f"2026-11-{day}", "amount": "1.00"} for day in (20, 21, 22)]

    with pytest.raises(RefusedError) as refused:
        refuse_paid_ahead(an_order(payments=paid), today=date(2026, 11, 21))

    assert [reason.path for reason in refused.value.reasons] == ["$.payments[2].paid_on"]
    refuse_paid_ahead(an_order(payments=paid[:2]), today=date(2026, 11, 21))
