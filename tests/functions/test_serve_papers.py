from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from invoicing.adapters.operations import cases_table, freezes_table, notices_table
from invoicing.freezes import Freeze
from invoicing.late_payment_notes import LatePaymentClaim
from invoicing.records import plain
from tests.aws import received
from tests.books import (
    an_invoice_in_the_books,
    issue_credit,
    issue_late_payment,
    issue_order_at,
    issue_receipt,
    owe,
)
from tests.builders import NOON, PARIS, a_case, a_dispute, a_notice, a_reminder, a_seller
from tests.doors import call, deliver

pytestmark = pytest.mark.usefixtures("shipped", "shop")

BUYER = {"name": "Camille Moreau", "address": PARIS}
PARIS_TIME = ZoneInfo("Europe/Paris")


def on_paper(occasion: str = "invoice", **changes: object):
    notice = a_notice(occasion, **changes)
    return owe(notice.model_copy(update={"state": "PAPER", "recipient": ""}))


def a_reminder_on_paper():
    return owe(a_reminder().model_copy(update={"state": "PAPER", "recipient": ""}))


def listed() -> list[dict]:
    return call("serve_papers", "GET", "/v1/paper-deliveries").json["paper_deliveries"]


def test_what_is_to_be_posted_says_to_whom_and_where_its_pdf_is():
    an_invoice_in_the_books(buyer=BUYER)
    notice = on_paper()

    [paper] = listed()

    assert (paper["id"], paper["occasion"]) == (notice.key.tag, "invoice")
    assert (paper["buyer"], paper["address"]) == ("Camille Moreau", PARIS)
    assert call("serve_api", "GET", paper["pdf"]).status == 200


def test_a_credit_note_on_paper_leads_to_its_own_pdf():
    an_invoice_in_the_books(buyer=BUYER)
    issue_credit("FA-2026-000001", whole=True)
    on_paper("credit_note", number="AV-2026-000001")

    assert [each["pdf"] for each in listed()] == ["/v1/credit-notes/AV-2026-000001/pdf"]


def test_a_late_payment_note_on_paper_leads_to_its_own_pdf():
    hotel = BUYER | {"kind": "business", "registration": "552100554"}
    issue_order_at(NOON - timedelta(days=200), buyer=hotel)
    issue_late_payment("FA-2026-000001", "P-1", claim=LatePaymentClaim(id="P-1"))
    on_paper("late_payment", number="PR-2026-000001")

    [paper] = listed()
    [event] = [each for each in story() if each["what"] == "late_payment"]

    assert paper["pdf"] == "/v1/late-payment-notes/PR-2026-000001/pdf"
    assert event["number"] == "PR-2026-000001"


def test_a_reminder_that_was_frozen_for_a_while_is_to_be_posted_afterwards():
    an_invoice_in_the_books(buyer=BUYER)
    notice = a_reminder_on_paper()
    day = datetime.now(PARIS_TIME).date()

    frozen(notice, until=day)
    assert listed() == []
    frozen(notice, until=day - timedelta(days=1))
    assert [each["id"] for each in listed()] == [notice.key.tag]


def frozen(notice, *, until) -> None:
    promise = Freeze(reason="promise", since=NOON, until=until)
    freezes_table.change("atelier", notice.key.number, lambda kept: kept.frozen(promise))


def story() -> list[dict]:
    path = "/v1/invoices/FA-2026-000001/timeline"
    return call("serve_timeline", "GET", path).json["events"]


def test_what_was_posted_leaves_the_list_once():
    an_invoice_in_the_books(buyer=BUYER)
    notice = on_paper()
    path = f"/v1/paper-deliveries/{notice.key.tag}/delivered"

    assert call("serve_papers", "POST", path).json["status"] == "posted"

    assert listed() == []
    assert notices_table.read(notice.key).state == "POSTED"
    assert call("serve_papers", "POST", path).status == 404


def test_what_need_not_be_posted_leaves_the_list_too():
    an_invoice_in_the_books(buyer=BUYER)
    notice = on_paper()

    answer = call("serve_papers", "DELETE", f"/v1/paper-deliveries/{notice.key.tag}")

    assert (answer.status, listed()) == (200, [])
    assert notices_table.read(notice.key).state == "CANCELLED"


def test_a_reminder_on_paper_is_not_posted_to_who_has_paid():
    an_invoice_in_the_books(buyer=BUYER)
    a_reminder_on_paper()
    assert [each["level"] for each in listed()] == [2]

    issue_receipt("120.00")

    assert listed() == []


def test_a_reminder_on_paper_of_what_a_dispute_took_is_not_posted():
    an_invoice_in_the_books(buyer=BUYER)
    a_reminder_on_paper()
    issue_receipt("120.00")
    issue_receipt("120.00", payment="du_1.withdrawn", kind="dispute_withdrawn")

    cases_table.keep(a_case(a_dispute(status="won")), a_seller())

    assert listed() == []
    assert call("serve_tasks", "GET", "/v1/tasks").json["tasks"] == []


def test_a_reminder_on_paper_has_the_letter_that_was_drawn_of_it():
    an_invoice_in_the_books(buyer=BUYER)
    notice = a_reminder_on_paper()
    [paper] = listed()
    assert call("serve_papers", "GET", paper["pdf"]).status == 404

    deliver("draw_letter", {"notice": plain(notice.key)})

    assert call("serve_papers", "GET", paper["pdf"]).body.startswith(b"%PDF")


def test_a_letter_that_says_more_than_is_open_is_drawn_anew(shop):
    an_invoice_in_the_books(buyer=BUYER)
    notice = a_reminder_on_paper()
    deliver("draw_letter", {"notice": plain(notice.key)})

    issue_receipt("20.00")
    [paper] = listed()

    assert call("serve_papers", "GET", paper["pdf"]).status == 404
    [asked] = received(shop["DRAW_QUEUE"])
    assert asked["body"]["notice"] == plain(notice.key)


def test_a_mail_is_no_paper():
    an_invoice_in_the_books()
    notice = owe(a_notice())

    path = f"/v1/paper-deliveries/{notice.key.tag}/delivered"

    assert listed() == []
    assert call("serve_papers", "POST", path).status == 404


def test_paper_waits_among_the_tasks():
    an_invoice_in_the_books(buyer=BUYER)
    on_paper()
    a_reminder_on_paper()

    tasks = call("serve_tasks", "GET", "/v1/tasks").json["tasks"]

    assert [(each["kind"], each["about"]) for each in tasks] == [("paper", "FA-2026-000001")] * 2


def test_a_neighbour_posts_nothing(neighbour):
    an_invoice_in_the_books(buyer=BUYER)
    notice = on_paper()
    path = f"/v1/paper-deliveries/{notice.key.tag}/delivered"

    assert call("serve_papers", "POST", path, key=neighbour).status == 404
    assert call("serve_papers", "POST", path, key=None).status == 401
    assert call("serve_papers", "GET", "/v1/paper-deliveries", key=None).status == 401
    assert len(listed()) == 1
