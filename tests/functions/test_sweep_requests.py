from datetime import timedelta

import pytest

from invoicing import refunds, settings
from invoicing.adapters.mails import correspondence
from invoicing.adapters.operations import inbox_index, notices_table, refunds_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Check, Deliver, Doorbell, Render
from invoicing.errors import NotFoundError
from tests import aws
from tests.books import PDF, issue, issue_order, owe, store
from tests.builders import NOON, PARIS, a_key, a_notice, a_place, a_request, a_seller
from tests.doors import function, tick


@pytest.fixture
def pushed(shop):
    """Run the sweeper at a time and give what it sent, by queue."""
    queues = ("CHECK_QUEUE", "NUMBER_QUEUE", "RENDER_QUEUE", "DELIVER_QUEUE", "REFUND_QUEUE")

    def sweep(*, minutes):
        tick("sweep_requests", NOON + timedelta(minutes=minutes))
        sent = {queue: aws.received(shop[queue]) for queue in queues}
        return {queue: [each["body"] for each in got] for queue, got in sent.items() if got}

    return sweep


def only(sent, queue, shape):
    assert list(sent) == [queue]
    [body] = sent[queue]
    return shape.model_validate(body)


def test_an_order_whose_check_was_lost_is_checked(pushed):
    inbox().accept(a_request())

    assert only(pushed(minutes=2), "CHECK_QUEUE", Check).request == a_key()


def test_an_order_whose_doorbell_was_lost_is_rung_for(pushed):
    inbox().accept(a_request().ready())

    assert only(pushed(minutes=2), "NUMBER_QUEUE", Doorbell).request == a_key()


def test_a_document_whose_message_was_lost_is_rendered(pushed):
    issue_order()

    assert only(pushed(minutes=2), "RENDER_QUEUE", Render).place == a_place()


def test_a_mail_whose_message_was_lost_is_delivered(pushed):
    owe(a_notice())

    assert only(pushed(minutes=2), "DELIVER_QUEUE", Deliver).notice == a_notice().key


def test_what_cannot_be_read_keeps_nothing_behind_it_waiting(pushed, monkeypatch):
    inbox().accept(a_request())
    inbox().accept(a_request(id="1002"))
    read = inbox().read

    def unreadable(key):
        if key == a_key():
            raise NotFoundError(key.source)
        return read(key)

    monkeypatch.setattr(inbox(), "read", unreadable)
    with pytest.raises(function("sweep_requests").NotAllPushedError):
        pushed(minutes=2)

    [asked] = aws.received(settings.get("CHECK_QUEUE"))
    assert Check(**asked["body"]).request == a_key("1002")


def test_what_is_on_its_way_is_left_alone(pushed):
    inbox().accept(a_request())

    assert pushed(minutes=1) == {}


def test_what_is_held_waits_for_the_seller(pushed):
    inbox().accept(a_request(seller=a_seller(vat_number=None)))

    assert pushed(minutes=10_000) == {}


def issue_batch(count):
    return issue(*(inbox().accept(a_request(id=f"{n}").ready()) for n in range(1, count + 1)))


def test_of_a_batch_that_was_numbered_together_only_what_is_missing_is_rendered(pushed):
    _, second, _ = issue_batch(3)
    store(second, PDF)

    asked = map(Render.model_validate, pushed(minutes=2)["RENDER_QUEUE"])

    assert {each.place for each in asked} == {a_place(1), a_place(3)}


def attempt(number):
    """Attempt the mail of an invoice; SES has it."""
    notice = correspondence.owed(a_notice(number=number).key)
    claimed = notice.claim("worker", NOON)
    notices_table.claim(notice, claimed)
    notices_table.move(claimed, claimed.sent("ses-1"))


def test_of_a_batch_that_is_stored_each_mail_that_nobody_attempted_is_asked_for(pushed):
    for entry in issue_batch(2):
        store(entry, PDF)
    attempt("FA-2026-000001")

    missing = a_notice(number="FA-2026-000002").key
    assert only(pushed(minutes=2), "DELIVER_QUEUE", Deliver).notice == missing


def test_a_batch_leaves_the_list_when_all_of_it_is_stored_and_each_mail_attempted(pushed):
    first, second = issue_batch(2)
    store(second, PDF)
    pushed(minutes=1)
    store(first, PDF)
    attempt("FA-2026-000001")
    pushed(minutes=2)
    assert len(list(inbox_index.undone())) == 1

    attempt("FA-2026-000002")

    assert pushed(minutes=11) == {}
    assert list(inbox_index.undone()) == []


def test_a_document_that_owes_no_mail_waits_for_none(pushed):
    buyer = {"name": "Camille Moreau", "address": PARIS, "delivery": "download"}
    store(issue_order(buyer=buyer), PDF)

    assert pushed(minutes=2) == {}
    assert list(inbox_index.undone()) == []


def test_a_batch_that_waits_behind_others_is_asked_for_twice_in_ten_minutes(pushed):
    issue_order()

    asked = [minutes for minutes in range(22) if pushed(minutes=minutes)]

    assert asked == [2, 11, 12, 21]


def test_a_request_of_which_a_slow_index_says_that_it_stands_for_a_batch_is_left_alone(
    pushed, monkeypatch
):
    store(issue_order(), PDF)
    attempt("FA-2026-000001")
    listed = list(inbox_index.undone())
    pushed(minutes=2)

    monkeypatch.setattr(inbox_index, "undone", lambda: iter(listed))

    assert pushed(minutes=11) == {}


def test_what_still_stands_is_pushed_again_and_again(pushed):
    inbox().accept(a_request())

    assert pushed(minutes=2) == pushed(minutes=3) != {}


def test_a_mail_that_waits_behind_others_is_asked_for_twice_in_ten_minutes(pushed):
    owe(a_notice())

    asked = [minutes for minutes in range(22) if pushed(minutes=minutes)]

    assert asked == [2, 11, 12, 21]


def test_a_refund_that_cannot_be_made_does_not_fill_its_queue(pushed):
    issue_order()
    key = refunds.Key(seller="atelier", id="R-1")
    refund = refunds.Refund(key=key, invoice="FA-2026-000001", reason="Trop payé", since=NOON)
    refunds_table.accept(refund)

    asked = [minutes for minutes in range(22) if pushed(minutes=minutes).get("REFUND_QUEUE")]

    assert asked == [2, 11, 12, 21]


def test_a_mail_in_doubt_is_left_alone_until_ses_had_its_time(pushed):
    owe(a_notice().claim("worker", NOON).doubted("no answer", NOON))

    asked = [minutes for minutes in range(70) if pushed(minutes=minutes)]

    assert asked == [61, 62]


def test_a_reminder_in_doubt_waits_for_a_person(pushed):
    owe(a_notice("reminder", level=1).claim("worker", NOON).doubted("no answer", NOON))

    assert pushed(minutes=10_001) == {}
