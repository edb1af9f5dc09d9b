"""Reminders: who is reminded when, and how firmly.

Dates are civil dates in the seller's legal zone. What is due is derived from the facts and a date,
never from "today equals": a day that was missed is caught up, with one mail and not with several.
"""

from datetime import date, timedelta

from invoicing.records import Record

PLAN = (-3, 1, 7, 15, 30)  # days after the due date, one for each level from 1 on


class Agenda(Record):
    """The next reminder of one invoice."""

    seller: str
    number: str
    due_on: date
    level: int = 1
    not_before: date | None = None  # after a day on which a freeze held

    @classmethod
    def first(cls, seller: str, number: str, *, issued_on: date, due_on: date) -> "Agenda":
        """Begin with the first level whose day comes after the day of issue."""
        levels = range(1, len(PLAN) + 1)
        planned = [cls(seller=seller, number=number, due_on=due_on, level=n) for n in levels]
        return next(each for each in planned if each.on > issued_on)

    @property
    def on(self) -> date:
        """The day from which this level may go out."""
        return self.due_on + timedelta(days=PLAN[self.level - 1])

    @property
    def wakes_on(self) -> date:
        """The day on which it is looked at next."""
        return max(self.on, self.not_before) if self.not_before else self.on

    def reached(self, today: date) -> int | None:
        """Give the highest level whose day has come, None while there is none."""
        levels = range(self.level, len(PLAN) + 1)
        come = [level for level in levels if self.at(level).on <= today]
        return max(come, default=None)

    def at(self, level: int) -> "Agenda":
        """Give the same agenda at another level."""
        return self.model_copy(update={"level": level, "not_before": None})

    def postponed(self, today: date) -> "Agenda":
        """Look again tomorrow; what was due meanwhile is caught up with one mail then."""
        return self.model_copy(update={"not_before": today + timedelta(days=1)})

    def after(self, level: int) -> "Agenda | None":
        """Give what follows a level, None after the last."""
        return self.at(level + 1) if level < len(PLAN) else None
