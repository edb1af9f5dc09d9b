import hashlib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from invoicing import settings
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.mails import correspondence
from invoicing.adapters.operations import cases_table, freezes_table, notices_table
from invoicing.adapters.paper import letters
from invoicing.adapters.queues import Draw
from invoicing.archive import Content
from invoicing.cases import Ruling
from invoicing.freezes import Freeze
from tests import aws
from tests.books import PDF, an_invoice_in_the_books, issue_order_at, issue_receipt, owe, store
from tests.builders import NOON, PARIS, a_case, a_dispute, a_reminder, a_seller, eur
from tests.doors import deliver

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """What was drawn; pictures of letters are looked at elsewhere."""
    found = []

    def reminder(open_, **_):
        found.append(("reminder", [open_.invoice.number]))
        return Content(type="pdf", data=f"%PDF {open_.due}".encode())

    def statement(open_, *, late, **_):
        assert len(late) == len(open_), "what the delay of each costs"
        found.append(("statement", [each.invoice.number for each in open_]))
        return Content(type="pdf", data=f"%PDF {len(open_)}".encode())

    monkeypatch.setattr(letters, "reminder", reminder)
    monkeypatch.setattr(letters, "statement", statement)
    return found


def draw(notice):
    return deliver("draw_letter", Draw(notice=notice.key))


def asked_to_deliver():
    return len(aws.received(settings.get("DELIVER_QUEUE")))


def test_the_letter_is_stored_before_its_mail_is_asked_for():
    an_invoice_in_the_books()
    notice = owe(a_reminder())

    assert draw(notice) == []

    file = notices_table.read(notice.key).reminder.letter.file
    assert hashlib.sha256(shelf().read(file)).hexdigest() == file.sha256
    assert file.key.startswith("atelier/reminder/2026/")
    assert asked_to_deliver() == 1


def test_a_letter_that_says_what_is_so_is_not_drawn_again(drawn):
    an_invoice_in_the_books()
    notice = owe(a_reminder())

    draw(notice)
    draw(notice)

    assert drawn == [("reminder", ["FA-2026-000001"])]
    assert asked_to_deliver() == 2


def test_what_the_delay_costs_is_the_same_in_the_letter_and_in_its_mail():
    hotel = {"name": "Hôtel", "kind": "business", "registration": "552100554"}
    reached = {"address": PARIS, "email": "camille@buyer.example"}
    entry = issue_order_at(NOON - timedelta(days=130), buyer=hotel | reached)
    store(entry, PDF)
    notice = owe(a_reminder(tone="firm", level=4))

    assert draw(notice) == []

    drawn = notices_table.read(notice.key)
    late = drawn.reminder.letter.late
    assert (late.until, late.compensation) == (NOON.date(), eur("40.00"))
    assert late.interest > eur("0.00")
    mail = message_from_bytes(correspondence.letter(drawn), policy=policy.default)
    for form in ("plain", "html"):
        text = mail.get_body((form,)).get_content().replace("\xa0", " ").replace("\u202f", " ")
        assert "40,00 €" in text
        assert f"{late.interest.amount}".replace(".", ",") in text


def test_money_that_came_meanwhile_has_it_drawn_again(drawn):
    an_invoice_in_the_books()
    notice = owe(a_reminder())
    draw(notice)
    first = notices_table.read(notice.key).reminder.letter
    issue_receipt("50.00")

    assert draw(notice) == []

    second = notices_table.read(notice.key).reminder.letter
    assert len(drawn) == 2
    assert first.file.key != second.file.key
    assert shelf().read(first.file), "what was drawn before stays where it is"


@pytest.mark.parametrize(("way", "count"), [("fallback", 1), (None, 0)])
def test_a_bounce_keeps_no_letter_from_the_other_address(drawn, way, count):
    an_invoice_in_the_books()
    notice = a_reminder()
    notice = owe(notice.model_copy(update={"key": notice.key.model_copy(update={"way": way})}))
    bounced = Freeze(reason="bounce", since=notice.since)
    freezes_table.change("atelier", "FA-2026-000001", lambda kept: kept.frozen(bounced))

    draw(notice)

    assert len(drawn) == count


@pytest.mark.parametrize(("told", "count"), [("won", 0), ("chased", 1)])
def test_what_a_dispute_took_is_asked_for_only_once_its_seller_does(drawn, told, count):
    an_invoice_in_the_books()
    notice = owe(a_reminder())
    issue_receipt("120.00")
    issue_receipt("120.00", payment="du_1.withdrawn", kind="dispute_withdrawn")
    dispute = a_case(a_dispute(status="won" if told == "won" else "lost"))
    if told == "chased":
        dispute = dispute.decided(Ruling(decision="chase"), at=NOON)
    cases_table.keep(dispute, a_seller())

    draw(notice)

    assert len(drawn) == count
    assert asked_to_deliver() == 1, "who delivers ends what asks for nothing"


def test_several_invoices_share_a_statement_of_those_that_are_still_open(drawn):
    for n in (1, 2, 3):
        an_invoice_in_the_books(id=f"100{n}")
    notice = owe(a_reminder("FA-2026-000001", "FA-2026-000002", "FA-2026-000003"))
    issue_receipt("120.00")

    draw(notice)

    assert drawn == [("statement", ["FA-2026-000002", "FA-2026-000003"])]


def test_what_is_paid_or_already_gone_is_not_drawn(drawn):
    an_invoice_in_the_books()
    notice = owe(a_reminder())
    issue_receipt("120.00")
    draw(notice)
    sent = owe(a_reminder(level=3))
    notices_table.move(sent, sent.claim("another", sent.since))
    draw(sent)

    assert drawn == []
    assert asked_to_deliver() == 1, "who delivers sees that nothing is open and ends it"
