"""The proof bundle: one ZIP with a seller's documents, and what an outsider needs to check them.

    invoice/2026/FA-2026-000042.json         the sealed bytes: their SHA-256 is the seal
    invoice/2026/FA-2026-000042.files.json   which files were stored for it, with their hashes
    invoice/2026/FA-2026-000042.pdf, .xml    those files
    closing/2026/CL-2026-000007.json, .signature
                                             a closing, and its signature by KMS
    anchors/2026-11-21.json                  what was kept of a closing where nobody can rewrite it
    chain/, requests/                        seals and request keys, a list for a thousand documents
    heads.json, seller.json, manifest.json   where the series stand, whose books, what is in here
    verify.py, README.txt                    the verifier, and a page for who opens this

It is written in one pass: nothing here grows with the number of documents but by one line of the
manifest for a thousand of them.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import batched, groupby
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cli.proof import readme
from cli.proof.books import Books, Sealed
from cli.proof.fingerprint import Fingerprint
from cli.proof.zip_stream import ZipStream, deflated
from invoicing import anchors, closings
from invoicing.adapters.documents_bucket import AnotherDocumentError
from invoicing.adapters.ledger.ledger_table import PER_PARTITION
from invoicing.archive import File
from invoicing.errors import FacturierError
from invoicing.ledger import Head, Kind
from invoicing.records import canonical, plain
from invoicing.requests import Request

FORMAT = "facturier-bundle/1"
VERIFIER = Path(__file__).with_name("verify.py")
_READERS = 8  # files that are read from S3 at once
_AHEAD = 32  # documents whose files are read before their turn

Advance = Callable[[], None]


class PeriodError(FacturierError):
    """No day lies in this period."""


@dataclass(frozen=True, slots=True)
class Period:
    """Which documents: civil days in the seller's zone, both included; None: from or to the end."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse one that ends before it begins: its bundle would be empty and hold."""
        if self.first and self.last and self.last < self.first:
            raise PeriodError(f"{self.last} is before {self.first}")

    @property
    def whole(self) -> bool:
        """Whether it is the books' whole life."""
        return self.first is None and self.last is None

    def holds(self, on: date) -> bool:
        """Say whether a day lies in it."""
        return (not self.first or self.first <= on) and (not self.last or on <= self.last)


@dataclass(frozen=True, slots=True)
class _Document:
    """A document with its files on their way."""

    sealed: Sealed
    request: Request | None
    files: dict[str, Future[bytes | None]]


@dataclass(slots=True)
class _Series:
    """What the manifest tells of a series."""

    documents: int = 0
    stored: int = 0
    pending: int = 0  # issued, but without its files yet
    first: str | None = None
    last: str | None = None
    previous: str | None = None  # the hash before the first document
    hash: str | None = None

    def count(self, sealed: Sealed) -> None:
        """Add a document."""
        self.documents += 1
        self.stored += sealed.files is not None
        self.pending += sealed.files is None
        self.first = self.first or sealed.number
        self.previous = self.previous or sealed.entry.previous
        self.last, self.hash = sealed.number, sealed.entry.hash


@dataclass(slots=True)
class Bundle:
    """A bundle being written."""

    books: Books
    zip: ZipStream
    period: Period
    fingerprint: Fingerprint
    series: dict[Kind, _Series] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)  # hashes of what no seal covers

    def write(self, heads: dict[Kind, Head], *, at: datetime, advance: Advance) -> dict[str, Any]:
        """Write everything up to these heads; give the manifest."""
        seller = self.books.seller
        self._list("README.txt", readme.text(seller, self.period).encode())
        self._list("verify.py", VERIFIER.read_bytes())
        self._list("seller.json", canonical(plain(seller)))
        self._list("heads.json", canonical({kind: plain(head) for kind, head in heads.items()}))
        with ThreadPoolExecutor(_READERS) as pool:
            for kind, head in heads.items():
                self._write_series(kind, head, pool, advance)
        manifest = self._manifest(at)
        if self.period.whole:
            self._write_cancelled()
            manifest["fingerprint"] = self._fingerprint(heads)
        self.zip.add("manifest.json", json.dumps(manifest, indent=1, sort_keys=True).encode())
        return manifest

    def _write_series(
        self, kind: Kind, head: Head, pool: ThreadPoolExecutor, advance: Advance
    ) -> None:
        self.series[kind] = _Series()
        documents = self._documents(kind, head, pool)
        for (year, part), some in groupby(documents, key=_partition):
            chain, requests = list[str](), list[bytes]()
            for document in some:
                self._add(document)
                chain += _seals(document.sealed)
                requests += [_line(document.request)] if document.request else []
                advance()
            name = f"{kind}-{year}-{part:05d}"
            self._list(f"chain/{name}.sha256", "".join(chain).encode())
            if requests:  # a closing has none
                self._list(f"requests/{name}.jsonl", b"".join(requests))

    def _documents(self, kind: Kind, head: Head, pool: ThreadPoolExecutor) -> Iterator[_Document]:
        """Walk over the documents of the period in order, while the files of the next are read."""
        since = self.period.first.year if self.period.first else 0
        there = (each for each in self.books.entries(kind, head, since=since) if _upto(head, each))
        wanted = filter(self._wanted, there)
        waiting = deque[_Document]()
        for sealed, request in self.books.with_requests(wanted):
            stored = sealed.stored
            files = {"pdf": stored.pdf, "xml": stored.xml} if stored else {}
            read = {name: pool.submit(self._read, file) for name, file in files.items() if file}
            if kind == "closing":
                key = anchors.object_key(self.books.seller.id, closings.read(sealed.entry))
                read[key] = pool.submit(self.books.anchors.find, key)
            waiting.append(_Document(sealed, request, read))
            if len(waiting) > _AHEAD:
                yield waiting.popleft()
        yield from waiting

    def _wanted(self, sealed: Sealed) -> bool:
        """Say whether a document was issued in the period, or what a closing closes ended in it."""
        at, zone = sealed.entry.at, self.books.seller.timezone
        if sealed.place.series.kind == "closing":
            at = closings.read(sealed.entry).ends - timedelta(seconds=1)
        return self.period.holds(at.astimezone(zone).date())

    def _read(self, file: File) -> bytes | None:
        """Read a stored file; where it is gone or another, the verifier names it."""
        try:
            return self.books.bucket.read(file)
        except AnotherDocumentError:
            return None
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchKey":
                raise  # no rights, or a key that is off: it may well be there
            return None

    def _add(self, document: _Document) -> None:
        sealed = document.sealed
        stem = _stem(sealed)
        self.series[sealed.place.series.kind].count(sealed)
        self.fingerprint.add(sealed)
        self._add_packed(f"{stem}.json", sealed.content)
        if sealed.files:
            self._add_packed(f"{stem}.files.json", sealed.files)
        if "signature" in sealed.item:
            self.zip.add(f"{stem}.signature", sealed.item["signature"])
        for name, read in document.files.items():
            data = read.result()
            if data is not None and sealed.place.series.kind == "closing":
                self._list(f"anchors/{name.rpartition('/')[2]}", data)
            elif data is not None:
                packed = deflated(data) if name == "xml" else None  # a PDF is compressed inside
                self.zip.add(f"{stem}.{name}", data, packed=packed)

    def _write_cancelled(self) -> None:
        lines = map(_line, self.books.cancelled())
        for i, some in enumerate(batched(lines, PER_PARTITION, strict=False)):
            self._list(f"requests/cancelled-{i:05d}.jsonl", b"".join(some))

    def _fingerprint(self, heads: dict[Kind, Head]) -> dict[str, str | None]:
        """Give what restored books must have; of heads that moved meanwhile nothing can be said."""
        found: dict[str, str | None] = {**self.fingerprint.result(heads)}
        return found if self.books.heads() == heads else found | {"heads": None}

    def _list(self, name: str, data: bytes) -> None:
        self.members[name] = hashlib.sha256(data).hexdigest()
        self._add_packed(name, data)

    def _add_packed(self, name: str, data: bytes) -> None:
        self.zip.add(name, data, packed=deflated(data))

    def _manifest(self, at: datetime) -> dict[str, Any]:
        first, last = self.period.first, self.period.last
        series = {
            kind: {name: getattr(each, name) for name in each.__slots__}
            for kind, each in self.series.items()
        }
        return {
            "format": FORMAT,
            "seller": self.books.seller.id,
            "made_at": at.isoformat(timespec="seconds"),
            "from": first and first.isoformat(),
            "to": last and last.isoformat(),
            "series": series,
            "members": self.members,
        }


def _partition(document: _Document) -> tuple[int, int]:
    place = document.sealed.place
    return place.year, place.n // PER_PARTITION


def _upto(head: Head, sealed: Sealed) -> bool:
    """Leave out what was issued after the heads were read."""
    return (sealed.place.year, sealed.place.n) <= (head.year, head.n)


def _stem(sealed: Sealed) -> str:
    return f"{sealed.place.series.kind}/{sealed.place.year}/{sealed.number}"


def _seals(sealed: Sealed) -> Iterator[str]:
    """Give the hashes of a document and of the record of its files, as sha256sum writes them."""
    yield f"{sealed.entry.hash}  {_stem(sealed)}.json\n"
    if sealed.files:
        yield f"{hashlib.sha256(sealed.files).hexdigest()}  {_stem(sealed)}.files.json\n"


def _line(request: Request) -> bytes:
    """Write what makes the same request the same: who asked, its hashes, what it became.

    What was ordered stays out: it is in the document, or nobody's business any more.
    """
    known = request.model_copy(update={"draft": None, "order": None, "site": None})
    return canonical(plain(known)) + b"\n"
