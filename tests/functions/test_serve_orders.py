from datetime import timedelta

import pytest

from invoicing import requests
from invoicing.adapters import http_cursors
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.adapters.operations.requests_table import inbox
from invoicing.credit_notes import Asked
from invoicing.errors import Reason
from invoicing.records import plain
from tests import aws
from tests.books import PDF, XML, issue_order, store
from tests.builders import CREDIT_NOTES, NOON, a_credit, a_key, a_request, a_seller, an_order
from tests.doors import call

pytestmark = pytest.mark.usefixtures("shop")

ROUTES = ["/v1/orders/1001", "/v1/orders/1001/explanation"]


def get(path, **how):
    return call("serve_orders", "GET", path, **how)


def test_an_order_says_where_it_stands():
    inbox().accept(a_request())

    answer = get("/v1/orders/1001")

    assert answer.status == 200
    assert (answer.json["id"], answer.json["status"]) == ("1001", "received")
    assert "invoice" not in answer.json


def test_a_held_order_says_why():
    inbox().accept(a_request(seller=a_seller(vat_number=None)))

    answer = get("/v1/orders/1001")

    assert answer.json["status"] == "held"
    [reason] = answer.json["reasons"]
    assert reason["code"] == "seller_vat_number_missing"
    assert reason["message"]


def test_a_held_order_is_shown_as_it_was_sent():
    order = an_order(note="Merci")
    inbox().accept(a_request(order, seller=a_seller(vat_number=None)))

    assert get("/v1/orders/1001").json["order"] == plain(order)


def listed(**query):
    return get("/v1/orders", query={"status": "held"} | query).json


def test_held_orders_are_listed_with_their_reasons_oldest_first():
    for minutes, order_id in [(2, "1002"), (1, "1001"), (3, "1003")]:
        at, seller = NOON + timedelta(minutes=minutes), a_seller(vat_number=None)
        inbox().accept(a_request(id=order_id, at=at, seller=seller))
    inbox().accept(a_request(id="1004"))

    answer = listed()

    assert [order["id"] for order in answer["orders"]] == ["1001", "1002", "1003"]
    assert all(order["reasons"] for order in answer["orders"])
    assert answer["cursor"] is None


def test_a_long_list_is_read_page_by_page():
    for n in range(5):
        at, seller = NOON + timedelta(minutes=n), a_seller(vat_number=None)
        inbox().accept(a_request(id=f"{n}", at=at, seller=seller))

    pages: list[list[str]] = []
    cursor = None
    while not pages or cursor:
        page = listed(limit="2", **({"cursor": cursor} if cursor else {}))
        pages.append([order["id"] for order in page["orders"]])
        cursor = page["cursor"]

    assert [page for page in pages if page] == [["0", "1"], ["2", "3"], ["4"]]


def test_a_list_shows_the_callers_orders_alone(neighbour):
    inbox().accept(a_request(seller=a_seller(vat_number=None)))

    assert get("/v1/orders", query={"status": "held"}, key=neighbour).json["orders"] == []
    assert get("/v1/orders", query={"status": "held"}, key=None).status == 401


@pytest.mark.parametrize(
    "query",
    [{"status": "done"}, {}, {"status": "held", "limit": "0"}, {"status": "held", "cursor": "x"}],
)
def test_a_list_that_cannot_be_given_is_refused(query):
    assert get("/v1/orders", query=query).status == 422


def test_a_cursor_of_another_list_is_refused():
    cursor = http_cursors.written(Mark(source="evt_1"))

    assert get("/v1/orders", query={"status": "held", "cursor": cursor}).status == 422


def test_an_order_is_explained_in_words():
    inbox().accept(a_request())

    answer = get("/v1/orders/1001/explanation")

    assert answer.headers["content-type"].startswith("text/plain")
    assert "treatment: domestic" in answer.text


def test_an_order_is_explained_alike_before_and_after_it_has_its_invoice():
    inbox().accept(a_request().ready())
    before = get("/v1/orders/1001/explanation")

    issue_order()

    assert not [item for item in aws.items("Operations") if "draft" in item]
    assert get("/v1/orders/1001/explanation").text == before.text


def test_a_held_order_is_explained_by_its_reasons():
    inbox().accept(a_request(seller=a_seller(vat_number=None)))

    assert "seller_vat_number_missing" in get("/v1/orders/1001/explanation").text


def test_a_numbered_order_leads_to_its_invoice():
    issue_order()

    answer = get("/v1/orders/1001")

    assert answer.json["status"] == "numbered"
    invoice = call("serve_api", "GET", answer.json["invoice"]["href"])
    assert invoice.json["number"] == "FA-2026-000001"


def test_an_order_is_done_when_its_files_are_stored():
    store(issue_order(), PDF, XML)

    assert get("/v1/orders/1001").json["status"] == "done"


@pytest.mark.parametrize("path", ROUTES)
def test_another_shops_orders_are_as_if_they_were_not(path, neighbour):
    inbox().accept(a_request())

    answer = get(path, key=neighbour)

    assert answer.status == 404
    assert answer.json == get("/v1/orders/none", key=neighbour).json


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("key", [None, "fk_wrong"])
def test_without_a_key_nothing_is_told(path, key):
    inbox().accept(a_request())

    assert get(path, key=key).status == 401


OVERTAKEN = Reason(code="more_than_left", message="nothing is left")


def a_held_credit(source="C-1", *, minutes=0):
    asked = Asked(invoice="FA-2026-000001", credit=a_credit(id=source, whole=True))
    at = NOON + timedelta(minutes=minutes)
    request = requests.of_credit(asked, a_key(source, CREDIT_NOTES), at=at)
    return inbox().accept(request.held((OVERTAKEN,)))


def test_held_credits_are_listed_with_their_reasons_oldest_first():
    for minutes, source in [(2, "C-2"), (1, "C-1")]:
        a_held_credit(source, minutes=minutes)
    inbox().accept(a_request(seller=a_seller(vat_number=None)))  # an order is no credit

    answer = get("/v1/credit-notes", query={"status": "held"}).json

    assert [credit["id"] for credit in answer["credits"]] == ["C-1", "C-2"]
    assert answer["credits"][0]["reasons"][0]["code"] == "more_than_left"
    assert answer["credits"][0]["href"] == "/v1/invoices/FA-2026-000001/credit-notes/C-1"
    assert answer["cursor"] is None


def test_a_list_of_credits_is_read_page_by_page():
    for n in range(3):
        a_held_credit(f"C-{n}", minutes=n)

    first = get("/v1/credit-notes", query={"status": "held", "limit": "2"}).json
    more = {"status": "held", "limit": "2", "cursor": first["cursor"]}
    second = get("/v1/credit-notes", query=more).json

    assert [credit["id"] for credit in first["credits"] + second["credits"]] == [
        "C-0",
        "C-1",
        "C-2",
    ]


def test_a_list_of_credits_shows_the_callers_alone(neighbour):
    a_held_credit()

    assert get("/v1/credit-notes", query={"status": "held"}, key=neighbour).json["credits"] == []
    assert get("/v1/credit-notes", query={"status": "held"}, key=None).status == 401
