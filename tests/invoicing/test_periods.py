from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.periods import CivilPeriod

PARIS = ZoneInfo("Europe/Paris")
# Beirut and Havana change clocks at midnight, Lord Howe by half an hour.
ZONES = st.sampled_from(
    ["Europe/Paris", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe", "Pacific/Kiritimati"]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def day(text):
    return CivilPeriod("day", date.fromisoformat(text))


def run(first, count):
    """Give so many periods, each closed after the one before it."""
    periods = [first]
    while len(periods) < count:
        periods.append(periods[-1].following())
    return periods


@given(MOMENTS, ZONES)
def test_a_moment_lies_in_its_civil_day_and_in_no_other(at, zone):
    today = CivilPeriod.of_day(at, zone)
    days = [CivilPeriod("day", today.first + timedelta(days=n)) for n in (-1, 0, 1)]

    assert [each.begins(zone) <= at < each.ends(zone) for each in days] == [False, True, False]


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)), ZONES)
def test_a_day_begins_where_the_one_before_it_ends(first, zone):
    days = [each for each in run(CivilPeriod("day", first), 40) if each.level == "day"]

    for one, other in pairwise(days):
        assert one.ends(zone) == other.begins(zone)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_each_month_and_each_year_is_closed_once_after_its_last_day(first):
    periods = run(CivilPeriod("day", first), 800)

    assert len({each.source for each in periods}) == len(periods)
    for one, other in pairwise(periods):
        if other.level != "day":
            assert (one.last, other.holds(one)) == (other.last, True)
    of = {level: [each for each in periods if each.level == level] for level in ("month", "year")}
    for level, found in of.items():
        for one, other in pairwise(found):
            assert other.first == one.last + timedelta(days=1), level


@pytest.mark.parametrize(
    ("name", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-20", 24)]
)
def test_a_day_is_as_long_as_the_clock_makes_it(name, hours):
    period = day(name)

    assert period.ends(PARIS) - period.begins(PARIS) == timedelta(hours=hours)


def test_after_new_years_eve_the_month_and_the_year_are_closed():
    sources = [each.source for each in run(day("2026-12-31"), 4)]

    assert sources == ["day:2026-12-31", "month:2026-12", "year:2026", "day:2027-01-01"]


@pytest.mark.parametrize("period", run(day("2026-12-31"), 4), ids=lambda each: each.name)
def test_a_period_is_read_back_from_its_name(period):
    assert CivilPeriod.parse(period.level, period.name) == period
