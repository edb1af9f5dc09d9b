import json
from decimal import Decimal

import pytest

from invoicing.adapters.operations import inbox_index, request_items
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Check
from local import vies
from tests import aws
from tests.builders import a_key, a_line, a_seller, an_order_body
from tests.doors import call
from tests.invoicing.einvoices import GERMAN_HOTEL

pytestmark = pytest.mark.usefixtures("shop")


def post(body=None, **how):
    sent = an_order_body() if body is None else body
    return call("take_order", "POST", "/v1/orders", body=sent, **how)


def test_an_order_is_kept_and_sent_to_the_check(shop):
    answer = post()

    assert answer.status == 202
    assert answer.json["id"] == "1001"
    assert answer.json["href"] == "/v1/orders/1001"
    assert inbox().read(a_key()).state == "RECEIVED"
    [message] = aws.received(shop["CHECK_QUEUE"])
    assert Check(**message["body"]).request == a_key()


def test_the_same_order_again_gets_the_same_answer_and_is_one_request():
    first, second = post(), post()

    assert (first.status, first.json) == (second.status, second.json)
    assert len(list(inbox_index.undone())) == 1


def test_a_repeat_of_an_order_that_went_on_is_not_checked_again(shop):
    post()
    aws.received(shop["CHECK_QUEUE"])
    inbox().decide(inbox().read(a_key()).ready())

    assert post().status == 202
    assert aws.received(shop["CHECK_QUEUE"]) == []


def test_another_content_under_the_same_id_is_a_conflict():
    post()

    answer = post(an_order_body(lines=[a_line("1.00")]))

    assert answer.status == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert inbox().read(a_key()).order.lines[0].price == Decimal("120.00")


@pytest.mark.parametrize("key", [None, "fk_wrong"])
def test_who_has_no_key_is_turned_away(key):
    assert post(key=key).status == 401
    assert list(inbox_index.undone()) == []


@pytest.mark.parametrize("body", [an_order_body(id=""), "{", "[]", '{"id": 1}'])
def test_who_has_no_key_learns_nothing_about_bodies(body):
    answer = post(body, key=None)

    assert answer.status == 401
    assert "errors" not in answer.json


def test_money_of_a_day_to_come_pays_nothing():
    answer = post(an_order_body(payments=[{"paid_on": "9899-12-31", "amount": "1.00"}]))

    assert answer.status == 422
    assert [fault["path"] for fault in answer.json["errors"]] == ["$.payments[0].paid_on"]
    assert list(inbox_index.undone()) == []


def test_every_fault_of_a_body_is_told_with_its_path():
    answer = post(an_order_body(currency="EURO", lines=[a_line("one"), a_line(color="red")]))

    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {fault["path"] for fault in answer.json["errors"]} == {
        "$.currency",
        "$.lines[0].price",
        "$.lines[1].color",
    }
    assert list(inbox_index.undone()) == []


def test_a_day_from_which_no_term_can_be_counted_is_told_with_its_path():
    day = "9999-12-31"
    answer = post(an_order_body(delivered_on=day, payments=[{"paid_on": day, "amount": "1.00"}]))

    places = {fault["path"] for fault in answer.json["errors"]}
    assert places == {"$.delivered_on", "$.payments[0].paid_on"}


def test_an_amount_finer_than_the_currency_is_told_with_its_path():
    answer = post(an_order_body(charges=[{"reason": "Port", "amount": "6.905"}]))

    assert [fault["path"] for fault in answer.json["errors"]] == ["$.charges[0].amount"]


def test_ten_thousand_lines_are_refused_before_anything_is_kept():
    answer = post(an_order_body(lines=[a_line()] * 10_000))

    assert answer.status == 422
    found = [(fault["path"], fault["code"]) for fault in answer.json["errors"]]
    assert ("$.lines", "too_long") in found
    assert list(inbox_index.undone()) == []


@pytest.mark.parametrize("body", ["{", "", "null", "[]", '"order"'])
def test_a_body_that_is_no_order_at_all_is_refused(body):
    assert post(body).status == 422


def test_amounts_written_as_numbers_keep_their_exact_value():
    text = json.dumps(an_order_body()).replace('"120.00"', "8.90")

    assert post(text).status == 202
    assert str(inbox().read(a_key()).order.lines[0].price) == "8.90"


def test_an_order_that_cannot_be_an_invoice_is_kept_and_held(shop):
    sellers().save(a_seller(vat_number=None))

    answer = post()

    assert answer.status == 202
    held = inbox().read(a_key())
    assert (held.state, held.reasons[0].code) == ("HELD", "seller_vat_number_missing")
    assert aws.received(shop["CHECK_QUEUE"]) == []


def test_the_link_of_the_page_is_new_for_each_order_and_stays_with_it():
    post(an_order_body(id="1001"))
    post(an_order_body(id="1002"))
    first = inbox().read(a_key("1001")).draft
    post(an_order_body(id="1001"))

    assert first.token != inbox().read(a_key("1002")).draft.token
    assert len(first.token) >= 22
    assert inbox().read(a_key("1001")).draft == first
    assert first.site == "https://api.example"


def dry(body):
    return call("take_order", "POST", "/v1/orders", body=body, query={"dry_run": "true"})


def test_a_dry_run_answers_with_the_draft_and_keeps_nothing(shop):
    answer = dry(an_order_body())

    assert (answer.status, answer.json["status"], answer.json["id"]) == (200, "priced", "1001")
    assert answer.json["draft"]["totals"]["due"] == {"amount": "120.00", "currency": "EUR"}
    assert answer.json["draft"]["vat"][0]["decision"]["treatment"] == "domestic"
    assert not {"token", "site"} & set(answer.json["draft"])
    assert list(inbox_index.undone()) == []
    assert aws.received(shop["CHECK_QUEUE"]) == []


def test_a_dry_run_takes_no_id():
    dry(an_order_body(note="first thought"))

    assert post().status == 202


def test_a_dry_run_tells_each_reason_against_an_invoice():
    answer = dry(an_order_body(totals={"total": "1.00"}))

    assert (answer.status, answer.json["status"]) == (200, "held")
    assert [reason["code"] for reason in answer.json["reasons"]] == ["totals_differ"]
    assert answer.json["reasons"][0]["releasable"] is True


def test_an_order_in_letters_that_no_font_has_is_accepted_and_held_with_them():
    body = an_order_body(lines=[a_line(description="Lampe 灯")])

    answer = post(body)

    held = inbox().read(a_key("1001"))
    assert (answer.status, held.state) == (202, "HELD")
    assert [(reason.code, reason.path) for reason in held.reasons] == [
        ("characters_unprintable", "lines[0].description")
    ]
    assert "灯 (U+706F)" in held.reasons[0].message
    assert dry(body | {"id": "1002"}).json["reasons"][0]["code"] == "characters_unprintable"


def test_a_product_with_an_emoji_in_its_name_is_sold():
    assert post(an_order_body(lines=[a_line(description="T-shirt 🎉")])).status == 202

    assert inbox().read(a_key("1001")).state == "RECEIVED"


def test_a_dry_run_is_yes_or_no():
    answer = call("take_order", "POST", "/v1/orders", body=an_order_body(), query={"dry_run": "?"})

    assert answer.status == 422


def test_a_number_in_json_is_read_exactly():
    body = json.dumps(an_order_body()).replace('"120.00"', "0.1234567890123456789")

    answer = post(body)

    assert answer.status == 422  # not cut to what a binary float holds
    assert [fault["path"] for fault in answer.json["errors"]] == ["$.lines[0].price"]


def test_what_the_vat_hangs_on_is_asked_before_it_is_priced(monkeypatch):
    with vies.answering() as (_, url):
        monkeypatch.setenv("VIES_ENDPOINT", url)
        answered = dry(an_order_body(buyer=GERMAN_HOTEL)).json

    assert answered["draft"]["vat_check"]["outcome"] == "valid"


def test_an_order_whose_vat_hangs_on_who_does_not_answer_is_held():
    answered = dry(an_order_body(buyer=GERMAN_HOTEL)).json

    assert [reason["code"] for reason in answered["reasons"]] == ["vat_number_unverified"]


def test_nobody_is_asked_while_the_shop_waits_for_its_answer(monkeypatch):
    with vies.answering() as (stand_in, url):
        monkeypatch.setenv("VIES_ENDPOINT", url)
        post(an_order_body(buyer=GERMAN_HOTEL))

    assert stand_in.asked == []
    kept = inbox().read(a_key())
    assert (kept.state, kept.draft) == ("RECEIVED", None)


def test_an_order_that_no_item_can_hold_is_refused_with_what_to_do(shop, monkeypatch):
    monkeypatch.setattr(request_items, "MOST_TAKEN", 300)

    answer = post()

    assert answer.status == 422
    [error] = answer.json["errors"]
    assert (error["code"], error["path"]) == ("too_large", "$")
    assert "split it" in error["message"]
    assert aws.received(shop["CHECK_QUEUE"]) == []
