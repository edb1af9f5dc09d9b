"""Working hours: when a buyer is written to about what he owes.

From 8 to 18 h on a working day of his country. Where a country has several zones it is so in all of
those that are listed, which are its farthest ones; Russia's and Kiribati's are too far apart for
that, so there it is the capital's.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from invoicing import zones

OPENS, CLOSES = time(8), time(18)
_LONGEST = 30  # days; no country rests longer

Rests = Callable[[date], bool]
"""Says of a civil day of the buyer's whether nobody works on it."""

_SATURDAY = 5


def weekend(day: date) -> bool:
    """Say whether a day is a Saturday or a Sunday; holidays are not known here."""
    return day.weekday() >= _SATURDAY


def opening(after: datetime, country: str, rests: Rests = weekend) -> datetime:
    """Give the first moment, UTC, from `after` on at which the buyer works."""
    places = [ZoneInfo(name) for name in zones.of(country)]
    first = min(after.astimezone(place).date() for place in places)
    for n in range(_LONGEST):
        day = first + timedelta(days=n)
        opens, closes = _hours(day, places)
        if after < closes and not rests(day):
            return max(after.astimezone(UTC), opens)
    raise ValueError(f"nobody works in {country} for {_LONGEST} days")


def is_open(at: datetime, country: str, rests: Rests = weekend) -> bool:
    """Say whether the buyer works at a moment."""
    return opening(at, country, rests) == at


def closing(at: datetime, country: str) -> datetime:
    """Give the end, UTC, of the hours that a moment lies in."""
    places = [ZoneInfo(name) for name in zones.of(country)]
    return _hours(at.astimezone(places[0]).date(), places)[1]


def _hours(day: date, places: list[ZoneInfo]) -> tuple[datetime, datetime]:
    opens = max(datetime.combine(day, OPENS, place).astimezone(UTC) for place in places)
    closes = min(datetime.combine(day, CLOSES, place).astimezone(UTC) for place in places)
    return opens, closes
