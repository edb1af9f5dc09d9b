"""What is usual of a seller: how many documents a day, how large, taxed how, sold where.

The closing of a day walks over its documents anyway and tells them here. `guard` compares with it.
Only figures are kept: no name, no number, nothing of a buyer but his country.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Self

from invoicing.invoices import Draft
from invoicing.ledger import Entry
from invoicing.money import Money
from invoicing.records import Record

WINDOW = timedelta(days=90)
"""How far back days and amounts are compared: a season; Christmas does not judge the summer."""

MEMORY = timedelta(days=400)
"""How long a country, a treatment or a currency stays known: what is sold once a year is."""

Kind = Literal["invoice", "credit_note"]
"""What is watched. Receipts are not: the money is there."""

Aspect = Literal["country", "vat", "currency"]
"""In which way something can be new to a seller."""


class Trait(Record):
    """One way in which an invoice is like others: sold to ES, taxed as export, in USD."""

    aspect: Aspect
    value: str

    def __str__(self) -> str:
        """Name it as it is kept: country:ES."""
        return f"{self.aspect}:{self.value}"


class Familiar(Record):
    """How often something was met, and when last."""

    times: int
    last: date


class Count(Record):
    """How far a series was at a day's end: the place of its last document."""

    year: int
    n: int


class Day(Record):
    """What a civil day in the seller's zone came to."""

    on: date
    invoices: int = 0
    credit_notes: int = 0
    largest: tuple[Money, ...] = ()  # gross, the largest invoice in each currency

    def count(self, kind: Kind) -> int:
        """Give how many documents of a kind it had."""
        return self.invoices if kind == "invoice" else self.credit_notes


@dataclass(frozen=True, slots=True)
class Seen:
    """A day, and how many of its invoices had each trait."""

    day: Day
    met: Mapping[str, int]


class Habits(Record):
    """What a seller did up to a day."""

    since: date
    until: date  # the last day that was learnt
    counted: dict[Kind, Count]  # where the series stood then
    days: tuple[Day, ...]  # of the window, without those on which nothing was issued
    known: dict[str, Familiar]  # by trait

    @property
    def invoices(self) -> int:
        """How many invoices it knows of: each is in one currency."""
        return sum(each.times for name, each in self.known.items() if _is(name, "currency"))

    def busiest(self, kind: Kind) -> int:
        """Give the most documents of a kind on one day of the window."""
        return max((day.count(kind) for day in self.days), default=0)

    def largest(self, currency: str) -> Money | None:
        """Give the largest invoice of the window in a currency."""
        sums = [each for day in self.days for each in day.largest if each.currency == currency]
        return max(sums, default=None)

    def times(self, trait: Trait) -> int:
        """Give how many invoices had a trait."""
        familiar = self.known.get(str(trait))
        return familiar.times if familiar else 0

    def met_once(self, aspect: Aspect) -> int:
        """Give how many values of an aspect a single invoice had."""
        return sum(_is(name, aspect) and each.times == 1 for name, each in self.known.items())

    @classmethod
    def none(cls, on: date) -> Self:
        """Know nothing of a seller before a day."""
        return cls(since=on, until=on - timedelta(days=1), counted={}, days=(), known={})

    def learnt(self, seen: Seen, counted: Mapping[Kind, Count]) -> Self:
        """Add a day and how far the series were at its end; one that is known changes nothing."""
        day = seen.day
        if day.on <= self.until:
            return self
        kept = [each for each in self.days if day.on - each.on < WINDOW]
        if day.invoices or day.credit_notes:
            kept.append(day)
        changes = {
            "until": day.on,
            "counted": {**self.counted, **counted},
            "days": tuple(kept),
            "known": _remembered(self.known, seen.met, day.on),
        }
        return self.model_copy(update=changes)


def traits(draft: Draft) -> list[Trait]:
    """Say in which ways an invoice could be new to its seller."""
    places = {draft.buyer.address.country}
    if draft.deliver_to:
        places.add(draft.deliver_to.country)
    treatments = {line.decision.treatment for line in draft.vat}
    return [
        *(Trait(aspect="country", value=each) for each in sorted(places)),
        *(Trait(aspect="vat", value=each) for each in sorted(treatments)),
        Trait(aspect="currency", value=draft.currency),
    ]


class Sightings:
    """A day's documents, told one by one."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._counts: Counter[str] = Counter()
        self._met: Counter[str] = Counter()
        self._largest: dict[str, Money] = {}

    def add(self, entry: Entry) -> None:
        """Look at a document; what is neither invoice nor credit note counts for nothing."""
        kind = entry.place.series.kind
        self._counts[kind] += 1
        if kind != "invoice":
            return
        draft = Draft.model_validate(entry.body["draft"])
        gross = draft.totals.gross
        self._largest[gross.currency] = max(gross, self._largest.get(gross.currency, gross))
        self._met.update(map(str, traits(draft)))

    @property
    def seen(self) -> Seen:
        """What the day came to."""
        day = Day(
            on=self._on,
            invoices=self._counts["invoice"],
            credit_notes=self._counts["credit_note"],
            largest=tuple(self._largest.values()),
        )
        return Seen(day, dict(self._met))


def _remembered(
    known: Mapping[str, Familiar], met: Mapping[str, int], on: date
) -> dict[str, Familiar]:
    kept = {name: each for name, each in known.items() if on - each.last < MEMORY}
    for name, times in met.items():
        before = kept[name].times if name in kept else 0
        kept[name] = Familiar(times=before + times, last=on)
    return kept


def _is(name: str, aspect: Aspect) -> bool:
    return name.startswith(f"{aspect}:")
