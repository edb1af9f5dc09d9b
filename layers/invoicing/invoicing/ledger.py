"""Number series and seal.

A number may be neither missing nor used twice (CGI ann. II art. 242 nonies A, I-7°), so it is taken
in the transaction that stores the document: the series has one head, and an entry exists only if
the head moved with it. Each entry's hash covers the one before it, so a change shows.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal, Protocol, Self

from invoicing.number_patterns import NumberPatterns
from invoicing.parties import Seller
from invoicing.records import Instant, Record, canonical, digest, hash_of, plain

GENESIS = "0" * 64
MOST_ACTIONS = 100  # of a DynamoDB transaction
BATCH = 49  # one head, two writes a document
MOVING_BATCH = 33  # every other kind moves its invoice's state too
MOST_BYTES = 4_000_000  # a transaction holds 4 MB, items as they are stored
COPIES = 3  # what a document takes: its entry, and the request with the draft and the order
_SMALL = MOST_BYTES // COPIES // BATCH  # so many fit anyway, compressed or not

Kind = Literal["invoice", "credit_note", "receipt", "late_payment", "closing"]


class Series(Record):
    """All documents of one kind of one seller, numbered and chained together."""

    seller: str
    kind: Kind

    def __str__(self) -> str:
        """Name the series as a FIFO message group and in keys."""
        return f"{self.seller}.{self.kind}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read a series' name back."""
        seller, _, kind = name.partition(".")
        return cls.model_validate({"seller": seller, "kind": kind})

    @property
    def batch(self) -> int:
        """How many documents fit into one transaction."""
        return BATCH if self.kind == "invoice" else MOVING_BATCH


class Beginning(Record):
    """Where and when a series' first document stands."""

    year: int
    n: int
    at: Instant


class Head(Record):
    """Where a series stands: the last entry's place and hash, and the time it stepped to.

    A closing lifts the time to the end of its period; no document is older than its head.
    """

    year: int
    n: int
    hash: str
    at: Instant
    began: Beginning | None = None  # None before the first document


BEGINNING = Head(year=0, n=0, hash=GENESIS, at=datetime(1970, 1, 1, tzinfo=UTC))


class Place(Record):
    """Where an entry stands in its series."""

    series: Series
    year: int
    n: int


class Entry(Record):
    """An issued document as the ledger keeps it, for ever as it is."""

    version: Literal[1] = 1  # of the hash: what it covers and how
    place: Place
    at: Instant
    source: str  # the request that caused it
    previous: str
    body: dict[str, Any]  # the issued document as JSON values

    @property
    def hash(self) -> str:
        """The seal: SHA-256 over the canonical entry, the hash before it included."""
        return digest(plain(self))


class Issuable(Protocol):
    """A draft that becomes a document when it gets a number."""

    @property
    def seller(self) -> Seller:
        """The seller as frozen in the draft."""

    def issue(self, *, number: str, at: datetime) -> Record:
        """Give the draft its number and dates."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A request whose draft may be numbered."""

    source: str
    draft: Issuable


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction writes: entries in order and the head after them."""

    entries: tuple[Entry, ...]
    head: Head

    @property
    def firsts(self) -> dict[Place, int]:
        """By the last place of the batch, the count of its first; of each year, if it has two."""
        years = groupby((each.place for each in self.entries), key=lambda place: place.year)
        runs = [list(places) for _, places in years]
        return {run[-1]: run[0].n for run in runs}


def seal(ready: Iterable[Ready], series: Series, *, after: Head, at: datetime) -> Batch:
    """Give drafts their numbers and chain them after a head, as many as fit into one transaction.

    `at` is UTC; where the clock is behind the head's time, the head's time stands.
    """
    head, entries, size = after, list[Entry](), 0
    for request in ready:
        entry = _next(request, series, after=head, at=max(after.at, at))
        text = canonical(plain(entry))
        size += COPIES * _stored_size(text)
        if entries and size > MOST_BYTES:
            break
        head = _moved(head, entry, hash_of(text))
        entries.append(entry)
    return Batch(entries=tuple(entries), head=head)


def _stored_size(text: bytes) -> int:
    """Count an entry's bytes as it is stored, compressed; of a small one, at most so many."""
    return len(text) if len(text) <= _SMALL else len(zlib.compress(text, 9))


def _next(request: Ready, series: Series, *, after: Head, at: datetime) -> Entry:
    seller = request.draft.seller
    year = max(after.year, seller.day(at).year)
    n = after.n + 1 if year == after.year else 1
    text = number(seller.numbers, Place(series=series, year=year, n=n))
    return Entry(
        place=Place(series=series, year=year, n=n),
        at=at,
        source=request.source,
        previous=after.hash,
        body=plain(request.draft.issue(number=text, at=at)),
    )


def _moved(head: Head, entry: Entry, hash_: str) -> Head:
    place, at = entry.place, entry.at
    began = head.began or Beginning(year=place.year, n=place.n, at=at)
    return Head(year=place.year, n=place.n, hash=hash_, at=at, began=began)


def number(patterns: NumberPatterns, place: Place) -> str:
    """Write a document's number, such as FA-2026-000042."""
    pattern = _pattern(patterns, place.series.kind)
    return pattern.format(year=place.year, n=str(place.n).zfill(patterns.digits))


def place(patterns: NumberPatterns, series: Series, text: str) -> Place | None:
    """Read a number back; None where it cannot be one of this series."""
    pattern = re.escape(_pattern(patterns, series.kind))
    fields = pattern.replace(r"\{year\}", r"(?P<year>\d{4})").replace(r"\{n\}", r"(?P<n>\d{1,12})")
    found = re.fullmatch(fields, text, re.ASCII)
    if not found:
        return None
    read = Place(series=series, year=int(found["year"]), n=int(found["n"]))
    return read if number(patterns, read) == text else None  # a document has one number


def _pattern(patterns: NumberPatterns, kind: Kind) -> str:
    of_kinds: dict[Kind, str] = {
        "invoice": patterns.invoice,
        "credit_note": patterns.credit_note,
        "receipt": patterns.receipt,
        "late_payment": patterns.of_late_payment,
        "closing": patterns.of_closings,
    }
    return of_kinds[kind]
