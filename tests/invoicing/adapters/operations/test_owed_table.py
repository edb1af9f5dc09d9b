from datetime import timedelta

import pytest

from invoicing.adapters import items
from invoicing.adapters.operations import owed_table
from invoicing.payments import Balance
from tests.builders import NOON, eur

pytestmark = pytest.mark.usefixtures("deployed")

NUMBER = "FA-2026-000001"


def note(paid: str, *, version: int, seller: str = "atelier") -> None:
    balance = Balance(asked=eur("120.00"), paid=eur(paid), version=version)
    items.put_once(owed_table.note(seller, NUMBER, balance, at=NOON)["Put"])


def listed(seller: str = "atelier") -> list[str]:
    found, mark = owed_table.page(seller, after=None, limit=10)
    assert mark is None
    return [number for number, _ in found]


def test_an_invoice_that_was_paid_twice_is_listed_with_the_day_since_when():
    note("240.00", version=2)

    [(number, since)], _ = owed_table.page("atelier", after=None, limit=10)

    assert (number, since) == (NUMBER, NOON)
    assert listed("lampes") == []


def test_what_went_back_takes_it_off_the_list():
    note("240.00", version=2)
    note("120.00", version=3)

    assert listed() == []


def test_who_looked_earlier_and_writes_later_changes_nothing():
    note("120.00", version=3)
    assert listed() == []  # an invoice that never stood there leaves no item

    note("240.00", version=4)
    note("120.00", version=3)
    assert listed() == [NUMBER]

    note("120.00", version=5)
    note("240.00", version=4)
    assert listed() == []


def test_a_list_goes_on_where_its_page_ended():
    for n in range(3):
        balance = Balance(asked=eur("1.00"), paid=eur("2.00"), version=1)
        at = NOON + timedelta(hours=n)
        items.put_once(owed_table.note("atelier", f"FA-{n}", balance, at=at)["Put"])

    first, mark = owed_table.page("atelier", after=None, limit=2)
    rest, end = owed_table.page("atelier", after=mark, limit=2)

    assert [number for number, _ in (*first, *rest)] == ["FA-0", "FA-1", "FA-2"]
    assert end is None
