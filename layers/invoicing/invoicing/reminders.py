"""Reminders: who is reminded when, and how firmly.

Dates are civil dates in the seller's legal zone; a mail leaves in the buyer's working hours on that
day or the first working day after it. What is due is derived from the facts and a date, never from
"today equals": a day that was missed is caught up, with one mail and not with several.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from invoicing import plans, trails, working_hours
from invoicing.invoices import Invoice
from invoicing.parties import CountryCode, Seller
from invoicing.plans import PlannedStep, Step
from invoicing.records import Instant, Record, digest

_HASH = 32  # hexadecimal digits of a buyer's key


class Agenda(Record):
    """The next reminder of one invoice."""

    seller: str
    number: str
    buyer: str  # whose invoices are asked for in one mail (`buyer_of`)
    due_on: date
    zone: str  # the seller's legal one
    country: CountryCode  # where the buyer works
    steps: tuple[PlannedStep, ...] | None = None  # the seller's own plan; None: the usual one
    order: str | None = None  # the shop's id of it, BT-14
    level: int = 1
    not_before: Instant | None = None  # after a freeze, a holiday, or what came too late
    handed_over_on: date | None = None  # since when it waits for the seller
    given_on: date | None = None  # since when whoever collects has it
    paid_on: date | None = None  # since when nothing is open; money may be taken back
    reopened_on: date | None = None  # when it was, and nothing was said since

    @classmethod
    def first(cls, invoice: Invoice) -> Self | None:
        """Begin with the first level whose day comes after that of issue; None without any."""
        draft = invoice.draft
        begun = cls(
            seller=draft.seller.id,
            number=invoice.number,
            buyer=buyer_of(invoice),
            due_on=invoice.due_on,
            zone=draft.seller.zone,
            country=draft.buyer.address.country,
            steps=_own_plan(draft.seller, invoice),
            order=draft.order,
        )
        levels = range(1, len(begun.plan) + 1)
        return next((at for n in levels if (at := begun.at(n)).on > invoice.issued_on), None)

    @property
    def trail(self) -> str | None:
        """Under which all that follows from its order is found."""
        return trails.of(self.seller, self.order)

    @property
    def plan(self) -> tuple[Step, ...]:
        """The steps, a level each from 1 on."""
        return plans.DEFAULT if self.steps is None else self.steps

    @property
    def has_ended(self) -> bool:
        """Whether the last level is over, and none follows unless the debt comes back."""
        return self.level > len(self.plan)

    @property
    def step(self) -> Step:
        """What the level asks for; there is one until the plan has ended."""
        return self.plan[self.level - 1]

    @property
    def on(self) -> date:
        """The civil day of this level in the seller's zone."""
        return self.due_on + timedelta(days=self.step.days)

    @property
    def formal_notice(self) -> int | None:
        """The level of the formal notice that was due before this one, None without any."""
        before = range(1, self.level)
        found = [n for n in before if self.plan[n - 1].tone == "formal_notice"]
        return found[-1] if found else None

    @property
    def timezone(self) -> ZoneInfo:
        """The zone that its days are of."""
        return ZoneInfo(self.zone)

    @property
    def wakes_at(self) -> datetime:
        """The moment at which it is looked at next, UTC; holidays are asked for then."""
        begins = self._midnight(self.on)
        return working_hours.opening(max(begins, self.not_before or begins), self.country)

    def reached(self, today: date) -> int | None:
        """Give the highest level whose day has come, None while there is none.

        Nothing that a right hangs on is jumped over, or said before what is gentler and due too. A
        debt that came back is asked for by the next level alone, however late it is.
        """
        levels = range(self.level, len(self.plan) + 1)
        come = [level for level in levels if self.at(level).on <= today]
        rights = [level for level in come if self.plan[level - 1].tone in plans.SEPARATE]
        if not come or self.reopened_on or rights[:1] == [self.level]:
            return come[0] if come else None
        return rights[0] - 1 if rights else come[-1]

    def at(self, level: int) -> Self:
        """Give the same agenda at another level."""
        return self.model_copy(update={"level": level, "not_before": None})

    def frozen(self, today: date) -> Self:
        """Look again tomorrow; what was due meanwhile is caught up with one mail then."""
        return self.put_off(self._midnight(today + timedelta(days=1)))

    def put_off(self, until: datetime) -> Self:
        """Do not look before a moment, such as the end of a holiday."""
        return self.model_copy(update={"not_before": until.astimezone(UTC)})

    def after(self, level: int, *, done_on: date) -> Self:
        """Give what follows a level; after the last the plan has ended.

        What a right hangs on leaves the buyer as many days as the plan does, however late the step
        before it was.
        """
        if self.reopened_on:
            return self._from(level, done_on).after(level, done_on=done_on)
        following = self.at(level + 1)
        if following.has_ended or following.step.tone not in plans.SEPARATE:
            return following
        days = following.step.days - self.plan[level - 1].days
        return following.put_off(self._midnight(done_on + timedelta(days=days)))

    def handed_over(self, today: date) -> Self:
        """Let it wait for the seller from now on."""
        last = self.at(len(self.plan))
        return last.model_copy(update={"handed_over_on": today})

    def given(self, today: date) -> Self:
        """Rest where it is while whoever collects has it."""
        return self.model_copy(update={"given_on": self.given_on or today})

    def taken_back(self) -> Self:
        """Go on from there: it may still wait for the seller, and what was due is caught up."""
        return self.model_copy(update={"given_on": None})

    def paid(self, today: date) -> Self:
        """Rest where it is while nothing is open."""
        return self.model_copy(update={"paid_on": today})

    def reopened(self, today: date) -> Self:
        """Go on from tomorrow, because what was paid was taken back: gently, and without haste."""
        steps = plans.resumed(self.plan, self.level, day=self._days_late(today) + 1)
        anew = {"paid_on": None, "handed_over_on": None, "not_before": None, "reopened_on": today}
        return self.model_copy(update=anew | {"steps": steps})

    def _from(self, level: int, day: date) -> Self:
        """Count what follows a level from the day on which it was said."""
        steps = plans.moved(self.plan, level, day=self._days_late(day))
        return self.model_copy(update={"steps": steps, "reopened_on": None})

    def _days_late(self, day: date) -> int:
        return (day - self.due_on).days

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.timezone)


def buyer_of(invoice: Invoice) -> str:
    """Name whose invoices share a mail: those of one address, name, language and currency.

    On paper each of them is a letter of its own.
    """
    draft = invoice.draft
    email = draft.buyer.email or draft.buyer.fallback_email
    if not email or draft.buyer.delivery == "paper":
        return invoice.number
    known = {"email": email, "name": draft.buyer.name, "language": draft.language}
    return digest(known | {"currency": draft.currency})[:_HASH]


def _own_plan(seller: Seller, invoice: Invoice) -> tuple[PlannedStep, ...] | None:
    own = seller.reminders.of(invoice.draft.buyer.kind) if seller.reminders else None
    return None if own is None else plans.planned(own)
