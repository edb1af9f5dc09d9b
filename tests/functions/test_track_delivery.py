from datetime import UTC, datetime

import pytest

from invoicing import returns
from invoicing.adapters import unreached
from invoicing.adapters.operations import freezes_table, notices_table, returns_table
from tests.books import owe
from tests.builders import a_notice
from tests.doors import deliver
from tests.ses import an_event

pytestmark = pytest.mark.usefixtures("deployed")

STATES = {
    "Send": "SENT",
    "DeliveryDelay": "SENT",
    "Delivery": "DELIVERED",
    "Reject": "UNDELIVERED",
    "Bounce": "BOUNCED",
    "Complaint": "COMPLAINED",
}


def tell(*types: str, **changes):
    tag = a_notice().key.tag
    return deliver("track_delivery", *(an_event(each, notice=tag, **changes) for each in types))


def state():
    return notices_table.read(a_notice().key).state


def claimed(occasion="invoice", **changes):
    notice = owe(a_notice(occasion).model_copy(update=changes))
    taken = notice.claim("worker", datetime.now(UTC))
    notices_table.move(notice, taken)
    return taken


@pytest.mark.parametrize("told", STATES)
def test_what_ses_tells_of_a_mail_is_where_its_notice_stands(told):
    claimed()

    assert tell(told) == []

    assert state() == STATES[told]


def test_a_mail_whose_answer_was_lost_is_proved_by_any_event():
    taken = claimed()
    notices_table.move(taken, taken.doubted("no answer", datetime.now(UTC)))

    assert tell("Send") == []

    known = notices_table.read(a_notice().key)
    assert (known.state, known.ses_id, known.waits) == ("SENT", "ses-1", False)


def test_an_event_of_an_earlier_attempt_counts_as_much():
    taken = claimed()
    doubted = taken.doubted("no answer", datetime.now(UTC))
    notices_table.move(taken, doubted)
    notices_table.move(doubted, doubted.claim("another", datetime.now(UTC)))

    assert tell("Delivery", attempt=1) == []

    known = notices_table.read(a_notice().key)
    assert (known.state, known.attempt) == ("DELIVERED", 2)


def test_a_delivery_after_the_bounce_does_not_undo_it():
    claimed()

    assert tell("Send", "Bounce", "Delivery", "Bounce") == []

    assert state() == "BOUNCED"


def test_an_answer_from_somebodys_holidays_does_not_undo_the_delivery():
    claimed()

    assert tell("Delivery") == []
    assert tell("Bounce", bounceType="Transient") == []

    assert state() == "DELIVERED"


def test_an_event_that_meets_the_answer_of_its_mail_looks_again(monkeypatch):
    taken, read = claimed(), notices_table.read

    def overtaken(_key):
        monkeypatch.setattr(notices_table, "read", read)
        notices_table.move(taken, taken.sent("ses-1"))
        return taken

    monkeypatch.setattr(notices_table, "read", overtaken)

    assert tell("Delivery") == []

    assert state() == "DELIVERED"


def test_an_event_of_a_mail_that_nobody_here_owes_is_put_away():
    assert tell("Delivery") == []


def test_what_ses_publishes_to_try_the_topic_rings_no_alarm():
    # as it came to others: https://github.com/ope-tech/laravel-ses/issues/10
    trial = "Successfully validated SNS topic for Amazon SES event publishing."

    assert deliver("track_delivery", trial) == []


def test_an_event_that_names_no_notice_of_ours_comes_again_until_a_person_sees_it():
    event = an_event("Delivery", notice="newsletter")

    assert deliver("track_delivery", event) == [0]


def test_no_address_is_logged(capsys):
    claimed()

    assert tell("Bounce") == []

    assert "buyer.example" not in capsys.readouterr().out


# What follows from a mail that came back


def freezes():
    return [each.reason for each in freezes_table.read("atelier", "FA-2026-000001").freezes]


@pytest.mark.parametrize("told", ["Bounce", "Complaint"])
def test_who_gives_a_mail_back_is_not_written_to_again_and_not_reminded(told):
    claimed()

    assert tell(told, "Delivery", told) == []

    assert returns_table.holds("atelier", "Camille@Buyer.example")
    assert not returns_table.holds("lampes", "camille@buyer.example")
    assert freezes() == ["bounce"]


def test_the_address_remembers_every_invoice_that_it_stops():
    first, second = a_notice(), a_notice(number="FA-2026-000002")
    for each in (first, second):
        owe(each)
        assert deliver("track_delivery", an_event("Bounce", notice=each.key.tag)) == []

    name = returns.id_of("atelier", first.recipient)
    assert returns_table.stopped("atelier", name) == {"FA-2026-000001", "FA-2026-000002"}


def test_the_seller_sees_which_address_without_the_address_being_kept():
    claimed()

    assert tell("Bounce") == []

    [returned], _ = returns_table.page("atelier", after=None, limit=2)
    assert (returned.hint, returned.number) == ("c…@buyer.example", "FA-2026-000001")
    assert returned.reason == "Permanent: General"


def test_a_full_mailbox_is_written_to_again():
    claimed()

    assert tell("Bounce", bounceType="Transient") == []

    assert not returns_table.holds("atelier", "camille@buyer.example")
    assert freezes() == []


def test_a_mail_that_ses_kept_reminds_nobody_until_its_seller_has_seen_to_it():
    notice = claimed()

    assert tell("Reject", "Reject") == []

    known = notices_table.read(notice.key)
    assert (known.state, known.asks_seller, freezes()) == ("UNDELIVERED", True, ["bounce"])
    assert not returns_table.holds("atelier", "camille@buyer.example")
    unreached.seen_to(known)
    assert freezes() == []


def test_a_mail_that_ses_kept_is_tried_at_the_other_address():
    claimed(fallback="office@buyer.example")

    assert tell("Reject") == []

    assert notices_table.read(a_notice(way="fallback").key).state == "QUEUED"
    assert freezes() == []


def test_a_delivery_told_after_the_complaint_is_remembered_and_nothing_else_follows():
    notice = claimed()
    assert tell("Complaint") == []
    returned = returns.id_of("atelier", notice.recipient)
    returns_table.lift("atelier", returned, {"FA-2026-000001"})
    freezes_table.change("atelier", "FA-2026-000001", lambda kept: kept.lifted("bounce"))

    assert tell("Delivery") == []

    known = notices_table.read(notice.key)
    assert known.state == "COMPLAINED"
    assert known.delivered_at > known.since
    assert not returns_table.holds("atelier", notice.recipient)
    assert freezes() == []


def test_the_other_address_is_tried_once_and_ends_the_freeze_when_it_has_the_mail():
    claimed(fallback="office@buyer.example")
    assert tell("Bounce", "Complaint", "Bounce") == []
    other = notices_table.read(a_notice(way="fallback").key)
    assert (other.recipient, other.state, other.fallback) == (
        "office@buyer.example",
        "QUEUED",
        None,
    )

    delivered = an_event("Delivery", notice=other.key.tag)
    assert deliver("track_delivery", delivered) == []

    assert notices_table.read(other.key).state == "DELIVERED"
    assert freezes() == []


def test_a_receipt_that_came_back_stops_no_reminder():
    claimed("receipt")

    assert deliver("track_delivery", an_event("Bounce", notice=a_notice("receipt").key.tag)) == []

    assert freezes() == []
