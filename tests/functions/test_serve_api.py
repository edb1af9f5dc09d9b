import pytest

from tests.books import PDF, XML, an_invoice_in_the_books, issue_order, issue_receipt
from tests.doors import call

pytestmark = pytest.mark.usefixtures("shop")

ROUTES = [
    "/v1/invoices/FA-2026-000001",
    "/v1/invoices/FA-2026-000001/pdf",
    "/v1/invoices/FA-2026-000001/xml",
]


def get(path, **how):
    return call("serve_api", "GET", path, **how)


def test_an_invoice_is_given_as_it_was_sealed_with_what_is_open():
    an_invoice_in_the_books()

    answer = get("/v1/invoices/FA-2026-000001").json

    assert answer["status"] == "open"
    assert answer["balance"]["due"] == {"amount": "120.00", "currency": "EUR"}
    assert answer["invoice"]["draft"]["totals"]["gross"]["amount"] == "120.00"
    assert answer["seal"]["previous"] == "0" * 64
    assert answer["files"]["pdf"]["sha256"] == PDF.sha256


def test_an_invoice_whose_files_are_not_stored_yet_says_so():
    issue_order()

    assert get("/v1/invoices/FA-2026-000001").json["files"] is None
    assert get("/v1/invoices/FA-2026-000001/pdf").status == 404


def test_an_invoice_that_was_paid_says_so():
    issue_order()
    issue_receipt("120.00")

    assert get("/v1/invoices/FA-2026-000001").json["status"] == "paid"


@pytest.mark.parametrize("content", [PDF, XML])
def test_the_stored_file_is_the_one_that_is_served(content):
    an_invoice_in_the_books()

    answer = get(f"/v1/invoices/FA-2026-000001/{content.type}")

    assert (answer.status, answer.body) == (200, content.data)
    assert answer.headers["content-type"] == f"application/{content.type}"


@pytest.mark.parametrize("path", ROUTES)
def test_another_shops_invoices_are_as_if_they_were_not(path, neighbour):
    an_invoice_in_the_books()

    answer = get(path, key=neighbour)

    assert answer.status == 404
    assert answer.json == get("/v1/invoices/none", key=neighbour).json


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("key", [None, "fk_wrong"])
def test_without_a_key_nothing_is_told(path, key):
    an_invoice_in_the_books()

    answer = get(path, key=key)

    assert answer.status == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/invoices/FA-2026-000002",
        "/v1/invoices/RC-2026-000001",
        "/v1/invoices/nonsense",
        "/v1/invoices/nonsense/pdf",
        "/v1/nothing",
    ],
)
def test_what_is_not_there_is_not_found(path):
    an_invoice_in_the_books()
    issue_receipt()

    assert get(path).status == 404


def test_a_document_has_one_number_and_no_short_one():
    an_invoice_in_the_books()

    assert get("/v1/invoices/FA-2026-1").status == 404
