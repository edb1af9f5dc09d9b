"""Adding up a day's documents one by one, so that a day of any size needs little memory."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from invoicing import closings, guard, habits, turnover
from invoicing.archive import Stored
from invoicing.closings import (
    START,
    Closing,
    ClosingDraft,
    Covered,
    Files,
    Position,
    SigningKey,
    Span,
)
from invoicing.errors import FacturierError
from invoicing.habits import Count
from invoicing.ledger import Entry, Place
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod
from invoicing.turnover import AccountedTotal, DocumentTotal, GrandTotal, Kind, Sums, VatTotal

MOST_SPANS = 1000
"""Of places without files that a closing names: an item of DynamoDB holds 400 KB."""


class BrokenChainError(FacturierError):
    """A document does not follow the one before it, or is gone; nothing is closed over it."""

    @classmethod
    def at(cls, place: Place) -> Self:
        """Name the place of the document."""
        return cls(f"{place.series} {place.year} {place.n}")


class FileList:
    """The hash over a list of stored files."""

    def __init__(self) -> None:
        self._count = 0
        self._digest = hashlib.sha256()

    def add(self, stored: Stored) -> None:
        """Add a document's files."""
        xml = stored.xml.sha256 if stored.xml else "-"
        line = f"{stored.place.year} {stored.place.n} {stored.pdf.sha256} {xml}\n"
        self._digest.update(line.encode())
        self._count += 1

    @property
    def files(self) -> Files:
        """What was listed."""
        return Files(count=self._count, digest=self._digest.hexdigest())


class Spans:
    """Places in the order of the series, as few spans as can be."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def add(self, year: int, n: int) -> None:
        """Add a place."""
        last = self._spans[-1] if self._spans else None
        if last and (last.year, last.last + 1) == (year, n):
            self._spans[-1] = last.model_copy(update={"last": n})
        else:
            self._spans.append(Span(year=year, first=n, last=n))

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)


class Tally:
    """One series' documents from the end of the day before to the end of the day."""

    def __init__(self, kind: Kind, before: Covered | None = None) -> None:
        self._kind = kind
        self._last = before.last if before else START
        self._first: Position | None = None
        self._count = self._unfiled = 0
        self._files, self._late, self._missing = FileList(), FileList(), Spans()
        self._totals, self._vat = Sums[DocumentTotal](), Sums[VatTotal]()
        self._accounted = Sums[AccountedTotal]()

    def add_late(self, year: int, n: int, stored: Stored | None) -> None:
        """Look once more at a document that the day before named; all of them come first."""
        if stored:
            self._late.add(stored)
        else:
            self._missing.add(year, n)

    def add(self, entry: Entry, stored: Stored | None) -> None:
        """Add the series' next document and its files, where there are some."""
        self.see_following(entry)
        place = entry.place
        self._last = Position(year=place.year, n=place.n, hash=entry.hash)
        self._first = self._first or self._last
        self._count += 1
        if stored:
            self._files.add(stored)
        else:
            self._missing.add(place.year, place.n)
            self._unfiled += 1
        self._totals.add(turnover.total(entry))
        for row in turnover.of_vat(entry):
            self._vat.add(row)
        for accounted in turnover.accounted(entry):
            self._accounted.add(accounted)

    def see_following(self, entry: Entry) -> None:
        """See that a document, perhaps one of the next day, follows the last one that was added."""
        if entry.previous != self._last.hash:
            raise BrokenChainError.at(entry.place)

    def result(self) -> "Tallied":
        """Give what it came to."""
        late = self._late.files
        covered = Covered(
            kind=self._kind,
            count=self._count,
            first=self._first,
            last=self._last,
            files=self._files.files,
            late=late if late.count else None,
            missing=tuple(self._missing),
        )
        return Tallied(
            covered=covered,
            unfiled=self._unfiled,
            totals=self._totals.rows,
            vat=self._vat.rows,
            accounted=self._accounted.rows,
        )


@dataclass(frozen=True, slots=True)
class Tallied:
    """What one series came to on a day."""

    covered: Covered
    unfiled: int  # documents of the day itself that have no files yet
    totals: tuple[DocumentTotal, ...]
    vat: tuple[VatTotal, ...]
    accounted: tuple[AccountedTotal, ...]


def counted(tallied: Sequence[Tallied]) -> dict[habits.Kind, Count]:
    """Say how far the series were at the day's end, for those that the guard watches."""
    return {
        kind: Count(year=each.covered.last.year, n=each.covered.last.n)
        for each in tallied
        if (kind := guard.watched(each.covered.kind))
    }


def day(
    period: CivilPeriod,
    seller: Seller,
    tallied: Sequence[Tallied],
    *,
    before: Closing | None,
    key: SigningKey,
) -> ClosingDraft:
    """Close a day of what its series came to, after the closing before it."""
    begins, ends = closings.bounds(period, seller, before)
    totals = turnover.summed(row for each in tallied for row in each.totals)
    return ClosingDraft(
        seller=seller,
        level="day",
        period=period.name,
        zone=seller.zone,
        begins=begins,
        ends=ends,
        series=tuple(each.covered for each in tallied),
        totals=totals,
        vat=turnover.summed(row for each in tallied for row in each.vat),
        accounted_vat=turnover.summed(row for each in tallied for row in each.accounted),
        perpetual=_perpetual(totals, before),
        key=key,
    )


def _perpetual(totals: Iterable[DocumentTotal], before: Closing | None) -> tuple[GrandTotal, ...]:
    earlier = before.perpetual if before else ()
    return turnover.summed([*earlier, *(GrandTotal.of(each) for each in totals)])


def may_close(tallied: Sequence[Tallied], *, ended: timedelta) -> bool:
    """Say whether a day that ended so long ago may be closed as it stands.

    Files that are still being made are waited for a while, and then named as missing. More of them
    than a closing can name are a fault that somebody has to mend first.
    """
    if sum(len(each.covered.missing) for each in tallied) > MOST_SPANS:
        return False
    return ended >= closings.PATIENCE or not any(each.unfiled for each in tallied)
