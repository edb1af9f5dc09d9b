import pytest

from invoicing.adapters.operations import freezes_table
from tests.books import issue_order
from tests.doors import call

NUMBER = "FA-2026-000001"

pytestmark = pytest.mark.usefixtures("an_invoice")


@pytest.fixture(name="an_invoice")
def _issued(shop):  # noqa: ARG001  made after it
    issue_order()


def freeze(**asked):
    return call("freeze_invoice", "POST", f"/v1/invoices/{NUMBER}/freezes", body=asked)


def lift(reason, **how):
    return call("freeze_invoice", "DELETE", f"/v1/invoices/{NUMBER}/freezes/{reason}", **how)


def kept():
    return [each.reason for each in freezes_table.read("atelier", NUMBER).freezes]


def test_a_promise_to_pay_freezes_reminders_until_its_day():
    answer = freeze(reason="promise", until="2999-12-31", note="Called on Monday")

    assert answer.status == 200
    [told] = answer.json["freezes"]
    assert (told["reason"], told["until"], told["note"]) == (
        "promise",
        "2999-12-31",
        "Called on Monday",
    )
    shown = call("serve_api", "GET", f"/v1/invoices/{NUMBER}").json
    assert shown["freezes"] == answer.json["freezes"]


def test_a_seller_freezes_by_hand_and_lifts_it():
    freeze(reason="by_hand")
    assert kept() == ["by_hand"]

    assert lift("by_hand").json == {"freezes": []}
    assert kept() == []
    assert lift("by_hand").status == 200, "what is lifted stays lifted"


@pytest.mark.parametrize(
    "asked",
    [
        {"reason": "dispute"},
        {"reason": "promise"},
        {"reason": "by_hand", "until": "2020-01-01"},
        {"reason": "promise", "until": "9999-12-31"},  # no day comes after it
    ],
)
def test_what_follows_from_facts_or_is_over_is_refused(asked):
    assert freeze(**asked).status == 422
    assert kept() == []


def test_a_freeze_that_follows_from_facts_is_not_lifted_by_hand():
    assert lift("dispute").status == 422


def test_an_invoice_of_another_seller_is_not_found(neighbour):
    assert lift("by_hand", key=neighbour).status == 404


def test_who_has_no_key_freezes_nothing():
    answer = call(
        "freeze_invoice",
        "POST",
        f"/v1/invoices/{NUMBER}/freezes",
        body={"reason": "by_hand"},
        key=None,
    )

    assert answer.status == 401
    assert kept() == []
