"""What is unlike its seller waits before it uses a number, and goes on when it is released."""

import zlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from invoicing.habits import Habits
from invoicing.records import canonical, plain
from tests.habits import a_day
from tests.sales import an_order

PAID_TOO_MUCH = [{"paid_on": "2025-11-20", "amount": "5000.00"}]


@pytest.fixture(scope="module")
def known_shop(stack, open_shop):
    """A shop of whom a month is known: ten invoices a day in France, the largest of 12 EUR."""
    shop = open_shop("known")
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    habits = Habits.none(today - timedelta(days=30))
    for n in range(30, 0, -1):
        habits = habits.learnt(a_day(today - timedelta(days=n), 10, largest="12.00"), {})
    packed = zlib.compress(canonical(plain(habits)))
    key = {"pk": {"S": "WATCH#known"}, "sk": {"S": "WATCH"}}
    item = key | {"habits": {"B": packed}, "until": {"S": f"{habits.until}"}}
    stack.client("dynamodb").put_item(TableName=stack.outputs["OperationsTable"], Item=item)
    return shop


def a_lamp(price: str):
    return an_order(lines=[{"description": "Lampe", "price": price}], charges=[], allowances=[])


def reasons(held) -> list[str]:
    return [each["code"] for each in held["reasons"]]


def test_an_order_like_all_others_is_invoiced(known_shop):
    order = a_lamp("12.00")
    known_shop.post(order)

    assert known_shop.until(order["id"], "done")


def test_an_amount_that_was_never_asked_for_waits_and_is_released(known_shop):
    order = a_lamp("1200.00")
    known_shop.post(order)

    held = known_shop.until(order["id"], "held")
    assert reasons(held) == ["unusual_amount"]
    assert "100 times the largest invoice of the last 90 days" in held["reasons"][0]["message"]

    answer = known_shop.decide(order["id"], "release", reasons=["unusual_amount"])
    assert answer.status_code == 200
    assert known_shop.until(order["id"], "done")


def test_many_are_released_at_once_and_the_following_of_today_pass(known_shop):
    orders = [a_lamp("2400.00") for _ in range(2)]
    for order in orders:
        known_shop.post(order)
        known_shop.until(order["id"], "held")

    answer = known_shop.release_all("unusual_amount")

    assert answer.json() == {"released": 2, "more": False}
    another = a_lamp("2400.00")
    known_shop.post(another)
    assert [known_shop.until(order["id"], "done")["status"] for order in [*orders, another]]


def test_an_order_that_waits_with_a_deposit_is_listed_and_released(our_shop, sell):
    deposit = sell("deposit").number
    final = an_order("final", deducts=[deposit], payments=PAID_TOO_MUCH)
    our_shop.post(final)
    our_shop.until(final["id"], "held")

    listed = our_shop.get("/v1/orders?status=held").json()["orders"]
    corrected = our_shop.correct(final | {"payments": []})

    assert final["id"] in [each["id"] for each in listed]
    assert corrected.status_code == 200, corrected.text
    number = our_shop.until(final["id"], "done")["invoice"]["number"]
    assert our_shop.invoice(number)["balance"]["due"]["amount"] == "1680.00"
