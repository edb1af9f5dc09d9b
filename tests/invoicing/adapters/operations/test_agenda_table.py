from datetime import UTC, date, datetime

import pytest

from invoicing.adapters import items
from invoicing.adapters.operations import agenda_table
from invoicing.errors import OvertakenError
from invoicing.reminders import Agenda
from tests.builders import an_agenda

pytestmark = pytest.mark.usefixtures("deployed")

MORNING = datetime(2026, 12, 18, 7, tzinfo=UTC)  # 8 h in Paris on the first day of the plan
LATE = datetime(2098, 12, 31, tzinfo=UTC)


def put(*agendas: Agenda):
    for each in agendas:
        items.write_together([agenda_table.plan(each)])


def due(at=LATE, seller="atelier"):
    return agenda_table.due(seller, "b" * 32, at=at, most=99)


def buyers(at=LATE, seller="atelier"):
    """Whose day has come, read page by page."""
    found, after = [], None
    while True:
        page = agenda_table.due_page(seller, at=at, after=after, limit=2)
        found += page.buyers
        after = page.after
        if not after:
            return found


def test_the_agenda_gives_what_is_due_and_the_rest_later():
    put(an_agenda("2026-12-21"))
    before = datetime(2026, 12, 18, 6, 59, tzinfo=UTC)

    assert (due(before), buyers(before)) == ([], [])
    assert (due(MORNING), buyers(MORNING)) == ([an_agenda("2026-12-21")], ["b" * 32])
    assert (due(MORNING, "lampes"), buyers(MORNING, "lampes")) == ([], [])


def test_what_is_paid_is_due_no_more_until_it_is_reopened():
    put(an_agenda())
    paid = an_agenda().paid(date(2026, 12, 18))
    items.write_together([agenda_table.move(an_agenda(), paid)])
    assert (due(), buyers()) == ([], [])

    again = paid.reopened(date(2026, 12, 18))
    items.write_together([agenda_table.move(paid, again)])

    assert (due(MORNING), buyers(MORNING)) == ([], [])
    assert (due(), buyers()) == ([again], ["b" * 32])


def test_the_list_of_buyers_is_read_page_by_page_and_leaves_nobody_out():
    names = [f"{n:032}" for n in range(7)]
    put(*(an_agenda(buyer=name, number=f"FA-2026-{name[-6:]}") for name in names))

    assert sorted(buyers()) == names


def test_all_that_is_due_of_a_buyer_stands_together():
    first, second = an_agenda(number="FA-2026-000001"), an_agenda(number="FA-2026-000002")
    put(second, first, an_agenda(number="FA-2026-000003", buyer="c" * 32))

    assert due() == [first, second]
    assert buyers(MORNING) == ["b" * 32, "c" * 32]


def test_an_invoice_stands_on_the_agenda_once():
    put(an_agenda())

    with pytest.raises(OvertakenError):
        put(an_agenda())


def test_a_reminder_moves_to_its_next_day_and_rests_after_the_last_one():
    first, last = an_agenda(), an_agenda(level=5)
    ended = last.at(8)
    put(first)

    items.write_together([agenda_table.move(first, last)])

    assert due(datetime(2027, 1, 20, 6, tzinfo=UTC)) == []
    assert due(datetime(2027, 1, 20, 7, tzinfo=UTC)) == [last]
    items.write_together([agenda_table.move(last, ended)])
    assert (due(), buyers()) == ([], [])


def test_what_was_handed_over_waits_for_the_seller_and_is_not_due():
    agenda = an_agenda(level=7)
    put(agenda)
    waiting = agenda.handed_over(date(2027, 2, 19))

    items.write_together([agenda_table.move(agenda, waiting)])

    assert (due(), buyers()) == ([], [])
    assert list(agenda_table.handed_over("atelier")) == [waiting]
    assert list(agenda_table.handed_over("lampes")) == []


def test_a_reminder_that_another_run_moved_is_not_moved_again():
    put(an_agenda())
    items.write_together([agenda_table.move(an_agenda(), an_agenda(level=2))])

    with pytest.raises(OvertakenError):
        items.write_together([agenda_table.move(an_agenda(), an_agenda(level=3))])
