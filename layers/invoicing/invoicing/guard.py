"""What looks unlike its seller is held before it uses a number, until he says that it is right.

A stolen key, a shop gone mad or a migration that posts last year's orders again would else fill the
books with documents that only credit notes take out. Whoever is stopped without cause loses sales,
so every limit is far beyond what a good day brings, and what was released once is usual from then
on. Amounts, countries and VAT of a credit note are those of its invoice, so only its rate is
compared. While too little is known of a seller nothing is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, Protocol, get_args

from pydantic import Field

from invoicing import habits
from invoicing.credit_notes import CreditNoteDraft
from invoicing.errors import Reason
from invoicing.habits import Aspect, Habits, Kind, Trait
from invoicing.invoices import Draft
from invoicing.ledger import Head
from invoicing.money import Money
from invoicing.records import Record

Code = Literal[
    "unusual_rate",
    "unusual_amount",
    "unusual_vat",
    "unusual_country",
    "unusual_currency",
    "seller_paused",
]
CODES: tuple[Code, ...] = get_args(Code)

ENOUGH = 30
"""Invoices from which something can be said of a seller, and of a currency."""

ENOUGH_DAYS = 7
"""Days from which it can: a week has its weekend."""

TIMES = 10
"""How many times the busiest day or the largest invoice is unlike the seller.

Even where amounts are spread as widely as can be (Pareto, alpha 1), the next of n is ten times the
largest before it once in 10 n: hardly once in a seller's life. No sale makes ten best days of one.
"""

AT_LEAST: dict[Kind, int] = {"invoice": 200, "credit_note": 50}
"""What a day may hold of any seller. So much is put right by hand, if it has to be; give-backs are
fewer than sales."""

SELDOM = 200
"""What is new is unlike the seller if new things come more seldom than once in so many invoices.

How often they come is estimated from how many were met once only (Good and Turing): a shop that
sells all over the world meets new countries all the time, and nobody is told.
"""

_CODES: dict[Aspect, Code] = {
    "country": "unusual_country",
    "vat": "unusual_vat",
    "currency": "unusual_currency",
}
_WERE: dict[Aspect, str] = {
    "country": "went to",
    "vat": "had the VAT treatment",
    "currency": "was in",
}


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of a seller, and what he has said to it."""

    habits: Habits
    paused: bool = False  # by the operator, whatever the seller says
    welcome: frozenset[str] = frozenset()  # traits that were released
    waived: Mapping[str, date] = field(default_factory=dict[str, date])
    """By kind and code, such as invoice.unusual_rate: the last day on which it says nothing."""

    @property
    def knows_enough(self) -> bool:
        """Say whether there is enough past to compare with."""
        days = (self.habits.until - self.habits.since).days + 1
        return self.habits.invoices >= ENOUGH and days >= ENOUGH_DAYS


class Waiver(Record):
    """What a seller says of all that is held and of what follows today: it is as it should be."""

    reasons: Annotated[tuple[Code, ...], Field(min_length=1, max_length=len(CODES))]


class Waiting(Protocol):
    """A request that waits for its number."""

    @property
    def overruled(self) -> tuple[str, ...]:
        """The codes of the reasons that were released."""


def watched(kind: str) -> Kind | None:
    """Say whether documents of a kind are watched."""
    return next((each for each in AT_LEAST if each == kind), None)


def reasons(
    draft: Draft | CreditNoteDraft, watch: Watch, head: Head, *, today: date
) -> list[Reason]:
    """Say in which ways a draft is unlike its seller; `today` is civil in his zone.

    While its seller is paused nothing else is said, and a release changes nothing.
    """
    if watch.paused:
        return [_reason("seller_paused", "the operator has paused this seller")]
    if not watch.knows_enough:
        return []
    kind: Kind = "invoice" if isinstance(draft, Draft) else "credit_note"
    found = _rate(watch.habits, kind, head, today)
    if isinstance(draft, Draft):
        found += _amount(watch.habits, draft) + _new(watch, draft)
    return [each for each in found if not _is_waived(watch, kind, each.code, today)]


def admitted[W: Waiting](
    waiting: Sequence[W], kind: Kind, watch: Watch, head: Head, *, today: date
) -> list[W]:
    """Choose what may be numbered now: what was released, and others while the day has room.

    The check counts by a head that others move meanwhile; here nobody can, so the limit is exact.
    """
    if watch.paused:
        return []
    if not watch.knows_enough or _is_waived(watch, kind, "unusual_rate", today):
        return list(waiting)
    room = _limit(watch.habits, kind, today) - _issued(watch.habits, kind, head)
    chosen = []
    for each in waiting:
        released = "unusual_rate" in each.overruled
        if released or room > 0:
            chosen.append(each)
        room -= not released
    return chosen


def welcomed(draft: object, codes: Iterable[str]) -> list[Trait]:
    """Give what becomes usual because its seller released these reasons."""
    if not isinstance(draft, Draft):
        return []
    return [each for each in habits.traits(draft) if _CODES[each.aspect] in set(codes)]


def _is_waived(watch: Watch, kind: Kind, code: str, today: date) -> bool:
    return today <= watch.waived.get(f"{kind}.{code}", date.min)


def _limit(known: Habits, kind: Kind, today: date) -> int:
    """Give how many a seller may issue from the last learnt day on, a day's worth for each day."""
    days = max(1, (today - known.until).days)
    return days * max(AT_LEAST[kind], TIMES * known.busiest(kind))


def _issued(known: Habits, kind: Kind, head: Head) -> int:
    """Count what was issued since the last learnt day, of this year if the year is new."""
    if not head.began:
        return 0
    first = head.began.n if head.began.year == head.year else 1
    before = known.counted.get(kind)
    if before and before.year == head.year:
        first = max(first, before.n + 1)
    return head.n - first + 1


def _rate(known: Habits, kind: Kind, head: Head, today: date) -> list[Reason]:
    issued, limit = _issued(known, kind, head), _limit(known, kind, today)
    if issued < limit:
        return []
    what = kind.replace("_", " ") + "s"
    sentence = (
        f"{issued} {what} since {known.until}, "
        f"the busiest day of the last {habits.WINDOW.days} had {known.busiest(kind)}: "
        f"more than {limit} are not usual"
    )
    return [_reason("unusual_rate", sentence)]


def _amount(known: Habits, draft: Draft) -> list[Reason]:
    gross, largest = draft.totals.gross, known.largest(draft.currency)
    in_currency = known.times(Trait(aspect="currency", value=draft.currency))
    if not largest or in_currency < ENOUGH or gross <= _times(largest):
        return []
    sentence = (
        f"{gross} is {gross.minor // largest.minor} times the largest invoice "
        f"of the last {habits.WINDOW.days} days ({largest})"
    )
    return [_reason("unusual_amount", sentence, "totals")]


def _times(money: Money) -> Money:
    return Money.from_minor(TIMES * money.minor, money.currency)


def _new(watch: Watch, draft: Draft) -> list[Reason]:
    known = watch.habits
    return [
        _reason(
            _CODES[trait.aspect],
            f"none of {known.invoices} invoices {_WERE[trait.aspect]} {trait.value} before",
        )
        for trait in habits.traits(draft)
        if not known.times(trait) and str(trait) not in watch.welcome
        if SELDOM * (known.met_once(trait.aspect) + 1) <= known.invoices
    ]


def _reason(code: Code, message: str, path: str | None = None) -> Reason:
    return Reason(code=code, message=message, releasable=True, path=path)
