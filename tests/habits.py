"""What is known of a seller, made without issuing anything."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from invoicing import ledger
from invoicing.habits import Count, Day, Habits, Kind, Seen
from invoicing.ledger import Beginning, Head
from invoicing.money import Money
from tests.builders import NOON

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
AT_HOME = {"country:FR": 1, "vat:domestic": 1, "currency:EUR": 1}


def a_head(n: int, *, first: int = 1, year: int = 2026) -> Head:
    began = Beginning(year=2026, n=first, at=NOON)
    return ledger.BEGINNING.model_copy(update={"year": year, "n": n, "began": began})


def a_count(invoices: int) -> dict[Kind, Count]:
    """How far the series were at a day's end; of credit notes there was none yet."""
    return {"invoice": Count(year=2026, n=invoices), "credit_note": Count(year=0, n=0)}


def a_day(
    on: date, invoices: int, *, largest: str = "120.00", met: Mapping[str, int] | None = None
) -> Seen:
    """A day on which so many invoices were alike, unless it is said what they were."""
    day = Day(on=on, invoices=invoices, largest=(Money(Decimal(largest), "EUR"),))
    return Seen(day, {name: n * invoices for name, n in AT_HOME.items()} if met is None else met)


def some_habits(*, days: int = 30, a_day_has: int = 10, largest: str = "120.00") -> Habits:
    """Days that were all alike, up to yesterday; by then the series stands at their sum."""
    first = TODAY - timedelta(days=days)
    known = Habits.none(first)
    for n in range(days):
        seen = a_day(first + timedelta(days=n), a_day_has, largest=largest)
        known = known.learnt(seen, a_count((n + 1) * a_day_has))
    return known
