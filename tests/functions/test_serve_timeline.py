from datetime import timedelta

import pytest

from invoicing.adapters import items
from invoicing.adapters.operations import agenda_table, cases_table, freezes_table, notices_table
from invoicing.reminders import Agenda
from tests.books import an_invoice_in_the_books, issue_credit, issue_receipt, owe
from tests.builders import NOON, a_case, a_notice, a_seller
from tests.doors import call

pytestmark = pytest.mark.usefixtures("shop")

PATH = "/v1/invoices/FA-2026-000001/timeline"


def story():
    return call("serve_timeline", "GET", PATH).json["events"]


def test_a_timeline_tells_what_happened_in_order_and_what_comes_next():
    invoice = an_invoice_in_the_books()
    items.write_together([agenda_table.plan(Agenda.first(invoice))])
    mail = owe(a_notice().model_copy(update={"owed_at": NOON + timedelta(minutes=1)}))
    notices_table.move(mail, mail.claim("worker", NOON + timedelta(minutes=2)))
    cases_table.keep(a_case(), a_seller())
    issue_receipt("20.00", at=NOON + timedelta(hours=1))

    events = story()

    assert [each["what"] for each in events] == [
        "issued",
        "stored",
        "case_opened",
        "frozen",
        "mail",
        "money",
        "next_reminder",
    ]
    assert events[-1]["reason"] == "waits: frozen by dispute: a payment is disputed"
    assert "Camille" not in str(events)
    assert "camille" not in str(events)


def test_a_freeze_that_was_lifted_is_remembered():
    an_invoice_in_the_books()
    dispute = a_case()
    cases_table.keep(dispute, a_seller())
    won = dispute.about.model_copy(update={"status": "won"})
    cases_table.keep(dispute.model_copy(update={"about": won}), a_seller())

    assert freezes_table.read("atelier", "FA-2026-000001").freezes == ()
    assert [each["what"] for each in story()][-1] == "freeze_ended"


def test_the_mails_of_its_receipts_and_credit_notes_are_told_too():
    an_invoice_in_the_books()
    issue_receipt("20.00")
    issue_credit("FA-2026-000001", whole=True)
    owe(a_notice("receipt", number="RC-2026-000001"))
    owe(a_notice("credit_note", number="AV-2026-000001"))

    mails = [each["number"] for each in story() if each["what"] == "mail"]

    assert sorted(mails) == ["AV-2026-000001", "RC-2026-000001"]


def test_nobody_reads_the_timeline_of_anothers_invoice(neighbour):
    an_invoice_in_the_books()

    assert call("serve_timeline", "GET", PATH, key=neighbour).status == 404
    assert call("serve_timeline", "GET", PATH, key=None).status == 401
