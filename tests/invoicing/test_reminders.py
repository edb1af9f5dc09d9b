from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.reminders import PLAN, Agenda
from tests.builders import an_agenda

DUE = date(2026, 12, 21)
AGENDA = an_agenda(DUE.isoformat())
RUNS = st.lists(st.integers(-40, 60), min_size=1, max_size=40).map(sorted)  # days around the due


def reminded(days):
    """Run on these days and give what was sent: the day and the level."""
    agenda, sent = AGENDA, []
    for day in days:
        level = agenda.reached(DUE + timedelta(days=day)) if agenda else None
        if level:
            sent.append((day, level))
            agenda = agenda.after(level)
    return sent


@pytest.mark.parametrize(
    ("level", "day"),
    [
        (1, date(2026, 12, 18)),
        (2, date(2026, 12, 22)),
        (3, date(2026, 12, 28)),
        (4, date(2027, 1, 5)),
        (5, date(2027, 1, 20)),
    ],
)
def test_each_level_has_its_day(level, day):
    assert AGENDA.at(level).on == day


def test_nobody_is_reminded_before_the_first_day():
    assert AGENDA.reached(date(2026, 12, 17)) is None
    assert AGENDA.reached(date(2026, 12, 18)) == 1


def test_a_run_every_day_sends_every_level_on_its_day():
    assert reminded(range(-40, 60)) == [(day, level) for level, day in enumerate(PLAN, 1)]


def test_days_that_were_missed_are_caught_up_with_one_mail():
    assert reminded([8, 9, 14, 15]) == [(8, 3), (15, 4)]


def test_a_run_twice_on_a_day_sends_once():
    assert reminded([1, 1, 1]) == [(1, 2)]


def test_after_the_last_level_there_is_none():
    assert AGENDA.after(len(PLAN)) is None
    assert reminded([100, 101, 200]) == [(100, len(PLAN))]


@given(RUNS)
def test_no_level_goes_out_early_twice_or_in_the_wrong_order(days):
    levels = [level for _, level in reminded(days)]

    assert levels == sorted(set(levels))
    for day, level in reminded(days):
        assert PLAN[level - 1] <= day


@given(RUNS)
def test_whoever_is_reminded_gets_the_firmest_level_whose_day_has_come(days):
    for day, level in reminded(days):
        assert level == len(PLAN) or PLAN[level] > day


@given(RUNS)
def test_no_level_is_owed_after_a_run(days):
    *_, last = days
    come = [level for level, day in enumerate(PLAN, 1) if day <= last]
    sent = [level for _, level in reminded(days)]

    assert max(sent, default=None) == max(come, default=None)


@pytest.mark.parametrize(("days", "level"), [(30, 1), (4, 1), (3, 2), (0, 2)])
def test_nobody_is_reminded_on_the_day_that_the_invoice_comes(days, level):
    issued_on = date(2026, 11, 21)
    due_on = issued_on + timedelta(days=days)

    agenda = Agenda.first("atelier", "FA-2026-000001", issued_on=issued_on, due_on=due_on)

    assert agenda.level == level
    assert agenda.on > issued_on
