from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import digests
from invoicing.digests import Row, Span
from invoicing.tasks import Task
from tests.builders import (
    NOON,
    a_request,
    a_seller,
    eur,
    sealed,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ELEVEN = NOON - HOUR  # until when a digest of noon tells
SPAN = Span(seller="atelier", day=date(2026, 11, 21), since=ELEVEN - DAY, until=ELEVEN)


def a_task(about="1001", *, since=NOON, deadline=None):
    href = f"/v1/orders/{about}"
    return Task(kind="held_order", id=about, about=about, since=since, deadline=deadline, href=href)


@pytest.mark.parametrize(
    ("zone", "hour", "made"),
    [
        ("Europe/Paris", 5, False),
        ("Europe/Paris", 6, True),  # seven in the winter
        ("Asia/Tokyo", 21, False),  # six the next morning
        ("Asia/Tokyo", 22, True),
        ("America/New_York", 11, False),
        ("America/New_York", 12, True),
    ],
)
def test_it_is_made_when_it_is_morning_where_the_seller_is(zone, hour, made):
    at = datetime(2026, 11, 21, hour, tzinfo=UTC)

    assert bool(digests.upcoming(a_seller(zone=zone), None, at=at)) is made


def test_the_first_one_tells_of_the_last_day():
    assert digests.upcoming(a_seller(), None, at=NOON) == SPAN


def test_it_is_made_once_a_day_and_goes_on_where_the_last_one_ended():
    assert digests.upcoming(a_seller(), SPAN, at=NOON + 5 * HOUR) is None
    following = digests.upcoming(a_seller(), SPAN, at=NOON + DAY)
    assert following
    assert (following.since, following.until) == (ELEVEN, ELEVEN + DAY)


@given(missed=st.lists(st.integers(min_value=0, max_value=24 * 400), unique=True, min_size=1))
def test_whatever_hours_are_missed_each_moment_is_told_of_once_and_no_day_twice(missed):
    """Years of hourly runs, DST changes included, with holes in them."""
    seller, last, spans = a_seller(), None, []
    for hour in sorted(missed):
        span = digests.upcoming(seller, last, at=NOON + timedelta(hours=hour))
        if span:
            spans.append(span)
            last = span
    assert len({each.day for each in spans}) == len(spans)
    assert all(one.until == other.since for one, other in pairwise(spans))


def test_what_ends_first_is_named_first_and_the_rest_is_counted():
    tasks = [a_task(f"{n}", since=NOON - timedelta(hours=n)) for n in range(20)]
    urgent = a_task("urgent", deadline=date(2026, 11, 30))

    digest = digests.make(SPAN, [*tasks, urgent], [])

    assert [each.about for each in digest.waiting[:2]] == ["urgent", "19"]
    assert (len(digest.waiting), digest.count) == (digests.MOST_NAMED, 21)


def test_what_happened_is_summed_by_kind():
    rows = [Row(kind="invoice", count=1, amount=eur(each)) for each in ("120.00", "80.00")]

    digest = digests.make(SPAN, [], rows)

    assert digest.happened == (Row(kind="invoice", count=2, amount=eur("200.00")),)


def test_a_day_without_anything_is_quiet():
    assert digests.make(SPAN, [], []).is_quiet
    assert not digests.make(SPAN, [a_task()], []).is_quiet
    assert not digests.make(SPAN, [], [], reminders=1).is_quiet


def test_an_invoice_counts_with_all_that_it_asks():
    [entry] = sealed(a_request().ready()).entries

    assert digests.row(entry) == Row(kind="invoice", count=1, amount=eur("120.00"))
