from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import countries, rest_days, working_hours, zones
from invoicing.working_hours import closing, is_open, opening

FOUR_YEARS = 4 * 365 * 24 * 60
MOMENTS = st.integers(0, FOUR_YEARS).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
EVERYWHERE = sorted(countries.ISO_3166_1 | {"XI"})


def utc(text):
    return datetime.fromisoformat(f"{text}Z")


@pytest.mark.parametrize(
    ("country", "after", "opens"),
    [
        ("FR", "2026-12-18T06:00", "2026-12-18T07:00"),  # Friday, 8 h in winter
        ("FR", "2026-12-18T12:34", "2026-12-18T12:34"),
        ("FR", "2026-12-18T17:00", "2026-12-21T07:00"),  # 18 h is too late, Monday
        ("FR", "2026-03-27T17:00", "2026-03-30T06:00"),  # summer time begins on Sunday
        ("FR", "2026-10-23T16:00", "2026-10-26T07:00"),  # and ends on Sunday
        ("JP", "2026-12-18T06:00", "2026-12-18T06:00"),
        ("US", "2026-12-18T14:00", "2026-12-18T18:00"),  # 8 h in Honolulu
        ("IN", "2026-12-18T02:00", "2026-12-18T02:30"),
    ],
)
def test_the_next_moment_at_which_a_buyer_works(country, after, opens):
    assert opening(utc(after), country) == utc(opens)


@pytest.mark.parametrize(
    ("country", "day", "works_on"),
    [
        ("FR", "2026-07-14", "2026-07-15"),
        ("FR", "2026-12-25", "2026-12-28"),
        ("DE", "2026-10-03", "2026-10-05"),
        ("GB", "2026-12-28", "2026-12-29"),  # in place of Boxing Day, a Saturday
        ("XI", "2026-03-17", "2026-03-18"),  # Saint Patrick's Day in Northern Ireland
        ("AE", "2026-12-12", "2026-12-14"),
    ],
)
def test_a_holiday_leads_to_the_next_working_day(country, day, works_on):
    [place] = map(ZoneInfo, zones.of(country))
    morning = datetime.fromisoformat(f"{day}T05:00").replace(tzinfo=place)

    opens = opening(morning, country, rest_days.of(country)).astimezone(place)

    assert f"{opens:%Y-%m-%d %H:%M}" == f"{works_on} 08:00"


@given(MOMENTS, st.sampled_from(EVERYWHERE))
def test_whoever_is_written_to_works_wherever_he_may_be(after, country):
    opens = opening(after, country)

    assert opens >= after
    assert is_open(opens, country)
    for name in zones.of(country):
        there = opens.astimezone(ZoneInfo(name))
        assert 8 <= there.hour < 18
        assert there.weekday() < 5
    assert closing(opens, country) > opens
    assert not is_open(closing(opens, country), country)


@given(MOMENTS, st.sampled_from(EVERYWHERE), st.timedeltas(timedelta(), timedelta(days=9)))
def test_no_working_hour_is_skipped(after, country, waited):
    opens = opening(after, country)
    between = min(after + waited, opens)

    assert opening(between, country) == opens


def test_every_country_has_zones_that_there_are():
    named = {name for country in EVERYWHERE for name in zones.of(country)}

    assert named <= available_timezones()


def test_a_country_whose_days_are_not_known_rests_at_weekends():
    assert rest_days.of("ZZ")(date(2026, 12, 19))
    assert not rest_days.of("ZZ")(date(2026, 12, 25))
    assert working_hours.weekend(date(2026, 12, 20))
