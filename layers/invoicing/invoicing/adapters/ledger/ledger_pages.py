"""The ledger read in order, a partition at a time: a series of any length needs little memory."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from invoicing.adapters import aws, items
from invoicing.adapters.ledger.ledger_table import PER_PARTITION, entry_key, file_key, read_entry
from invoicing.archive import Stored
from invoicing.closings import Position, Span
from invoicing.ledger import Entry, Head, Place, Series
from invoicing.tallies import BrokenChainError

_DAY = timedelta(days=1)  # a seller's year begins and ends by less than that beside UTC's


def documents(
    table: str, series: Series, *, after: Position, until: Head
) -> Iterator[tuple[Entry, Stored | None]]:
    """Walk over the documents behind a position up to a head, each with its files if stored.

    BrokenChainError where the books end before the head.
    """
    if not until.began or until.hash == after.hash:
        return
    reached = after.year, after.n
    start = max((after.year, after.n), (until.began.year, until.began.n - 1))
    for year in range(start[0], until.year + 1):
        behind = start[1] if year == start[0] else 0
        place = Place(series=series, year=year, n=behind + 1)
        for entry, stored in _of_year(table, place, _most(year, until)):
            reached = entry.place.year, entry.place.n
            yield entry, stored
    if reached < (until.year, until.n):
        raise BrokenChainError.at(Place(series=series, year=until.year, n=until.n))


def issued(
    table: str, series: Series, *, until: Head, begin: datetime, end: datetime
) -> Iterator[Entry]:
    """Walk over a series' entries of a time up to a head; `end` is exclusive.

    No document is older than the one before it, so the first one is found by halving, and where the
    last one is older than `begin` there is none.
    """
    if not until.began or _at(table, Place(series=series, year=until.year, n=until.n)) < begin:
        return
    for year in range((begin - _DAY).year, min((end + _DAY).year, until.year) + 1):
        opened = until.began.n if until.began.year == year else 1
        first = _since(table, Place(series=series, year=year, n=opened), begin)
        for entry in _entries(table, first, _most(year, until)):
            if entry.at >= end:
                return
            yield entry


def _most(year: int, until: Head) -> int | None:
    """Give the last place of a year that is known; None where only its end tells."""
    return until.n if year == until.year else None


def _since(table: str, first: Place, begin: datetime) -> Place:
    """Find the first place of a year that is empty or whose entry is not older than a moment."""

    def at(n: int) -> datetime:
        return _at(table, first.model_copy(update={"n": n}))

    ahead = 1
    while at(first.n + ahead) < begin:
        ahead *= 2
    places = range(first.n, first.n + ahead + 1)
    return first.model_copy(update={"n": places[bisect_left(places, begin, key=at)]})


def _at(table: str, place: Place) -> datetime:
    """Give the time of an entry; the end of time where there is none."""
    item = items.get(table, entry_key(place))
    return read_entry(item).at if item else datetime.max.replace(tzinfo=UTC)


def files(table: str, series: Series, span: Span) -> Iterator[tuple[int, Stored | None]]:
    """Walk over the places of a span, each with its files if stored."""
    for first, last in _parts(series, span):
        stored = _files(table, first, last)
        for each in range(first.n, last + 1):
            yield each, stored.get(each)


def spanned(table: str, series: Series, span: Span) -> Iterator[tuple[Entry, Stored | None]]:
    """Walk over the documents of a span, each with its files if stored."""
    for first, last in _parts(series, span):
        stored = _files(table, first, last)
        for entry in map(read_entry, _read(table, entry_key(first), last)):
            yield entry, stored.get(entry.place.n)


def _parts(series: Series, span: Span) -> Iterator[tuple[Place, int]]:
    """Cut a span where partitions end: the first place of each part, and the count of its last."""
    n = span.first
    while n <= span.last:
        last = min(span.last, _last(n))
        yield Place(series=series, year=span.year, n=n), last
        n = last + 1


def _of_year(table: str, first: Place, most: int | None) -> Iterator[tuple[Entry, Stored | None]]:
    """Walk over a year's documents from a place on, each with its files if stored."""
    for partition in _partitions(table, first, most):
        stored: dict[int, Stored] | None = None
        for item in partition:
            entry = read_entry(item)
            if stored is None:
                stored = _files(table, entry.place, _last(entry.place.n))
            yield entry, stored.get(entry.place.n)


def _entries(table: str, first: Place, most: int | None) -> Iterator[Entry]:
    """Walk over a year's entries from a place on."""
    for partition in _partitions(table, first, most):
        yield from map(read_entry, partition)


def _partitions(table: str, first: Place, most: int | None) -> Iterator[Iterator[aws.Item]]:
    """Walk over a year's partitions from a place on to the one that holds its last place.

    Where that is not known, the one without anything is after the last.
    """
    n = first.n
    while most is None or n <= most:
        partition = _read(table, entry_key(first.model_copy(update={"n": n})), _last(n))
        some = next(partition, None)
        if some is None:
            return
        yield chain([some], partition)
        n = _last(n) + 1


def _last(n: int) -> int:
    """Give the last place of the partition that a place is in."""
    return n // PER_PARTITION * PER_PARTITION + PER_PARTITION - 1


def _files(table: str, first: Place, last: int) -> dict[int, Stored]:
    found = [
        Stored.model_validate_json(item["file"]) for item in _read(table, file_key(first), last)
    ]
    return {stored.place.n: stored for stored in found}


def _read(table: str, first: aws.Item, last: int) -> Iterator[aws.Item]:
    """Read the items of a partition from a key on to a count, strongly."""
    values = {":pk": first["pk"], ":first": first["sk"], ":last": f"{last:012d}"}
    query: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": aws.to_item(values),
        "ConsistentRead": True,
    }
    for page in aws.dynamodb().get_paginator("query").paginate(**query):
        yield from (aws.from_item(item) for item in page["Items"])
