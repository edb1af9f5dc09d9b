from datetime import date, timedelta

import pytest

from invoicing import requests, tasks
from invoicing.errors import Reason
from invoicing.payments import Balance
from tests.builders import (
    CREDIT_NOTES,
    NOON,
    PARIS,
    a_case,
    a_claim,
    a_credit,
    a_dispute,
    a_key,
    a_notice,
    a_request,
    a_seller,
    eur,
)

HELD = (Reason(code="unusual_amount", message="It is 100 times the largest."),)


def test_a_held_order_of_a_business_says_until_when_it_must_be_billed_and_by_which_law():
    buyer = {"kind": "business", "name": "Hotel", "address": PARIS | {"country": "DE"}}
    held = a_request(ordered_on="2026-11-20", buyer=buyer).held(HELD)

    task = tasks.of_request(held, a_seller())

    assert (task.kind, task.about, task.reasons) == ("held_order", "1001", ("unusual_amount",))
    assert (task.deadline, task.rule) == (date(2026, 12, 15), "Directive 2006/112/EC, art. 222")
    assert (task.since, task.href) == (NOON, "/v1/orders/1001")


def test_a_held_credit_is_decided_at_its_invoice():
    asked = requests.Asked(invoice="FA-2026-000001", credit=a_credit(whole=True))
    held = requests.of_credit(asked, a_key("C-1", CREDIT_NOTES), at=NOON).held(HELD)

    task = tasks.of_request(held, a_seller())

    assert (task.kind, task.deadline) == ("held_credit", None)
    assert task.href == "/v1/invoices/FA-2026-000001/credit-notes/C-1"


def test_a_dispute_has_its_banks_deadline_as_a_day_of_the_sellers_zone():
    dispute = a_dispute(due_by=NOON.replace(hour=23, minute=30))

    task = tasks.of_case(a_case(dispute), a_seller().timezone)

    assert task.deadline == date(2026, 11, 22)
    assert task.reasons == ("dispute", "product_not_received")
    assert task.amount == eur("120.00")


def test_a_dispute_that_the_bank_looks_at_has_no_deadline_for_the_seller():
    lost = a_case(a_dispute(status="lost", due_by=NOON))

    assert tasks.of_case(lost, a_seller().timezone).deadline is None


def test_a_claim_tells_its_reason_and_nothing_that_its_buyer_wrote():
    task = tasks.of_case(a_case(a_claim()), a_seller().timezone)

    assert task.reasons == ("claim", "not_received")
    assert "parcel" not in task.model_dump_json()


def test_who_paid_too_much_is_owed_the_rest():
    balance = Balance(asked=eur("120.00"), paid=eur("150.00"))

    task = tasks.of_balance("FA-2026-000001", balance, since=NOON)

    assert (task.kind, task.amount) == ("owed", eur("30.00"))


@pytest.mark.parametrize("name", ["nonsense", "lampes_FA-2026-000001_invoice_0", "_"])
def test_a_mail_is_named_by_its_own_seller_only(name):
    assert tasks.mail_of(name, "atelier") is None


def test_a_mail_is_named_as_its_tag():
    notice = a_notice("reminder", level=2).doubted("lost", NOON + timedelta(minutes=1))

    task = tasks.of_notice(notice)

    assert tasks.mail_of(task.id, "atelier") == notice.key
    assert task.reasons == ("reminder", "unknown", "lost")
    assert "camille" not in task.model_dump_json()
