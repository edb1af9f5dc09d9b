"""What a reminder's mail asks for, when it may leave, and the letter that goes with it.

A buyer with several invoices gets one mail. What shares it: whatever is not due yet, or whatever is
overdue; what the law hangs a right on comes alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import batched, groupby
from typing import Self, get_args

from invoicing import plans, working_hours
from invoicing.archive import File
from invoicing.late_payment import Costs
from invoicing.parties import CountryCode
from invoicing.payments import Balance
from invoicing.plans import StepTone, Tone
from invoicing.records import Instant, Record
from invoicing.reminders import Agenda
from invoicing.working_hours import Rests

MOST = 24  # invoices of one mail: four writes for each, and a transaction has room for 100


class Asked(Record):
    """An invoice that a mail asks for, and at which level of its plan."""

    number: str
    level: int


class Standing(Record):
    """How an invoice stood: the version of its balance."""

    number: str
    version: int


class Letter(Record):
    """A letter as it was stored, and how the invoices stood that it speaks of."""

    file: File
    standings: tuple[Standing, ...]
    late: Costs | None = None  # what it says that the delay costs


class ReminderMail(Record):
    """One reminder for one or several invoices of a buyer, the first of which names its notice."""

    tone: Tone
    invoices: tuple[Asked, ...]
    country: CountryCode  # where the buyer works
    not_before: Instant | None = None
    not_after: Instant  # the end of the buyer's working hours
    letter: Letter | None = None

    def may_leave(self, at: datetime) -> bool:
        """Say whether the buyer works."""
        return (self.not_before or at) <= at < self.not_after

    def is_too_late(self, at: datetime) -> bool:
        """Say whether the working hours that it was meant for are over."""
        return at >= self.not_after

    def put_off(self, at: datetime, rests: Rests) -> Self:
        """Wait for the buyer's next working hours."""
        opens = working_hours.opening(at, self.country, rests)
        closes = working_hours.closing(opens, self.country)
        day = {"not_before": opens, "not_after": closes}
        return self.model_copy(update=day | {"letter": None})  # a letter is of its day

    def drawn(self, letter: Letter) -> Self:
        """Keep the letter that was stored."""
        return self.model_copy(update={"letter": letter})

    def speaks_of(self, standings: tuple[Standing, ...]) -> bool:
        """Say whether its letter says how the invoices stand now."""
        return self.letter is not None and self.letter.standings == standings


class Due(Record):
    """An invoice that is to be reminded of now, and at which level."""

    agenda: Agenda
    level: int
    tone: StepTone


def due(agenda: Agenda, level: int, *, today: date) -> Due:
    """Say how an invoice is asked for; what is over when its day comes is not announced."""
    tone = agenda.at(level).step.tone
    late = tone == "ahead" and today > agenda.due_on
    return Due(agenda=agenda, level=level, tone="friendly" if late else tone)


def together(found: Iterable[Due]) -> list[tuple[Due, ...]]:
    """Give what shares a mail, the firmest first and then what is due longest."""
    ordered = sorted(found, key=lambda each: (_company(each), -_firmness(each), each.agenda.due_on))
    groups = (tuple(group) for _, group in groupby(ordered, key=_company))
    return [part for group in groups for part in batched(group, MOST, strict=False)]


def mail(group: Sequence[Due], tone: Tone, *, at: datetime) -> ReminderMail:
    """Ask for a group of invoices; `tone` is that of the first, which is the firmest."""
    country = group[0].agenda.country
    asked = (Asked(number=each.agenda.number, level=each.level) for each in group)
    closes = working_hours.closing(at, country)
    return ReminderMail(tone=tone, invoices=tuple(asked), country=country, not_after=closes)


def standing(number: str, balance: Balance) -> Standing:
    """Say how an invoice stands."""
    return Standing(number=number, version=balance.version)


def _company(due: Due) -> str:
    if due.tone in plans.SEPARATE:
        return due.agenda.number
    return "ahead" if due.tone == "ahead" else "overdue"


def _firmness(due: Due) -> int:
    return get_args(StepTone).index(due.tone)
