from datetime import timedelta

import pytest

from invoicing.adapters import http_cursors
from invoicing.adapters.operations import cases_table
from invoicing.adapters.operations.agenda_index import Mark
from tests.books import issue_order
from tests.builders import NOON, a_case, a_claim, a_dispute, a_seller
from tests.doors import call

pytestmark = pytest.mark.usefixtures("shop")

NUMBER = "FA-2026-000001"


def keep(about):
    return cases_table.keep(a_case(about), a_seller())


def get(path, **how):
    return call("serve_cases", "GET", path, **how)


def test_a_case_is_told_with_its_deadline_and_what_may_be_decided():
    keep(a_dispute(due_by=NOON + timedelta(days=7)))

    told = get(f"/v1/invoices/{NUMBER}/cases/du_1").json

    assert (told["status"], told["may_decide"]) == ("open", [])
    assert told["about"]["due_by"] == "2026-11-28T12:00:00Z"
    assert told["href"] == f"/v1/invoices/{NUMBER}/cases/du_1"


def test_the_cases_of_an_invoice_are_listed_open_or_not():
    issue_order()
    keep(a_dispute(status="won"))
    claim = keep(a_claim())

    told = get(f"/v1/invoices/{NUMBER}/cases").json["cases"]

    assert {(each["id"], each["status"]) for each in told} == {
        ("du_1", "closed"),
        (claim.key.id, "open"),
    }


def test_open_cases_are_listed_page_by_page():
    for n in range(3):
        keep(a_dispute(id=f"du_{n}", opened_at=NOON + timedelta(hours=n)))
    keep(a_dispute(id="du_9", status="won"))

    first = get("/v1/cases", query={"status": "open", "limit": "2"}).json
    query = {"status": "open", "cursor": first["cursor"]}
    rest = get("/v1/cases", query=query).json

    assert [each["id"] for each in first["cases"]] == ["du_0", "du_1"]
    assert [each["id"] for each in rest["cases"]] == ["du_2"]
    assert not rest.get("cursor")


@pytest.mark.parametrize(
    "query",
    [{}, {"status": "closed"}, {"status": "open", "limit": "0"}, {"status": "open", "cursor": "x"}],
)
def test_a_list_that_there_is_not_is_refused(query):
    assert get("/v1/cases", query=query).status == 422


def test_a_cursor_of_another_list_is_refused():
    cursor = http_cursors.written(Mark(source="evt_1"))

    assert get("/v1/cases", query={"status": "open", "cursor": cursor}).status == 422


def test_a_case_of_another_seller_is_not_found(neighbour):
    keep(a_dispute())

    assert get(f"/v1/invoices/{NUMBER}/cases/du_1", key=neighbour).status == 404
    assert get(f"/v1/invoices/{NUMBER}/cases", key=neighbour).status == 404
    assert get("/v1/cases", query={"status": "open"}, key=neighbour).json["cases"] == []


def test_an_invoice_without_cases_has_none():
    issue_order()

    assert get(f"/v1/invoices/{NUMBER}/cases").json == {"cases": []}
