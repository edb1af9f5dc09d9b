"""An invoice is handed over: what is in the ZIP, and that nobody is reminded meanwhile."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest

from invoicing.adapters import consequences, items
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.operations import agenda_table, cases_table, freezes_table
from invoicing.archive import Duty
from invoicing.dossiers import MOST_BYTES
from invoicing.freezes import Freeze
from invoicing.notices import News
from invoicing.payments import Receipt
from invoicing.reminder_mails import Asked, Letter, ReminderMail
from invoicing.reminders import Agenda
from tests import books
from tests.books import PDF, XML, issue_credit, issue_order_at, issue_receipt, owe, store
from tests.builders import NOON, PARIS, a_case, a_claim, a_notice, a_seller
from tests.doors import call

PATH = "/v1/invoices/FA-2026-000001/hand-over"
HOTEL = {
    "name": "Hôtel",
    "kind": "business",
    "registration": "552100554",
    "address": PARIS,
    "email": "compta@hotel.example",
}
SPRING = datetime(2026, 4, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("shop")


def ask(method, **said):
    return call("hand_over_invoice", method, PATH, **said)


def members():
    answer = ask("GET")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(data):
    return list(csv.DictReader(data.decode().splitlines()))


def frozen():
    return [each.reason for each in freezes_table.read("atelier", "FA-2026-000001").freezes]


def an_unpaid_invoice():
    store(issue_order_at(SPRING, buyer=HOTEL), PDF, XML)


def test_an_invoice_that_is_handed_over_is_frozen_until_it_is_taken_back():
    an_unpaid_invoice()

    assert ask("POST").json["freezes"][0]["reason"] == "handed_over"
    assert frozen() == ["handed_over"]
    assert ask("DELETE").json == {"freezes": []}
    assert ask("GET").status == 404


def reminded_in_vain():
    an_unpaid_invoice()
    waiting = Agenda.first(books.invoice()).handed_over(date(2026, 7, 1))
    items.write_together([agenda_table.plan(waiting)])
    return waiting


def to_hand_over():
    return list(agenda_table.handed_over("atelier"))


def test_what_was_handed_over_leaves_the_sellers_list_until_it_is_taken_back():
    waiting = reminded_in_vain()
    assert to_hand_over() == [waiting]

    assert [ask("POST").status for _ in range(2)] == [200, 200]
    assert to_hand_over() == []

    ask("DELETE")
    assert to_hand_over() == [waiting]


def test_what_is_handed_over_early_is_looked_at_no_more_until_it_is_taken_back():
    an_unpaid_invoice()
    planned = Agenda.first(books.invoice())
    items.write_together([agenda_table.plan(planned)])
    due = {"at": datetime(2099, 1, 1, tzinfo=UTC), "after": None, "limit": 9}

    ask("POST")
    assert agenda_table.due_page("atelier", **due).buyers == []

    ask("DELETE")
    assert agenda_table.due_page("atelier", **due).buyers == [planned.buyer]


def test_what_is_paid_to_whoever_collects_rests_and_waits_for_nobody():
    reminded_in_vain()
    ask("POST")
    receipt = Receipt.model_validate(issue_receipt().body)

    consequences.of(receipt, at=NOON)

    assert agenda_table.find(books.invoice()).paid_on
    ask("DELETE")
    assert to_hand_over() == []


def test_what_is_paid_is_not_handed_over():
    an_unpaid_invoice()
    issue_receipt()

    answer = ask("POST")

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "nothing_open")
    assert frozen() == []


def test_the_zip_holds_the_documents_as_they_were_stored_and_what_is_owed():
    an_unpaid_invoice()
    store(issue_receipt("20.00"), PDF)
    store(issue_credit("FA-2026-000001", amount="30.00"), PDF, XML)
    ask("POST")

    found = members()

    assert found["invoice/FA-2026-000001.pdf"] == PDF.data
    assert found["invoice/FA-2026-000001.xml"] == XML.data
    assert found["receipt/RC-2026-000001.pdf"] == PDF.data
    assert found["credit_note/AV-2026-000001.pdf"] == PDF.data
    told = json.loads(found["dossier.json"])
    assert told["open"] == {"amount": "70.00", "currency": "EUR"}
    late, rows = (
        told["late_payment"],
        list(csv.DictReader(found["interest.csv"].decode().splitlines())),
    )
    assert late["compensation"] == {"amount": "40.00", "currency": "EUR"}
    assert [row["interest"] for row in rows] == [
        span["interest"]["amount"] for span in late["spans"]
    ]
    assert {each["name"] for each in told["files"]} == {name for name in found if "/" in name}
    assert "FA-2026-000001" in found["dossier.html"].decode()


def test_every_sum_is_of_the_day_of_the_hand_over_and_what_came_since_stands_apart():
    an_unpaid_invoice()
    issue_receipt("20.00", at=datetime(2026, 9, 30, 9, tzinfo=UTC))
    given = Freeze(reason="handed_over", since=datetime(2026, 9, 30, 20, tzinfo=UTC))
    freezes_table.change("atelier", "FA-2026-000001", lambda kept: kept.frozen(given))
    before = json.loads(members()["dossier.json"])
    issue_receipt("30.00", "pi_2", at=datetime(2026, 10, 1, 9, tzinfo=UTC))

    found = members()

    told = json.loads(found["dossier.json"])
    assert told["handed_over_on"] == told["late_payment"]["until"] == "2026-09-30"
    assert (told["open"]["amount"], told["total"]) == ("100.00", before["total"])
    assert [each["amount"]["amount"] for each in told["moved"]] == ["20.00"]
    assert [each["amount"]["amount"] for each in told["moved_since"]] == ["30.00"]
    assert "non compris dans ces montants" in found["dossier.html"].decode()


def test_it_tells_what_was_sent_and_what_ses_said_of_it_and_what_the_buyer_said():
    an_unpaid_invoice()
    news = News(state="DELIVERED", ses_id="0107-abc", at=NOON)
    owe(a_notice().told(news))
    owe(a_notice("reminder", level=2))
    cases_table.keep(a_case(a_claim(message="<b>=1+1</b>")), a_seller())
    ask("POST")

    found = members()

    rows = rows_of(found["deliveries.csv"])
    assert [(row["occasion"], row["level"], row["state"], row["ses_id"]) for row in rows] == [
        ("invoice", "0", "DELIVERED", "0107-abc"),
        ("reminder", "2", "QUEUED", ""),
    ]
    page = found["dossier.html"].decode()
    assert "0107-abc" in page
    assert "Remis au serveur du destinataire" in page
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in page


def test_who_complains_about_a_mail_is_told_to_have_had_it_and_when():
    an_unpaid_invoice()
    mail = a_notice()
    for state, at in (("DELIVERED", NOON), ("COMPLAINED", NOON + timedelta(days=20))):
        mail = mail.told(News(state=state, ses_id="0107-abc", at=at))
    owe(mail)
    ask("POST")

    found = members()

    [row] = rows_of(found["deliveries.csv"])
    assert (row["state"], row["delivered_at"]) == ("COMPLAINED", "2026-11-21T12:00:00Z")
    assert "Remis au serveur du destinataire: 21 novembre 2026" in found["dossier.html"].decode()


def test_the_same_facts_make_the_same_bytes():
    an_unpaid_invoice()
    ask("POST")

    assert ask("GET").body == ask("GET").body


def test_what_has_no_room_is_named_with_its_hash_and_left_out(monkeypatch):
    an_unpaid_invoice()
    monkeypatch.setattr("invoicing.adapters.handing_over.MOST_BYTES", len(PDF.data))
    ask("POST")

    found = members()

    files = json.loads(found["dossier.json"])["files"]
    assert [(each["name"], each["left_out"]) for each in files] == [
        ("invoice/FA-2026-000001.pdf", False),
        ("invoice/FA-2026-000001.xml", True),
    ]
    assert "invoice/FA-2026-000001.xml" not in found
    assert files[1]["sha256"] == XML.sha256
    assert MOST_BYTES * 4 / 3 < 6_000_000


def test_nobody_hands_anothers_invoice_over(neighbour):
    an_unpaid_invoice()
    ask("POST")

    assert {ask(method, key=neighbour).status for method in ("POST", "GET", "DELETE")} == {404}
    assert frozen() == ["handed_over"]


def test_the_letters_of_reminders_are_in_it_also_of_those_that_shared_a_mail():
    an_unpaid_invoice()
    letter = shelf().store("atelier/letters/x.pdf", PDF, Duty.of(NOON.date(), a_seller()))
    mail = ReminderMail(
        tone="firm",
        invoices=(Asked(number="FA-2026-000009", level=4), Asked(number="FA-2026-000001", level=4)),
        country="FR",
        not_after=NOON,
        letter=Letter(file=letter, standings=()),
    )
    shared = a_notice("reminder", number="FA-2026-000009", level=4).asking(mail)
    owe(shared.told(News(state="DELIVERED", ses_id="0107-def", at=NOON)))
    owe(shared.joined_by(a_notice("reminder", level=4).key))
    ask("POST")

    found = members()

    assert found["reminder/FA-2026-000001-4.pdf"] == PDF.data
    [row] = rows_of(found["deliveries.csv"])
    assert (row["number"], row["state"], row["ses_id"]) == (
        "FA-2026-000001",
        "DELIVERED",
        "0107-def",
    )
