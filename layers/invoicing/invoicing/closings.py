"""Closings: what a day, a month or a year came to, in a chain of their own and signed.

A day's closing covers every document from the end of the one before it to its own end, and the
hashes of their files; a month's closing is made of its days, a year's of its months. It is an entry
of the ledger, so its hash covers the closing before it, and the signature over that hash covers all
that went before. The public key stands in it: what a retired key signed can still be verified.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Literal, Self

from invoicing import ledger, periods
from invoicing.ledger import GENESIS, Batch, Entry, Head, Ready, Series
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod
from invoicing.records import Instant, Record
from invoicing.turnover import (
    AccountedTotal,
    DocumentTotal,
    GrandTotal,
    Kind,
    VatTotal,
    summed,
)

MARGIN = timedelta(minutes=5)  # after a period's end, for clocks that are behind
PATIENCE = timedelta(hours=6)  # with documents that have no PDF yet; then they are named
OVERDUE = timedelta(hours=12)  # after a period's end; a person learns of it
KINDS: tuple[Kind, ...] = ("invoice", "credit_note", "receipt", "late_payment")


class SigningKey(Record):
    """What verifies a signature, for ever and without asking anybody."""

    fingerprint: str  # SHA-256 of the DER form, in hexadecimal
    public_key: str  # SubjectPublicKeyInfo (RFC 5280), its DER form in base64
    algorithm: Literal["RSASSA_PKCS1_V1_5_SHA_256"] = "RSASSA_PKCS1_V1_5_SHA_256"

    @classmethod
    def of(cls, der: bytes) -> Self:
        """Describe a public key."""
        text = base64.b64encode(der).decode()
        return cls(fingerprint=hashlib.sha256(der).hexdigest(), public_key=text)


class Position(Record):
    """A place in a series and the hash of what stands there."""

    year: int
    n: int
    hash: str


START = Position(year=0, n=0, hash=GENESIS)
"""Before the first document."""


class Files(Record):
    """The stored files of documents, as one hash.

    It is the SHA-256 over a line for each document, in the order of the series:
    `{year} {n} {SHA-256 of the PDF} {SHA-256 of the XML, or -}` and a line feed.
    """

    count: int
    digest: str


class Span(Record):
    """Places that follow each other in a year."""

    year: int
    first: int
    last: int


class Covered(Record):
    """What of one series a period holds."""

    kind: Kind
    count: int
    first: Position | None = None  # None where the period has no document
    last: Position  # the last document up to the period's end, also one of an earlier period
    files: Files | None = None  # of a day's documents
    late: Files | None = None  # of documents that an earlier day named as missing
    missing: tuple[Span, ...] = ()  # documents up to the end whose files are in no closing yet


class Account(Record):
    """What a period came to."""

    before: Position = START  # the closing before this one
    level: periods.Level
    period: str  # 2026-11-20, 2026-11, 2026
    zone: str  # IANA; in which the period is civil
    begins: Instant
    ends: Instant  # exclusive
    series: tuple[Covered, ...]
    totals: tuple[DocumentTotal, ...]
    vat: tuple[VatTotal, ...]
    accounted_vat: tuple[AccountedTotal, ...]
    perpetual: tuple[GrandTotal, ...]  # since the first document of all
    key: SigningKey

    @property
    def civil(self) -> CivilPeriod:
        """The period as such."""
        return CivilPeriod.parse(self.level, self.period)

    def covered(self, kind: Kind) -> Covered:
        """Give what it says of one series; one that came later had nothing then."""
        found = (each for each in self.series if each.kind == kind)
        return next(found, Covered(kind=kind, count=0, last=START))


class Closing(Account):
    """A closing with its number."""

    number: str
    closed_at: Instant


class ClosingDraft(Account):
    """A closing, complete but for number and time."""

    seller: Seller

    def issue(self, *, number: str, at: datetime) -> Closing:
        """Give a number; `at` is UTC."""
        said: dict[str, Any] = {name: getattr(self, name) for name in Account.model_fields}
        return Closing(number=number, closed_at=at, **said)


def read(entry: Entry) -> Closing:
    """Read a closing out of its entry."""
    return Closing.model_validate(entry.body)


def upcoming(seller: Seller, before: Closing | None, heads: Sequence[Head]) -> CivilPeriod | None:
    """Give the period to be closed next, None while the seller has no document at all.

    The first day is that of the first document; from then on there is one closing after the other.
    """
    if before:
        return before.civil.following()
    begun = [head.began.at for head in heads if head.began]
    return CivilPeriod.of_day(min(begun), seller.timezone) if begun else None


def bounds(
    period: CivilPeriod, seller: Seller, before: Closing | None
) -> tuple[datetime, datetime]:
    """Give a day's first moment and the one after its last.

    It begins where the day before ended: so no moment is left out or taken twice, even where the
    seller moves to another zone.
    """
    begins = before.ends if before else period.begins(seller.timezone)
    return begins, max(begins, period.ends(seller.timezone))


def has_ended(period: CivilPeriod, seller: Seller, *, at: datetime) -> bool:
    """Say whether a period may be closed: its end is so long ago that no clock is before it."""
    return period.ends(seller.timezone) + MARGIN <= at


def is_overdue(period: CivilPeriod, seller: Seller, *, at: datetime) -> bool:
    """Say whether a period should have been closed long ago."""
    return period.ends(seller.timezone) + OVERDUE <= at


def is_news(closing: Closing) -> bool:
    """Say whether the accountant is told: of each month and year, and of days with documents."""
    return closing.level != "day" or any(each.count for each in closing.series)


def whole(
    period: CivilPeriod, seller: Seller, parts: Sequence[Closing], key: SigningKey
) -> ClosingDraft:
    """Make a month of its days, or a year of its months, in order."""
    return ClosingDraft(
        seller=seller,
        level=period.level,
        period=period.name,
        zone=seller.zone,
        begins=parts[0].begins,
        ends=parts[-1].ends,
        series=tuple(_joined([part.covered(kind) for part in parts]) for kind in KINDS),
        totals=summed(row for part in parts for row in part.totals),
        vat=summed(row for part in parts for row in part.vat),
        accounted_vat=summed(row for part in parts for row in part.accounted_vat),
        perpetual=parts[-1].perpetual,
        key=key,
    )


def parts(period: CivilPeriod, newest_first: Iterable[Closing]) -> list[Closing]:
    """Choose what a month or a year is made of from the closings before it; the oldest first."""
    level = "day" if period.level == "month" else "month"
    inside = takewhile(lambda each: period.holds(each.civil), newest_first)
    return [each for each in inside if each.level == level][::-1]


def seal(draft: ClosingDraft, *, after: Head, at: datetime) -> Batch:
    """Give a closing its number and chain it after the one before it; `at` is UTC."""
    before = Position(year=after.year, n=after.n, hash=after.hash)
    chained = draft.model_copy(update={"before": before})
    series = Series(seller=draft.seller.id, kind="closing")
    return ledger.seal([Ready(draft.civil.source, chained)], series, after=after, at=at)


def _joined(parts: Sequence[Covered]) -> Covered:
    first = next((part.first for part in parts if part.first), None)
    return Covered(
        kind=parts[0].kind,
        count=sum(part.count for part in parts),
        first=first,
        last=parts[-1].last,
        missing=parts[-1].missing,
    )
