"""No seller ever sees what is another's."""

import pytest
import requests

from tests.sales import an_order


@pytest.fixture(scope="module")
def stranger(open_shop):
    return open_shop("stranger")


def test_two_shops_with_the_same_order_id_do_not_meet(sell, stranger):
    mine = sell()
    theirs = an_order("japanese-consumer", id=mine.order["id"])

    answer = stranger.post(theirs)

    assert answer.status_code == 202
    number = stranger.until(theirs["id"], "done")["invoice"]["number"]
    assert stranger.invoice(number)["balance"]["due"] == {"amount": "5900", "currency": "JPY"}
    assert mine.invoice["balance"]["due"]["currency"] == "EUR"


def test_another_sellers_key_finds_nothing(sell, stranger):
    sale = sell()
    nothing = stranger.get("/v1/invoices/FA-1999-000001").json()

    for path in (
        f"/v1/orders/{sale.order['id']}",
        f"/v1/invoices/{sale.number}",
        f"/v1/invoices/{sale.number}/pdf",
        f"/v1/invoices/{sale.number}/xml",
    ):
        answer = stranger.get(path)
        assert answer.status_code == 404, path
        assert answer.json() == nothing


def test_an_unknown_key_opens_no_door(our_shop, sell):
    sale = sell()
    headers = {"Authorization": "Bearer fk_nobody"}

    for path in (f"/v1/orders/{sale.order['id']}", f"/v1/invoices/{sale.number}"):
        answer = requests.get(our_shop.api_url + path, headers=headers, timeout=60)
        assert answer.status_code == 401, path
        assert sale.number not in answer.text
