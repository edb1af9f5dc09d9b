"""Closings in DynamoDB: entries of the ledger with a signature, after which nothing can come in.

One transaction closes: the closings' head if it is what was read, the entry if its place is free,
and every other head of the seller lifted to the period's end, if it is what was read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property

from invoicing import anchors, closings, settings
from invoicing.adapters import items
from invoicing.adapters.ledger import heads, ledger_pages
from invoicing.adapters.ledger.ledger_table import (
    LedgerTable,
    book,
    entry_item,
    entry_key,
    read_entry,
)
from invoicing.closings import KINDS, Closing, Position
from invoicing.errors import NotFoundError
from invoicing.habits import Sightings
from invoicing.ledger import GENESIS, Batch, Entry, Head, Place, Series
from invoicing.tallies import Tallied, Tally
from invoicing.turnover import Kind


@dataclass(frozen=True)
class Signed:
    """A closing as it is stored."""

    entry: Entry
    signature: bytes

    @cached_property
    def closing(self) -> Closing:
        """What it says."""
        return closings.read(self.entry)

    @property
    def seller(self) -> str:
        """Whose books it closes."""
        return self.entry.place.series.seller

    @property
    def anchor_key(self) -> str:
        """Where its anchor is, once there is one."""
        return anchors.object_key(self.seller, self.closing)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a seller's books stand, read strongly."""

    seller: str
    closed: Head  # of the closings
    last: Signed | None  # the last closing
    heads: dict[Kind, Head]

    @property
    def closing(self) -> Closing | None:
        """What the last closing says."""
        return self.last.closing if self.last else None


@cache
def closed_books() -> "ClosedBooks":
    """Give the closings of this deployment."""
    return ClosedBooks(
        book(), ledger=settings.get("LEDGER_TABLE"), heads_table=settings.get("HEADS_TABLE")
    )


class ClosedBooks:
    """Closings, and what is to be closed."""

    def __init__(self, book: LedgerTable, *, ledger: str, heads_table: str) -> None:
        self._book = book
        self._ledger = ledger
        self._heads = heads_table

    def standing(self, seller: str) -> Standing:
        """Read where a seller's books stand: the closings first, so that nothing is behind them."""
        closed = self._book.head(Series(seller=seller, kind="closing"))
        last = self.signed(_place(seller, closed)) if closed.hash != GENESIS else None
        found = self._book.heads([Series(seller=seller, kind=kind) for kind in KINDS])
        of_kinds = dict(zip(KINDS, found.values(), strict=True))
        return Standing(seller=seller, closed=closed, last=last, heads=of_kinds)

    def signed(self, place: Place) -> Signed:
        """Read a closing; NotFoundError if there is none."""
        item = items.get(self._ledger, entry_key(place))
        if not item:
            raise NotFoundError(f"{place.series} {place.year} {place.n}")
        return Signed(read_entry(item), item["signature"])

    def back_from(self, last: Signed | None) -> Iterator[Signed]:
        """Walk from a closing back to the first, each named by the one after it."""
        while last:
            yield last
            series, before = last.entry.place.series, last.closing.before
            last = self.signed(_place(series.seller, before)) if before.n else None

    def tally(
        self, standing: Standing, kind: Kind, sightings: Sightings, *, ends: datetime
    ) -> Tallied:
        """Add up what came into a series after the last closing and before a day's end.

        The guard sees each document on the way.
        """
        series = Series(seller=standing.seller, kind=kind)
        before = standing.closing.covered(kind) if standing.closing else None
        tally = Tally(kind, before)
        for span in before.missing if before else ():
            for n, stored in ledger_pages.files(self._ledger, series, span):
                tally.add_late(span.year, n, stored)
        after = before.last if before else closings.START
        found = ledger_pages.documents(
            self._ledger, series, after=after, until=standing.heads[kind]
        )
        for entry, stored in found:
            if entry.at >= ends:
                tally.see_following(entry)
                break
            tally.add(entry, stored)
            sightings.add(entry)
        return tally.result()

    def append(self, batch: Batch, signature: bytes, *, after: Standing) -> None:
        """Close in one transaction; OvertakenError if anything moved that would belong to it."""
        [entry] = batch.entries
        ends = closings.read(entry).ends
        signed = entry_item(entry) | {"signature": signature}
        actions = [
            heads.move(self._heads, entry.place.series, after.closed, batch.head),
            {"Put": items.put(self._ledger, signed, condition=items.NOT_EXISTS)},
        ]
        for kind, head in after.heads.items():
            series = Series(seller=after.seller, kind=kind)
            actions.append(heads.reach(self._heads, series, head, ends))
        items.write_together(actions)


def _place(seller: str, at: Head | Position) -> Place:
    return Place(series=Series(seller=seller, kind="closing"), year=at.year, n=at.n)
