from datetime import datetime, timedelta

import pytest

from invoicing import requests
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Check
from invoicing.credit_notes import Asked
from invoicing.errors import Reason
from invoicing.habits import Trait
from invoicing.requests import Cancellation
from tests import aws
from tests.builders import (
    CREDIT_NOTES,
    NOON,
    TOKYO,
    a_buyer,
    a_credit,
    a_key,
    a_request,
    a_seller,
)
from tests.doors import call, function
from tests.habits import a_day

RATE = Reason(code="unusual_rate", message="400 invoices since yesterday", releasable=True)
COUNTRY = Reason(code="unusual_country", message="none went to JP before", releasable=True)
OTHER = Reason(code="totals_differ", message="119.00 and 120.00", releasable=True)


def hold(order_id, *reasons: Reason, **changes):
    inbox().accept(a_request(id=order_id, **changes))
    inbox().decide(the(order_id).held(reasons))


def the(order_id):
    return inbox().read(a_key(order_id))


def release(*codes: str, of="orders", **how):
    body = {"reasons": list(codes)}
    return call("release_requests", "POST", f"/v1/{of}/release", body=body, **how)


def checks(shop):
    return [Check(**message["body"]).request for message in aws.received(shop["CHECK_QUEUE"])]


def test_all_that_the_day_had_too_many_of_goes_on(shop):
    for order in ("1001", "1002", "1003"):
        hold(order, RATE)

    answer = release("unusual_rate")

    assert (answer.status, answer.json) == (200, {"released": 3, "more": False})
    assert [the(order).state for order in ("1001", "1002", "1003")] == ["RECEIVED"] * 3
    assert the("1001").overruled == ("unusual_rate",)
    assert set(checks(shop)) == {a_key("1001"), a_key("1002"), a_key("1003")}


def test_what_is_held_for_another_reason_stays(shop):
    hold("1001", OTHER)
    hold("1002", OTHER, RATE)

    assert release("unusual_rate").json["released"] == 1

    assert the("1001").state == "HELD"
    assert (the("1002").state, the("1002").overruled) == ("RECEIVED", ("unusual_rate",))
    assert checks(shop) == [a_key("1002")]


@pytest.mark.usefixtures("shop")
def test_what_follows_today_passes_and_tomorrow_does_not():
    today = datetime.now(a_seller().timezone).date()
    watch_table.learn("atelier", a_day(today - timedelta(days=1), 10), {})

    release("unusual_rate")

    watch = watch_table.read("atelier")
    assert watch
    assert watch.waived == {"invoice.unusual_rate": today}


@pytest.mark.usefixtures("shop")
def test_a_country_that_was_released_is_usual():
    today = datetime.now(a_seller().timezone).date()
    watch_table.learn("atelier", a_day(today - timedelta(days=1), 10), {})
    hold("1001", COUNTRY, buyer=a_buyer(address=TOKYO).model_dump(mode="json"))

    release("unusual_country")

    watch = watch_table.read("atelier")
    assert watch
    assert watch.welcome == {str(Trait(aspect="country", value="JP"))}


def test_more_than_one_call_can_release_are_released_by_the_next(shop, monkeypatch):
    monkeypatch.setattr(function("release_requests"), "MOST", 4)
    monkeypatch.setattr(function("release_requests"), "PAGE", 2)
    for n in range(7):
        hold(f"{n}", RATE)

    assert release("unusual_rate").json == {"released": 4, "more": True}
    assert release("unusual_rate").json == {"released": 3, "more": False}
    assert len(checks(shop)) == 7


def test_credits_are_released_like_orders(shop):
    asked = Asked(invoice="FA-2026-000001", credit=a_credit(whole=True))
    key = a_key("C-1", CREDIT_NOTES)
    inbox().accept(requests.of_credit(asked, key, at=NOON))
    inbox().decide(inbox().read(key).held((RATE,)))

    assert release("unusual_rate", of="credit-notes").json == {"released": 1, "more": False}

    assert inbox().read(key).state == "RECEIVED"
    assert checks(shop) == [key]


@pytest.mark.usefixtures("shop")
def test_only_what_looks_unusual_can_be_released_for_many():
    answer = release("totals_differ")

    assert answer.status == 422
    assert answer.json["errors"][0]["path"] == "$.reasons[0]"
    assert release().status == 422


def test_nobody_releases_the_orders_of_another(neighbour):
    hold("1001", RATE)

    assert release("unusual_rate", key=neighbour).json["released"] == 0
    assert release("unusual_rate", key=None).status == 401
    assert the("1001").state == "HELD"


@pytest.mark.usefixtures("shop")
def test_who_was_cancelled_meanwhile_stays_so(monkeypatch):
    hold("1001", RATE)
    page = inbox().page

    def slowly(series, state, **how):
        found = page(series, state, **how)
        inbox().settle(the("1001").cancelled(Cancellation(reason="a mistake")))
        return found

    monkeypatch.setattr(inbox(), "page", slowly)

    assert release("unusual_rate").json["released"] == 0
    assert the("1001").state == "CANCELLED"
