"""What was stored for a document, where, and until when it must be kept.

The stored PDF is the one that is always served, so what is recorded is the object's version and
the hash of its bytes.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Literal, Self

from invoicing.law import retention
from invoicing.ledger import Place
from invoicing.parties import Seller
from invoicing.records import Instant, Record
from invoicing.vat.treatments import Decision

FileType = Literal["pdf", "xml", "json"]
Syntax = Literal["cii", "ubl"]
"""Cross Industry Invoice, which the PDF carries as Factur-X, and UBL 2.1."""

CONTENT_TYPES: dict[FileType, str] = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "json": "application/json",
}


class File(Record):
    """One stored object."""

    key: str
    version: str
    sha256: str
    size: int  # bytes


class Stored(Record):
    """The files of one document and what made them."""

    place: Place
    number: str
    pdf: File
    xml: File | None = None
    syntax: Syntax | None = None  # of the XML; None where it was not said: CII
    template_version: str
    at: Instant | None = None  # when that was; None where it was not written down


class Content(Record):
    """A file before it is stored."""

    type: FileType
    data: bytes
    syntax: Syntax | None = None

    @property
    def sha256(self) -> str:
        """The hash that the ledger records and a mail's attachment must have."""
        return hashlib.sha256(self.data).hexdigest()

    def stored(self, *, key: str, version: str) -> File:
        """Say where it lies now."""
        return File(key=key, version=version, sha256=self.sha256, size=len(self.data))


class Duty(Record):
    """How long the law wants a document kept."""

    until: date

    @classmethod
    def of(cls, issued_on: date, seller: Seller, decisions: Iterable[Decision] = ()) -> Self:
        """Keep as long as the seller's country wants it, and OSS where a sale is under it."""
        return cls(until=retention.until(issued_on, seller, decisions))

    @classmethod
    def longest(cls, on: date, seller: Seller) -> Self:
        """Keep what names nobody as long as any document that it may prove."""
        return cls(until=retention.longest(on, seller))


def object_key(place: Place, number: str, version: str, file_type: FileType) -> str:
    """Name the object; a document's key is its own and never used again.

    The version of the templates is in it: what another version had stored, but nobody recorded
    before it died, does not stand in the way.
    """
    series = place.series
    return f"{series.seller}/{series.kind}/{place.year}/{number}.{version}.{file_type}"
