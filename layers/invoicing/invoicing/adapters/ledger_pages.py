"""The ledger read in order, a partition at a time: a series of any length needs little memory."""

from collections.abc import Iterator
from typing import Any

from invoicing.adapters import aws
from invoicing.adapters.ledger_table import PER_PARTITION, entry_key, file_key, read_entry
from invoicing.archive import Stored
from invoicing.closings import Position, Span
from invoicing.ledger import Entry, Head, Place, Series


def documents(
    table: str, series: Series, *, after: Position, until: Head
) -> Iterator[tuple[Entry, Stored | None]]:
    """Walk over the documents behind a position up to a head, each with its files if stored."""
    if not until.began or until.hash == after.hash:
        return
    start = max((after.year, after.n), (until.began.year, until.began.n - 1))
    for year in range(start[0], until.year + 1):
        behind = start[1] if year == start[0] else 0
        yield from _of_year(table, Place(series=series, year=year, n=behind + 1))


def files(table: str, series: Series, span: Span) -> Iterator[tuple[int, Stored | None]]:
    """Walk over the places of a span, each with its files if stored."""
    n = span.first
    while n <= span.last:
        last = min(span.last, n // PER_PARTITION * PER_PARTITION + PER_PARTITION - 1)
        stored = _files(table, Place(series=series, year=span.year, n=n), last)
        for each in range(n, last + 1):
            yield each, stored.get(each)
        n = last + 1


def _of_year(table: str, first: Place) -> Iterator[tuple[Entry, Stored | None]]:
    """Walk over a year's documents from a place on; a partition without any is after the last."""
    n, found = first.n, True
    while found:
        found, last = False, n // PER_PARTITION * PER_PARTITION + PER_PARTITION - 1
        stored: dict[int, Stored] | None = None
        place = first.model_copy(update={"n": n})
        for item in _read(table, entry_key(place), last):
            found, entry = True, read_entry(item)
            if stored is None:
                stored = _files(table, place, last)
            yield entry, stored.get(entry.place.n)
        n = last + 1


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
