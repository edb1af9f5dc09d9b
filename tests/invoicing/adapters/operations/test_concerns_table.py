from datetime import datetime, timedelta

import pytest

from invoicing.adapters import items
from invoicing.adapters.operations import concerns_table
from tests.builders import NOON

pytestmark = pytest.mark.usefixtures("deployed")

NUMBER = "FA-2026-000001"


def note(number: str = NUMBER, *, version: int, since: datetime | None = NOON) -> None:
    items.put_once(concerns_table.note("owed", "atelier", number, version, since=since)["Put"])


def listed(seller: str = "atelier") -> list[str]:
    found, mark = concerns_table.page("owed", seller, after=None, limit=10)
    assert mark is None
    return [number for number, _ in found]


def test_an_invoice_that_was_paid_twice_is_listed_with_the_day_since_when():
    note(version=2)

    [(number, since)], _ = concerns_table.page("owed", "atelier", after=None, limit=10)

    assert (number, since) == (NUMBER, NOON)
    assert listed("lampes") == []
    assert concerns_table.page("overclaimed", "atelier", after=None, limit=10) == ([], None)


def test_what_went_back_takes_it_off_the_list():
    note(version=2)
    note(version=3, since=None)

    assert listed() == []


def test_who_looked_earlier_and_writes_later_changes_nothing():
    note(version=3, since=None)
    assert listed() == []  # an invoice that never stood there leaves no item

    note(version=4)
    note(version=3, since=None)
    assert listed() == [NUMBER]

    note(version=5, since=None)
    note(version=4)
    assert listed() == []


def test_a_list_goes_on_where_its_page_ended():
    for n in range(3):
        note(f"FA-{n}", version=1, since=NOON + timedelta(hours=n))

    first, mark = concerns_table.page("owed", "atelier", after=None, limit=2)
    rest, end = concerns_table.page("owed", "atelier", after=mark, limit=2)

    assert [number for number, _ in (*first, *rest)] == ["FA-0", "FA-1", "FA-2"]
    assert end is None
