from datetime import timedelta

import pytest

from invoicing.adapters import items, notices_table
from invoicing.errors import NotFoundError, OvertakenError
from tests.builders import (
    NOON,
    a_notice,
)

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
    notices_table.move(a_notice(), a_notice().claim(NOON))

    with pytest.raises(OvertakenError):
        notices_table.move(a_notice(), a_notice().claim(NOON))


def test_a_late_answer_to_an_attempt_does_not_end_the_next():
    first = a_notice().claim(NOON)
    second = first.requeued().claim(NOON + timedelta(hours=1))
    items.write_together([notices_table.queue(a_notice())])
    for before, after in [(a_notice(), first), (first, first.requeued())]:
        notices_table.move(before, after)
    notices_table.move(first.requeued(), second)

    with pytest.raises(OvertakenError):
        notices_table.move(first, first.sent("ses-1"))


def test_a_notice_that_nobody_owes_is_not_found():
    with pytest.raises(NotFoundError):
        notices_table.read(a_notice().key)
