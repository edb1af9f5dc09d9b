"""Civil days, months and years, as books are closed.

They follow each other in one fixed order: a month comes after its last day, a year after its last
month. So whoever knows the last one that was closed knows the next.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

Level = Literal["day", "month", "year"]

_DAY = timedelta(days=1)
_DECEMBER = 12
_FORMS: dict[Level, str] = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


@dataclass(frozen=True, slots=True)
class CivilPeriod:
    """A day, a month or a year of a seller's legal zone."""

    level: Level
    first: date  # its first day

    @classmethod
    def of_day(cls, at: datetime, zone: ZoneInfo) -> Self:
        """Give the day that a moment falls on."""
        return cls("day", at.astimezone(zone).date())

    @classmethod
    def parse(cls, level: Level, name: str) -> Self:
        """Read a period's name back."""
        return cls(level, datetime.strptime(name, _FORMS[level]).replace(tzinfo=UTC).date())

    @property
    def name(self) -> str:
        """Write it as ISO 8601 does: 2026-11-20, 2026-11, 2026."""
        return self.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.level]]

    @property
    def source(self) -> str:
        """Name it as the source of its closing: day:2026-11-20."""
        return f"{self.level}:{self.name}"

    @property
    def last(self) -> date:
        """Its last day."""
        match self.level:
            case "day":
                return self.first
            case "month":
                _, days = calendar.monthrange(self.first.year, self.first.month)
                return self.first.replace(day=days)
            case "year":
                return date(self.first.year, _DECEMBER, 31)

    def begins(self, zone: ZoneInfo) -> datetime:
        """Give its first moment, in UTC."""
        return _midnight(self.first, zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Give the first moment after it, in UTC; a day has 23 or 25 hours where clocks change."""
        return _midnight(self.last + _DAY, zone)

    def following(self) -> "CivilPeriod":
        """Give what is closed after it."""
        ended = self.last
        if self.level == "day" and _is_last_of_month(ended):
            return CivilPeriod("month", ended.replace(day=1))
        if self.level == "month" and ended.month == _DECEMBER:
            return CivilPeriod("year", date(ended.year, 1, 1))
        return CivilPeriod("day", ended + _DAY)

    def holds(self, other: "CivilPeriod") -> bool:
        """Say whether a shorter period lies in it."""
        return self.first <= other.first and other.last <= self.last


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    """Give a day's first moment: where clocks skip midnight or have it twice, the earlier one."""
    return datetime.combine(on, time.min, zone).astimezone(UTC)


def _is_last_of_month(on: date) -> bool:
    return (on + _DAY).day == 1
