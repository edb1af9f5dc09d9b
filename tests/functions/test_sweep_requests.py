from datetime import timedelta

import pytest

from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Check, Deliver, Doorbell, Render
from tests import aws
from tests.books import issue_order, owe
from tests.builders import NOON, a_key, a_notice, a_place, a_request, a_seller
from tests.doors import tick


@pytest.fixture
def pushed(deployed):
    """Run the sweeper at a time and give what it sent, by queue."""
    queues = ("CHECK_QUEUE", "NUMBER_QUEUE", "RENDER_QUEUE", "DELIVER_QUEUE")

    def sweep(*, minutes):
        tick("sweep_requests", NOON + timedelta(minutes=minutes))
        sent = {queue: aws.received(deployed[queue]) for queue in queues}
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


def test_what_is_on_its_way_is_left_alone(pushed):
    inbox().accept(a_request())

    assert pushed(minutes=1) == {}


def test_what_is_held_waits_for_the_seller(pushed):
    inbox().accept(a_request(seller=a_seller(vat_number=None)))

    assert pushed(minutes=10_000) == {}


def test_what_is_done_is_left_alone(pushed):
    issue_order()
    inbox().end(a_key())

    assert pushed(minutes=10_000) == {}


def test_what_still_stands_is_pushed_again_and_again(pushed):
    inbox().accept(a_request())

    assert pushed(minutes=2) == pushed(minutes=3) != {}


def test_a_mail_that_waits_behind_others_is_asked_for_twice_in_ten_minutes(pushed):
    owe(a_notice())

    asked = [minutes for minutes in range(22) if pushed(minutes=minutes)]

    assert asked == [2, 11, 12, 21]


def test_a_mail_in_doubt_is_left_alone_until_ses_had_its_time(pushed):
    owe(a_notice().claim("worker", NOON).doubted("no answer", NOON))

    asked = [minutes for minutes in range(70) if pushed(minutes=minutes)]

    assert asked == [61, 62]


def test_a_reminder_in_doubt_waits_for_a_person(pushed):
    owe(a_notice("reminder", level=1).claim("worker", NOON).doubted("no answer", NOON))

    assert pushed(minutes=10_001) == {}
