from datetime import timedelta

import pytest
from botocore.exceptions import ReadTimeoutError

from invoicing.adapters import items
from invoicing.adapters.operations import notices_table
from invoicing.errors import NotFoundError, OvertakenError
from tests.builders import NOON, a_notice

pytestmark = pytest.mark.usefixtures("deployed")


def test_a_mail_is_owed_once():
    items.write_together([notices_table.queue(a_notice())])

    with pytest.raises(OvertakenError):
        items.write_together([notices_table.queue(a_notice())])

    assert notices_table.read(a_notice().key) == a_notice()


def test_each_level_of_a_reminder_is_a_mail_of_its_own():
    for level in (1, 2):
        items.write_together([notices_table.queue(a_notice("reminder", level=level))])

    assert notices_table.read(a_notice("reminder", level=2).key).key.level == 2


def test_a_notice_is_claimed_by_one():
    items.write_together([notices_table.queue(a_notice())])
    notices_table.claim(a_notice(), a_notice().claim("one", NOON))

    with pytest.raises(OvertakenError):
        notices_table.claim(a_notice(), a_notice().claim("another", NOON))


def test_a_claim_whose_answer_was_lost_is_known_again_by_its_holder():
    items.write_together([notices_table.queue(a_notice())])
    mine = a_notice().claim("me", NOON)
    notices_table.move(a_notice(), mine)  # and nobody heard of it

    notices_table.claim(a_notice(), mine)

    assert notices_table.read(a_notice().key) == mine


def test_a_claim_that_never_answered_is_looked_for(monkeypatch):
    items.write_together([notices_table.queue(a_notice())])
    mine, write = a_notice().claim("me", NOON), items.write

    def write_in_silence(action):
        write(action)
        raise ReadTimeoutError(endpoint_url="dynamodb")

    monkeypatch.setattr(items, "write", write_in_silence)

    notices_table.claim(a_notice(), mine)

    assert notices_table.read(a_notice().key) == mine


def test_a_late_answer_to_an_attempt_does_not_end_the_next():
    first = a_notice().claim("worker", NOON)
    second = first.put_off(NOON).claim("worker", NOON + timedelta(hours=1))
    items.write_together([notices_table.queue(a_notice())])
    for before, after in [(a_notice(), first), (first, first.put_off(NOON))]:
        notices_table.move(before, after)
    notices_table.move(first.put_off(NOON), second)

    with pytest.raises(OvertakenError):
        notices_table.move(first, first.sent("ses-1"))


def test_a_notice_that_nobody_owes_is_not_found():
    with pytest.raises(NotFoundError):
        notices_table.read(a_notice().key)
