import email
import re
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any
from unittest.mock import Mock

import pytest

from invoicing import logos, notices, returns, settings
from invoicing.adapters import items, unreached
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.mails import correspondence
from invoicing.adapters.mails.mailer import OutcomeUnknownError, RefusedError, ThrottledError
from invoicing.adapters.mails.mime import HeaderError
from invoicing.adapters.operations import (
    cases_table,
    freezes_table,
    notices_table,
    returns_table,
)
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Deliver
from invoicing.archive import Content
from invoicing.errors import OvertakenError
from invoicing.freezes import Freeze
from invoicing.notices import News
from tests import aws
from tests.books import (
    PDF,
    XML,
    a_receipt_in_the_books,
    an_invoice_in_the_books,
    issue_order,
    issue_receipt,
    owe,
    owe_reminder,
    store,
)
from tests.builders import (
    NOON,
    PARIS,
    a_case,
    a_claim,
    a_dispute,
    a_notice,
    a_reminder,
    a_seller,
)
from tests.doors import deliver, function

pytestmark = pytest.mark.usefixtures("shop")


class Mailer:
    """SES as the test says it is: it takes every mail, or fails as told."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.tags: list[Any] = []
        self.fault: Exception | None = None

    def send(self, raw, *, to, tags):
        if self.fault:
            raise self.fault
        self.sent.append((to, email.message_from_bytes(raw, policy=policy.default)))
        self.tags.append(tags)
        return f"ses-{len(self.sent)}"


@pytest.fixture(autouse=True)
def mailer(monkeypatch):
    fake = Mailer()
    monkeypatch.setattr(function("deliver_notice"), "mailer", lambda: fake)
    return fake


def send(notice):
    return deliver("deliver_notice", Deliver(notice=notice.key))


def test_the_invoice_goes_to_its_buyer_once_with_its_files(mailer):
    an_invoice_in_the_books()
    notice = owe(a_notice())

    assert send(notice) == []
    assert send(notice) == []

    [(to, mail)] = mailer.sent
    assert to == "camille@buyer.example"
    names = {part.get_filename() for part in mail.iter_attachments()}
    assert "FA-2026-000001.pdf" in names
    assert (notices_table.read(notice.key).state, notices_table.read(notice.key).ses_id) == (
        "SENT",
        "ses-1",
    )


def test_a_document_owes_its_mail_without_a_notice_until_the_first_attempt(mailer):
    an_invoice_in_the_books()

    assert send(a_notice()) == []
    assert send(a_notice()) == []

    assert [to for to, _ in mailer.sent] == ["camille@buyer.example"]
    sent = notices_table.read(a_notice().key)
    assert (sent.state, sent.attempt, sent.owed_at) == ("SENT", 1, NOON)


@pytest.mark.parametrize(
    "key", [a_notice(way="copy").key, a_notice("reminder", level=1).key, a_notice("receipt").key]
)
def test_what_no_document_owes_is_not_mailed(mailer, key):
    an_invoice_in_the_books()

    assert deliver("deliver_notice", Deliver(notice=key)) == [0]

    assert mailer.sent == []


def test_a_document_whose_address_gave_a_mail_back_is_mailed_to_the_other_one(mailer):
    given_back()
    buyer = {"name": "Camille Moreau", "email": "camille@buyer.example", "address": PARIS}
    an_invoice_in_the_books(buyer=buyer | {"fallback_email": "office@buyer.example"})

    assert send(a_notice()) == []

    assert notices_table.read(a_notice().key).state == "REFUSED"
    assert notices_table.read(a_notice(way="fallback").key).state == "QUEUED"
    assert mailer.sent == []


def test_of_two_first_attempts_one_sends(mailer, monkeypatch):
    an_invoice_in_the_books()
    owed = correspondence.owed

    def overtaken(key):
        notice = owed(key)
        notices_table.claim(notice, notice.claim("another", datetime.now(UTC)))
        return notice

    monkeypatch.setattr(correspondence, "owed", overtaken)

    assert send(a_notice()) == [0]
    assert mailer.sent == []


def test_a_business_finds_the_stored_pdf_and_the_stored_xml_with_the_mail(mailer):
    buyer = {"kind": "business", "name": "Hôtel du Parc", "address": PARIS}
    an_invoice_in_the_books(buyer=buyer | {"vat_number": "FR96552100554"})

    assert send(owe(a_notice())) == []

    [(_, mail)] = mailer.sent
    attached = {part.get_filename(): part for part in mail.iter_attachments()}
    assert {name: part.get_content_type() for name, part in attached.items()} == {
        "FA-2026-000001.pdf": "application/pdf",
        "FA-2026-000001.xml": "application/xml",
    }
    assert attached["FA-2026-000001.pdf"].get_payload(decode=True) == PDF.data
    assert attached["FA-2026-000001.xml"].get_payload(decode=True) == XML.data


def test_the_mail_carries_the_name_of_its_notice_and_attempt(mailer):
    an_invoice_in_the_books()

    send(owe(a_notice()))

    assert mailer.tags == [{"notice": "atelier_FA-2026-000001_invoice_0", "attempt": "1"}]


def test_a_mail_shows_its_sellers_logo_and_loads_nothing(mailer):
    picture = b"a picture"
    logo = logos.logo(picture, "png")
    sellers().save_logo("atelier", logo, picture)
    an_invoice_in_the_books(seller=a_seller(logo=logo))

    assert send(owe(a_notice())) == []

    [(_, mail)] = mailer.sent
    [shown] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    html = mail.get_body(("html",)).get_content()
    assert shown.get_payload(decode=True) == picture
    assert re.findall(r'src="([^"]*)"', html) == [f"cid:{shown['Content-ID'].strip('<>')}"]


def test_a_receipt_goes_out_for_a_payment(mailer):
    an_invoice_in_the_books()
    a_receipt_in_the_books()

    assert send(owe(a_notice("receipt", number="RC-2026-000001"))) == []

    [(_, mail)] = mailer.sent
    assert "RC-2026-000001.pdf" in {part.get_filename() for part in mail.iter_attachments()}


def test_a_mail_that_ses_refuses_ends_with_its_reason(mailer):
    an_invoice_in_the_books()
    mailer.fault = RefusedError("MessageRejected")

    assert send(owe(a_notice())) == []

    ended = notices_table.read(a_notice().key)
    assert (ended.state, ended.reason) == ("REFUSED", "SES refused it: MessageRejected")


def test_a_mail_that_ses_does_not_take_now_comes_again(mailer):
    an_invoice_in_the_books()
    owe(a_notice())
    mailer.fault = ThrottledError("TooManyRequestsException")
    assert send(a_notice()) == []
    assert notices_table.read(a_notice().key).state == "QUEUED"

    mailer.fault = None
    assert send(a_notice()) == []

    sent = notices_table.read(a_notice().key)
    assert (sent.state, sent.attempt) == ("SENT", 2)


def owed_in_doubt(occasion="invoice", *, ago):
    notice = owe(a_notice(occasion, level=1 if occasion == "reminder" else 0))
    claimed = notice.claim("another", datetime.now(UTC) - ago)
    notices_table.move(notice, claimed)
    notices_table.move(claimed, claimed.doubted("no answer", datetime.now(UTC) - ago))
    return notice


def test_a_mail_whose_fate_is_unknown_is_not_sent_again_at_once(mailer):
    an_invoice_in_the_books()
    owe(a_notice())
    mailer.fault = OutcomeUnknownError("the answer was lost")
    assert send(a_notice()) == []

    mailer.fault = None
    assert send(a_notice()) == []

    assert mailer.sent == []
    assert notices_table.read(a_notice().key).state == "UNKNOWN"


def test_an_invoice_of_which_ses_told_nothing_is_sent_again_after_a_while(mailer):
    an_invoice_in_the_books()
    notice = owed_in_doubt(ago=notices.GRACE)

    assert send(notice) == []

    assert [each["attempt"] for each in mailer.tags] == ["2"]
    assert notices_table.read(notice.key).state == "SENT"


def test_a_reminder_of_which_ses_told_nothing_is_not_sent_again(mailer):
    an_invoice_in_the_books()
    notice = owed_in_doubt("reminder", ago=10 * notices.GRACE)

    assert send(notice) == []

    assert mailer.sent == []


def test_a_claim_whose_answer_was_lost_still_leads_to_a_mail(mailer, monkeypatch):
    an_invoice_in_the_books()
    notice, write = owe(a_notice()), items.write

    def write_and_say_nothing(action):
        monkeypatch.setattr(items, "write", write)
        write(action)
        raise OvertakenError("the SDK's second try met its first")

    monkeypatch.setattr(items, "write", write_and_say_nothing)

    assert send(notice) == []

    assert len(mailer.sent) == 1
    assert notices_table.read(notice.key).state == "SENT"


def test_an_event_that_was_quicker_than_the_answer_keeps_its_word(mailer, monkeypatch):
    an_invoice_in_the_books()
    notice = owe(a_notice())

    def send_and_tell(_raw, *, to, tags):
        mailer.sent.append(to)
        mailer.tags.append(tags)
        claimed = notices_table.read(notice.key)
        delivered = News(state="DELIVERED", ses_id="ses-1", at=datetime.now(UTC))
        notices_table.move(claimed, claimed.told(delivered))
        return "ses-1"

    monkeypatch.setattr(mailer, "send", send_and_tell)

    assert send(notice) == []

    assert len(mailer.sent) == 1
    assert notices_table.read(notice.key).state == "DELIVERED"


def test_what_another_worker_is_sending_is_left_to_it(mailer):
    an_invoice_in_the_books()
    owe(a_notice())
    notices_table.move(a_notice(), a_notice().claim("another", datetime.now(UTC)))

    send(a_notice())

    assert mailer.sent == []
    assert notices_table.read(a_notice().key).state == "SENDING"


def test_a_mail_whose_sender_vanished_is_marked_and_not_sent_again(mailer):
    an_invoice_in_the_books()
    owe(a_notice())
    long_ago = datetime.now(UTC) - notices.LEASE - timedelta(seconds=1)
    notices_table.move(a_notice(), a_notice().claim("another", long_ago))

    assert send(a_notice()) == []

    assert mailer.sent == []
    assert notices_table.read(a_notice().key).state == "UNKNOWN"


def test_of_two_workers_with_one_notice_one_sends(mailer, monkeypatch):
    an_invoice_in_the_books()
    owe(a_notice())
    find = notices_table.find

    def overtaken(key):
        notice = find(key)
        if notice.state == "QUEUED":
            notices_table.move(notice, notice.claim("another", datetime.now(UTC)))
        return notice

    monkeypatch.setattr(notices_table, "find", overtaken)

    assert send(a_notice()) == [0]
    assert mailer.sent == []


def test_who_has_paid_is_not_reminded_even_if_it_was_owed(mailer):
    an_invoice_in_the_books()
    notice = owe_reminder()
    issue_receipt("120.00")

    assert send(notice) == []

    assert mailer.sent == []
    assert notices_table.read(notice.key).state == "CANCELLED"


def test_what_a_dispute_took_is_not_asked_for_even_if_it_was_owed(mailer):
    an_invoice_in_the_books()
    notice = owe_reminder()
    issue_receipt("120.00")
    issue_receipt("120.00", payment="du_1.withdrawn", kind="dispute_withdrawn")
    cases_table.keep(a_case(a_dispute(status="won")), a_seller())

    assert send(notice) == []

    assert mailer.sent == []
    assert notices_table.read(notice.key).state == "CANCELLED"


def test_who_claimed_something_is_mailed_the_sellers_answer(mailer):
    invoice = an_invoice_in_the_books()
    claimed = cases_table.keep(a_case(a_claim()), a_seller())
    cases_table.answer(claimed.key, invoice, "Le colis part demain.", at=NOON)

    assert send(a_notice("answer", level=1)) == []

    [(to, mail)] = mailer.sent
    assert to == "camille@buyer.example"
    assert "Le colis part demain." in mail.get_body(("plain",)).get_content()


def test_a_reminder_goes_with_its_letter_as_it_was_stored_and_a_copy_of_the_invoice(mailer):
    an_invoice_in_the_books()
    letter = Content(type="pdf", data=b"%PDF letter")

    assert send(owe_reminder(letter=letter)) == []

    [(_, mail)] = mailer.sent
    attached = {each.get_filename(): each.get_content() for each in mail.iter_attachments()}
    assert attached == {
        "letter-FA-2026-000001.pdf": letter.data,
        "FA-2026-000001.pdf": PDF.data,
    }


def test_a_reminder_of_several_invoices_lists_them_and_goes_with_one_statement(mailer):
    an_invoice_in_the_books(id="1001")
    an_invoice_in_the_books(id="1002")

    assert send(owe_reminder("FA-2026-000001", "FA-2026-000002")) == []

    [(_, mail)] = mailer.sent
    text = mail.get_body(("plain",)).get_content()
    assert "FA-2026-000001" in text
    assert "FA-2026-000002" in text
    assert "240,00" in text
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "statement-FA-2026-000001.pdf"


def test_a_reminder_without_its_letter_asks_for_it_and_does_not_leave(mailer):
    an_invoice_in_the_books()
    notice = owe(a_reminder())

    assert send(notice) == []

    assert mailer.sent == []
    [asked] = aws.received(settings.get("DRAW_QUEUE"))
    assert asked["body"]["notice"]["occasion"] == "reminder"


def test_money_that_came_after_the_letter_was_drawn_has_it_drawn_again(mailer):
    an_invoice_in_the_books()
    notice = owe_reminder()
    issue_receipt("50.00")

    assert send(notice) == []

    assert mailer.sent == []
    assert len(aws.received(settings.get("DRAW_QUEUE"))) == 1


def test_a_letter_that_was_altered_does_not_go_out(mailer):
    an_invoice_in_the_books()
    notice = owe_reminder()
    letter = notice.reminder.letter
    altered = letter.file.model_copy(update={"sha256": "0" * 64})
    other = notice.reminder.drawn(letter.model_copy(update={"file": altered}))
    notices_table.move(notice, notice.asking(other))

    assert send(notice) == [0]

    assert mailer.sent == []


def test_a_reminder_that_comes_after_hours_waits_for_the_next_ones(mailer):
    an_invoice_in_the_books()
    notice = owe_reminder()
    over = notice.reminder.model_copy(update={"not_after": NOON})
    notices_table.move(notice, notice.asking(over))

    assert send(notice) == []
    assert send(notice) == []

    waiting = notices_table.read(notice.key)
    assert mailer.sent == []
    assert waiting.state == "QUEUED"
    assert waiting.reminder.not_before == waiting.since > NOON
    assert waiting.reminder.letter is None, "it has the date of the day on which it leaves"


def test_a_mail_whose_files_come_a_moment_late_waits_for_them(mailer):
    entry = issue_order()
    notice = owe(a_notice())

    assert send(notice) == []
    assert aws.delayed(settings.get("DELIVER_QUEUE")) == 1
    store(entry, PDF, XML)
    assert send(notice) == []

    assert len(mailer.sent) == 1


def test_a_file_that_is_not_what_was_stored_does_not_go_out(mailer, monkeypatch):
    an_invoice_in_the_books()
    owe(a_notice())
    monkeypatch.setattr(shelf(), "read", lambda _file: b"another document")

    assert send(a_notice()) == [0]

    assert mailer.sent == []
    assert notices_table.read(a_notice().key).state == "QUEUED"


def test_a_notice_that_nobody_owes_comes_again_until_a_person_sees_it():
    assert send(a_notice()) == [0]


def test_a_mail_that_is_put_off_again_and_again_waits_longer_and_is_no_dead_letter(mailer, shop):
    an_invoice_in_the_books()
    owe(a_notice())
    mailer.fault = ThrottledError("MessageRejected")

    for attempt in range(1, 8):
        assert send(a_notice()) == []
        waits = notices_table.read(a_notice().key)
        pause = waits.since - datetime.now(UTC)
        assert waits.state == "QUEUED"
        assert timedelta(seconds=30 * attempt - 5) < pause <= timedelta(seconds=30 * attempt)

    asked = aws.delayed(shop["DELIVER_QUEUE"])
    assert asked == 7


def freezes(number="FA-2026-000001"):
    return [each.reason for each in freezes_table.read("atelier", number).freezes]


@pytest.mark.parametrize("owed", [a_notice(), a_reminder()])
def test_who_cannot_be_mailed_at_all_is_not_reminded_until_its_seller_has_seen_to_it(mailer, owed):
    an_invoice_in_the_books()
    notice = owe(owed) if owed.key.occasion == "invoice" else owe_reminder()
    mailer.fault = RefusedError("BadRequestException")

    assert send(notice) == []

    assert notices_table.read(notice.key).asks_seller
    assert freezes() == ["bounce"]
    unreached.seen_to(notice)
    assert freezes() == []


def test_a_refused_mail_that_has_another_way_stops_nothing(mailer):
    an_invoice_in_the_books()
    mailer.fault = RefusedError("BadRequestException")

    notice = owe(a_notice().model_copy(update={"fallback": "office@buyer.example"}))
    assert send(notice) == []
    assert freezes() == []

    assert send(a_notice(way="fallback")) == []
    assert freezes() == ["bounce"]


def test_a_freeze_that_comes_in_between_does_not_leave_the_refusal_in_doubt(mailer, monkeypatch):
    an_invoice_in_the_books()
    mailer.fault, read = RefusedError("BadRequestException"), freezes_table.read

    def overtaken(seller, number):
        found = read(seller, number)
        monkeypatch.setattr(freezes_table, "read", read)
        promise = Freeze(reason="promise", since=NOON, until=NOON.date())
        freezes_table.change(seller, number, lambda kept: kept.frozen(promise))
        return found

    monkeypatch.setattr(freezes_table, "read", overtaken)

    assert send(owe(a_notice())) == []

    assert notices_table.read(a_notice().key).state == "REFUSED"
    assert freezes() == ["bounce", "promise"]


@pytest.mark.usefixtures("mailer")
def test_a_mail_that_cannot_be_written_ends_with_its_reason(monkeypatch):
    an_invoice_in_the_books()
    fault = Mock(side_effect=HeaderError("an address is none"))
    monkeypatch.setattr(correspondence, "letter", fault)

    assert send(owe(a_notice())) == []

    ended = notices_table.read(a_notice().key)
    assert (ended.state, ended.reason) == ("REFUSED", "an address is none")


def given_back(recipient="camille@buyer.example"):
    told = News(state="BOUNCED", ses_id="ses-0", at=NOON)
    came_back = a_notice("receipt").model_copy(update={"recipient": recipient}).told(told)
    items.write_together([returns_table.keep(returns.of(came_back))])


def test_an_address_that_gave_a_mail_back_is_not_written_to_again(mailer):
    an_invoice_in_the_books()
    given_back()

    assert send(owe(a_notice())) == []

    ended = notices_table.read(a_notice().key)
    assert (ended.state, ended.reason) == ("REFUSED", "the address gave a mail back")
    assert mailer.sent == []


@pytest.mark.usefixtures("mailer")
def test_nobody_is_reminded_of_an_invoice_that_could_not_be_mailed_for_that():
    an_invoice_in_the_books()
    given_back()

    assert send(owe(a_notice())) == []

    [freeze] = freezes_table.read("atelier", "FA-2026-000001").freezes
    assert freeze.reason == "bounce"
    name = returns.id_of("atelier", "camille@buyer.example")
    assert returns_table.stopped("atelier", name) == {"FA-2026-000001"}


def test_the_other_address_is_written_to_instead(mailer):
    an_invoice_in_the_books()
    given_back()
    notice = a_notice().model_copy(update={"fallback": "office@buyer.example"})

    assert send(owe(notice)) == []
    assert send(a_notice(way="fallback")) == []

    [(to, _)] = mailer.sent
    assert to == "office@buyer.example"


def test_the_accountants_copy_is_the_same_mail_to_another(mailer):
    an_invoice_in_the_books()
    copy = a_notice(way="copy").model_copy(update={"recipient": "books@accountant.example"})

    assert send(owe(copy)) == []

    [(to, mail)] = mailer.sent
    assert to == "books@accountant.example"
    assert "Camille" not in mail["To"]
    assert "FA-2026-000001.pdf" in {part.get_filename() for part in mail.iter_attachments()}
