import pytest

from invoicing.adapters import items
from invoicing.adapters.operations import agenda_table
from invoicing.errors import OvertakenError
from tests.builders import (
    an_agenda,
)

pytestmark = pytest.mark.usefixtures("deployed")


def test_the_agenda_gives_what_is_due_and_the_rest_later():
    items.write_together([agenda_table.plan(an_agenda("2026-12-21"))])

    assert list(agenda_table.due("atelier", until="2026-12-17")) == []
    assert list(agenda_table.due("atelier", until="2026-12-18")) == [an_agenda("2026-12-21")]
    assert list(agenda_table.due("lampes", until="2026-12-18")) == []


def test_an_invoice_stands_on_the_agenda_once():
    items.write_together([agenda_table.plan(an_agenda())])

    with pytest.raises(OvertakenError):
        items.write_together([agenda_table.plan(an_agenda())])


def test_a_reminder_moves_to_its_next_day_and_at_last_off_the_agenda():
    first, last = an_agenda(), an_agenda(level=5)
    items.write_together([agenda_table.plan(first)])

    items.write_together([agenda_table.move(first, last)])

    assert list(agenda_table.due("atelier", until="2027-01-19")) == []
    assert list(agenda_table.due("atelier", until="2027-01-20")) == [last]
    items.write_together([agenda_table.move(last, None)])
    assert list(agenda_table.due("atelier", until="2099-01-01")) == []


@pytest.mark.parametrize("follows", [an_agenda(level=3), None])
def test_a_reminder_that_another_run_moved_is_not_moved_again(follows):
    items.write_together([agenda_table.plan(an_agenda())])
    items.write_together([agenda_table.move(an_agenda(), an_agenda(level=2))])

    with pytest.raises(OvertakenError):
        items.write_together([agenda_table.move(an_agenda(), follows)])
