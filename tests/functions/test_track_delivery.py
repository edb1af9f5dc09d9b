from datetime import UTC, datetime

import pytest

from invoicing.adapters import notices_table
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


def claimed():
    notice = owe(a_notice())
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


def test_an_event_that_names_no_notice_of_ours_comes_again_until_a_person_sees_it():
    event = an_event("Delivery", notice="newsletter")

    assert deliver("track_delivery", event) == [0]


def test_no_address_is_logged(capsys):
    claimed()

    assert tell("Bounce") == []

    assert "buyer.example" not in capsys.readouterr().out
