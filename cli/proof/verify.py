#!/usr/bin/env python3
"""Check a proof bundle of Facturier with nothing but Python 3.9 or newer.

    python verify.py bundle.zip [--anchor FILE ...] [--fingerprint HEX ...] [--json]

Every seal, link, number and file is computed anew, every closing's signature and sums too. What
was altered, removed, added, moved or cut off is named. Exit status: 0 all holds, 1 something does
not, 2 this is no bundle.

A bundle cannot show by itself that its end was cut off everywhere or that all of it was written
anew: give what was mailed or locked away (--anchor), and the fingerprint of the signing key.

This file imports nothing of Facturier. Memory grows with the days that were closed and with one
list for a thousand documents, never with the documents themselves.
"""

from __future__ import annotations

import argparse
import base64
import calendar
import hashlib
import itertools
import json
import os
import re
import struct
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any, BinaryIO, Callable, NamedTuple

FORMAT = "facturier-bundle/1"
GENESIS = "0" * 64
KINDS = ("invoice", "credit_note", "receipt", "late_payment")  # what closings add up
LATER = {"late_payment"}  # what closings name since they came
CLOSING = "closing"
LEVELS = ("day", "month", "year")
PER_PART = 1000  # documents of one list
MOST_TOLD = 1000  # findings that are kept word by word
LARGEST = 1 << 28  # bytes of one member
LARGEST_JSON = 1 << 24  # bytes of one that is read as JSON, which takes some twenty times as many
MOST_SPANS = 1000  # of files that a closing names as missing
EXACT = Context(prec=60)

_LISTS = re.compile(
    r"(README\.txt|verify\.py|(seller|heads|manifest)\.json|anchors/\d{4}(-\d\d){0,2}\.json"
    r"|chain/[a-z_]+-\d{4}-\d{5,9}\.sha256|requests/([a-z_]+-\d{4}|cancelled)-\d{5,9}\.jsonl)",
    re.ASCII,
)  # the names of what is no document

Place = tuple[int, int]  # year and count
Step = Callable[[str], None]


class NoBundleError(Exception):
    """The file is no proof bundle at all."""


class DamagedError(Exception):
    """A member cannot be read; the text says why."""


# ------------------------------------------------------------------------------------ The ZIP file


class Member(NamedTuple):
    """One file in the ZIP, as its directory tells."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class Archive:
    """A ZIP file whose directory is walked over, never held (PKWARE's APPNOTE 6.3.10)."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.count, self._size, self._start = self._end()

    def __iter__(self) -> Iterator[Member]:
        at, end = self._start, self._start + self._size
        block, written = b"", 0
        for _ in range(self.count):
            if len(block) < 46 + 3 * 65535 and at < end:
                self._file.seek(at)
                more = self._file.read(min(1 << 18, end - at))
                at, block = at + len(more), block + more
            member, length = _member(block)
            block = block[length:]
            if member.offset < written:
                raise NoBundleError("its files overlap, or stand in another order than they say")
            written = member.offset + 30 + member.packed
            yield member
        if block or at < end:
            raise NoBundleError("its directory holds more than it says")

    def read(self, member: Member) -> bytes:
        """Read one member; DamagedError if its bytes are not those that the directory tells of."""
        largest = LARGEST_JSON if member.name.endswith(".json") else LARGEST
        if max(member.size, member.packed) > largest:
            raise DamagedError("its size cannot be")
        self._file.seek(member.offset)
        head = self._file.read(30)
        if len(head) < 30 or head[:4] != b"PK\3\4":
            raise DamagedError("it is not where the directory says")
        name, extra = struct.unpack("<2H", head[26:30])
        if self._file.read(name).decode("utf-8", "replace") != member.name:
            raise DamagedError("the directory gives it another name")
        self._file.seek(extra, os.SEEK_CUR)
        return _unpacked(self._file.read(member.packed), member)

    def _end(self) -> tuple[int, int, int]:
        """Find count, size and offset of the directory.

        It must end where its end is told, and that must end the file: else other programs would
        find another directory in it.
        """
        length = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(0, length - 65557))
        tail = self._file.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) < at + 22:
            raise NoBundleError("it is no ZIP file, or its end was cut off")
        end = length - len(tail) + at
        count, size, start, comment = struct.unpack("<H2LH", tail[at + 10 : at + 22])
        if end + 22 + comment != length:
            raise NoBundleError("something follows its end")
        if count != 0xFFFF and 0xFFFFFFFF not in (size, start):
            return _directory(count, size, start, end)
        if at < 20 or tail[at - 20 : at - 16] != b"PK\6\7":
            raise NoBundleError("its directory has no end")
        (place,) = struct.unpack("<Q", tail[at - 12 : at - 4])
        self._file.seek(place)
        found = self._file.read(56)
        if len(found) < 56 or found[:4] != b"PK\6\6":
            raise NoBundleError("its directory has no end")
        if place + 76 != end:
            raise NoBundleError("its directory has another end")
        count, size, start = struct.unpack("<3Q", found[32:56])
        return _directory(count, size, start, place)


def _directory(count: int, size: int, start: int, end: int) -> tuple[int, int, int]:
    if start + size != end:
        raise NoBundleError("its directory does not end where it says")
    return count, size, start


def _member(block: bytes) -> tuple[Member, int]:
    if len(block) < 46 or block[:4] != b"PK\1\2":
        raise NoBundleError("its directory cannot be read")
    method, _, _, crc, packed, size, name, extra, comment = struct.unpack("<3H3L3H", block[10:34])
    (offset,) = struct.unpack("<L", block[42:46])
    length = 46 + name + extra + comment
    fields = block[46 + name : 46 + name + extra]
    while len(fields) >= 4:
        tag, long = struct.unpack("<2H", fields[:4])
        if tag == 1:
            wide = iter(struct.unpack(f"<{long // 8}Q", fields[4 : 4 + long // 8 * 8]))
            size, packed, offset = (
                next(wide, value) if value == 0xFFFFFFFF else value
                for value in (size, packed, offset)
            )
        fields = fields[4 + long :]
    text = block[46 : 46 + name].decode("utf-8", "replace")
    return Member(text, method, crc, packed, size, offset), length


def _unpacked(body: bytes, member: Member) -> bytes:
    if len(body) != member.packed:
        raise DamagedError("its size cannot be")
    if member.method == 8:
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            body = unpack.decompress(body, member.size + 1)
        except zlib.error as error:
            raise DamagedError("it cannot be unpacked") from error
    elif member.method:
        raise DamagedError("it is packed in a way that no bundle is")
    if len(body) != member.size or zlib.crc32(body) != member.crc:
        raise DamagedError("its bytes are damaged")
    return body


# ---------------------------------------------------------------------------------- What is found


class Finding(NamedTuple):
    """Something that does not hold."""

    what: str  # altered, missing, inserted, truncated, closing, signature, anchor
    series: str
    name: str  # the number of a document or closing, or a member's name
    text: str


class Findings:
    """Everything that does not hold; of very many the first thousand are kept."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.count = 0

    def add(self, what: str, series: str, name: str, text: str) -> None:
        """Keep one."""
        self.count += 1
        if len(self.kept) < MOST_TOLD:
            self.kept.append(Finding(what, series, name, text))


def canonical(values: Any) -> bytes:
    """Write JSON values as the one byte string that is hashed."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(data: bytes) -> str:
    """Give the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def parsed(data: bytes) -> dict[str, Any]:
    """Read a JSON object; ValueError where it is none, or says a thing twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a field stands in it twice")
        return found

    try:
        values = json.loads(data.decode(), object_pairs_hook=once)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    if not isinstance(values, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004  one kind of error for the caller
    return values


def moment(text: str) -> tuple[str, str]:
    """Write a moment in UTC as it compares: 12:00:00Z is before 12:00:00.5Z, as text it is not."""
    second, _, fraction = text.rstrip("Z").partition(".")
    return second, fraction


def last_day(period: str) -> str:
    """Give the last day of a period: of 2026-11-20, 2026-11 or 2026."""
    if len(period) == len("2026"):
        return f"{period}-12-31"
    if len(period) == len("2026-11"):
        year, month = map(int, period.split("-"))
        return f"{period}-{calendar.monthrange(year, month)[1]}"
    return period


# ------------------------------------------------------------------------------------- Numbers


class Numbers:
    """How a seller's numbers read."""

    def __init__(self, patterns: dict[str, Any]) -> None:
        digits = patterns.get("digits")
        self._digits = digits if isinstance(digits, int) and 0 < digits < 13 else 6
        usual = {
            "invoice": "FA",
            "credit_note": "AV",
            "receipt": "RC",
            "late_payment": "PR",
            CLOSING: "CL",
        }
        said = {kind: str(patterns.get(kind)) for kind in usual}
        self._patterns = {
            kind: said[kind] if _is_pattern(said[kind]) else prefix + "-{year}-{n}"
            for kind, prefix in usual.items()
        }

    def write(self, kind: str, place: Place) -> str:
        """Write the number of a place."""
        year, n = place
        pattern = self._patterns[kind]
        return pattern.replace("{year}", str(year)).replace("{n}", str(n).zfill(self._digits))

    def read(self, kind: str, number: str) -> Place | None:
        """Read a number back; None where the seller writes none like it."""
        pattern = re.escape(self._patterns[kind])
        fields = pattern.replace(r"\{year\}", r"(?P<year>\d{4})")
        found = re.fullmatch(fields.replace(r"\{n\}", r"(?P<n>\d{1,12})"), number, re.ASCII)
        place = (int(found["year"]), int(found["n"])) if found else None
        return place if place and self.write(kind, place) == number else None

    def span(self, kind: str, year: int, first: int, last: int) -> str:
        """Name numbers that follow each other."""
        names = [self.write(kind, (year, n)) for n in sorted({first, last})]
        return " to ".join(names)


def _is_pattern(text: str) -> bool:
    return text.count("{year}") == 1 and text.count("{n}") == 1


# ------------------------------------------------------------------------------ The bundle's lists


class Marks:
    """What others say of places: heads, closings, anchors. A mark that is never met was cut off."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, Place], list[tuple[str, str, str]]] = defaultdict(list)

    def set(self, kind: str, place: Place, seal: str, said_by: tuple[str, str]) -> None:
        """Say which seal stands at a place; `said_by`: what it is if not, and who says so."""
        if place[0]:
            self._marks[kind, place].append((seal, *said_by))

    def at(self, kind: str, place: Place) -> Iterable[tuple[str, str, str]]:
        """Give what is said of a place."""
        return self._marks.get((kind, place), ())

    def ahead(self, kind: str, first: Place) -> Iterator[tuple[Place, str]]:
        """Walk over the places before the first one that somebody speaks of."""
        for (of, place), marks in sorted(self._marks.items()):
            if of == kind and place < first:
                yield place, marks[0][2]

    def beyond(self, kind: str, last: Place) -> Iterator[tuple[Place, str]]:
        """Walk over the places after the last one that somebody speaks of."""
        for (of, place), marks in sorted(self._marks.items()):
            if of == kind and place > last:
                yield place, marks[0][2]


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII))


def _rows(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(row, dict) for row in value.values())


class Bundle:
    """A bundle's directory and lists."""

    def __init__(self, archive: Archive, findings: Findings) -> None:
        self.archive = archive
        self.findings = findings
        self.lists: dict[str, Member] = {}
        self.documents = 0
        for member in archive:
            self._sort(member)
        if "manifest.json" not in self.lists:
            raise NoBundleError("it has no manifest.json")
        self.manifest = self._json("manifest.json")
        series, told = self.manifest.get("series"), self.manifest.get("members")
        if self.manifest.get("format") != FORMAT or not (_rows(series) and isinstance(told, dict)):
            raise NoBundleError("its manifest is not one of " + FORMAT)
        if not isinstance(self.manifest.get("seller"), str):
            raise NoBundleError("its manifest names no seller")
        for day in (self.manifest.get("from"), self.manifest.get("to")):
            if not (day is None or _is_day(day)):
                raise NoBundleError("its first or last day is none")
        self.seller = self._json("seller.json")
        if self.seller.get("id") != self.manifest["seller"]:
            self.findings.add("altered", "", "seller.json", "it is another seller's")
        numbers = self.seller.get("numbers")
        self.numbers = Numbers(numbers if isinstance(numbers, dict) else {})
        self._seals: dict[str, tuple[str, dict[str, str]]] = {}  # of a kind one list at a time

    @property
    def begins_it(self) -> bool:
        """Whether it holds the books from their beginning."""
        return self.manifest.get("from") is None

    @property
    def whole(self) -> bool:
        """Whether it holds the books from their beginning to the day it was written."""
        return self.begins_it and self.manifest.get("to") is None

    def holds(self, period: str) -> bool:
        """Say whether a period (2026-11-20, 2026-11, 2026) ends between first and last day."""
        first, last = self.manifest.get("from"), self.manifest.get("to")
        end = last_day(period)
        return (first is None or str(first) <= end) and (last is None or end <= str(last))

    def check_lists(self) -> None:
        """Check the hash of every list, and that each is there once."""
        told = dict(self.manifest.get("members", {}))
        for name, member in self.lists.items():
            if name == "manifest.json":
                continue
            if name not in told:
                self.findings.add("inserted", "", name, "the manifest does not know it")
                continue
            data = self.content(member, "")
            if data is not None and digest(data) != told[name]:
                self.findings.add("altered", "", name, "it is not what the manifest tells")
            if data is not None and name.startswith("requests/"):
                self._check_requests(name, data)
        for name in sorted(told.keys() - self.lists.keys()):
            self.findings.add("missing", "", name, "the manifest tells of it")

    def _check_requests(self, name: str, data: bytes) -> None:
        """Check that all are requests of this seller, and of the kind that the list has."""
        kind = name.partition("/")[2].partition("-")[0]
        for line in data.splitlines():
            try:
                series = parsed(line)["key"]["series"]
                mine = series["seller"] == self.manifest["seller"]
                mine = mine and kind in ("cancelled", series["kind"])
            except (KeyError, TypeError, ValueError):
                mine = False
            if not mine:
                self.findings.add("inserted", "", name, "a request in it is another's")
                return

    def content(self, member: Member, series: str) -> bytes | None:
        """Read a member; what is damaged is told."""
        try:
            return self.archive.read(member)
        except DamagedError as error:
            self.findings.add("altered", series, member.name, str(error))
            return None

    def groups(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, list[Member]]]:
        """Walk over some kinds' documents: the stem of a name and the members that have it."""
        mine = (each for each in self.archive if wanted(each.name.partition("/")[0]))
        for stem, members in itertools.groupby(mine, lambda each: each.name.partition(".")[0]):
            yield stem, list(members)

    def seals(self, kind: str, place: Place) -> dict[str, str]:
        """Give the list of seals that a place stands in: names of members and their hashes."""
        name = f"chain/{kind}-{place[0]}-{place[1] // PER_PART:05d}.sha256"
        if name != self._seals.get(kind, ("", {}))[0]:
            self._seals.pop(kind, None)
            data = self.content(self.lists[name], kind) if name in self.lists else b""
            lines = (
                line.partition("  ")
                for line in (data or b"").decode("utf-8", "replace").splitlines()
            )
            self._seals[kind] = (name, {member: seal for seal, _, member in lines})
        return self._seals[kind][1]

    def listed_after(self, kind: str, last: Place) -> Iterator[Place]:
        """Walk over the places in the lists of seals that come after the last document."""
        for name in sorted(self.lists):
            found = re.fullmatch(rf"chain/{kind}-(\d+)-(\d+)\.sha256", name)
            if found and (int(found[1]), int(found[2])) >= (last[0], last[1] // PER_PART):
                for member in self.seals(kind, (int(found[1]), int(found[2]) * PER_PART)):
                    number = member.rpartition("/")[2].partition(".")[0]
                    place = self.numbers.read(kind, number)
                    if place and place > last and not member.endswith(".files.json"):
                        yield place

    def optional(self, name: str) -> dict[str, Any]:
        """Read a list that may not be there."""
        return self._json(name) if name in self.lists else {}

    def _sort(self, member: Member) -> None:
        top = member.name.partition("/")[0]
        if "/" in member.name and top in (*KINDS, CLOSING):
            self.documents += member.name.endswith(".json") and not member.name.endswith(
                ".files.json"
            )
        elif not _LISTS.fullmatch(member.name):
            self.findings.add("inserted", "", member.name, "no bundle has a file of this name")
        elif member.name in self.lists:
            self.findings.add("inserted", "", member.name, "it stands there twice")
        else:
            self.lists[member.name] = member

    def _json(self, name: str) -> dict[str, Any]:
        if name not in self.lists:
            self.findings.add("missing", "", name, "a bundle has one")
            return {}
        data = self.content(self.lists[name], "")
        try:
            return parsed(data or b"")
        except ValueError as error:
            self.findings.add("altered", "", name, f"it cannot be read: {error}")
            return {}


# ------------------------------------------------------------------------------------ Documents


_FILES = (".pdf", ".xml")


class Document(NamedTuple):
    """A document whose bytes could be read."""

    number: str
    place: Place
    seal: str
    entry: dict[str, Any]
    files: dict[str, Any] | None


class Series:
    """One series being walked over: what must come next, and what was found."""

    def __init__(self, bundle: Bundle, kind: str, marks: Marks) -> None:
        self._bundle = bundle
        self._marks = marks
        self.kind = kind
        self.told = bundle.manifest.get("series", {}).get(kind, {})
        self.count = self.stored = 0
        self.first: str | None = None
        self.last: str | None = None
        self.place: Place = (0, 0)
        self.seal = self._listed = GENESIS if bundle.begins_it else str(self.told.get("previous"))
        self._at = ""
        self._before: str | None = None

    def take(self, stem: str, members: list[Member]) -> Document | None:
        """Check a document and its files; None where it cannot be counted."""
        number = stem.rpartition("/")[2]
        place = self._bundle.numbers.read(self.kind, number)
        if place is None or stem != f"{self.kind}/{place[0]}/{number}":
            self._add("inserted", stem, "no number of this seller reads like this")
            return None
        by_suffix = {each.name[len(stem) :]: each for each in members}
        if len(by_suffix) != len(members):
            self._add("inserted", number, "a file of it stands there twice")
        if place <= self.place:
            self._add("inserted", number, f"it stands after {self.last}")
            return None
        if ".json" not in by_suffix:
            self._add("inserted", number, "there are files of it, and no document")
            return None
        content = self._bundle.content(by_suffix[".json"], self.kind)
        document = self._document(number, place, content)
        self._follow(number, place, document)
        if document:
            document = document._replace(files=self._files(document, by_suffix))
        self._move(number, place, document)
        return document

    def end(self) -> None:
        """Check that nothing is cut off after the last document."""
        numbers, bundle = self._bundle.numbers, self._bundle
        after = sorted(set(bundle.listed_after(self.kind, self.place)))
        for year, places in itertools.groupby(after, lambda place: place[0]):
            counts = [n for _, n in places]
            text = f"{len(counts)} documents are cut off after {self.last}"
            self._add("truncated", numbers.span(self.kind, year, counts[0], counts[-1]), text)
        # A part of a life may hold no document of a kind, and then nothing tells where it stood.
        if not after and (bundle.whole or self.count or self.kind == CLOSING):
            for place, said_by in self._marks.beyond(self.kind, self.place):
                text = f"the books end before it, at {self.last}; {said_by} tells of it"
                self._add("truncated", numbers.write(self.kind, place), text)
        self._compare_counts()

    def _compare_counts(self) -> None:
        if not (self.told or self.count):
            return
        mine = {
            "documents": self.count,
            "stored": self.stored,
            "pending": self.count - self.stored,
            "first": self.first,
            "last": self.last,
            "previous": self._before,
            "hash": self.seal if self.count else None,
        }
        for name, value in mine.items():
            if self.told.get(name) != value:
                text = f"the manifest says {self.told.get(name)} {name}, here it is {value}"
                self._add("altered", "manifest.json", text)

    def _document(self, number: str, place: Place, content: bytes | None) -> Document | None:
        """Read a sealed document and check what can be seen of it alone."""
        if content is None:
            return None
        seal = digest(content)
        try:
            entry = parsed(content)
            told = entry["place"]
            said = (told["series"]["seller"], told["series"]["kind"], told["year"], told["n"])
            same = canonical(entry) == content and entry["body"]["number"] == number
            readable = isinstance(entry["previous"], str) and isinstance(entry["at"], str)
        except (ValueError, KeyError, TypeError):
            readable = False
        if not readable:
            self._add("altered", number, "it cannot be read")
            return None
        if said != (self._bundle.manifest.get("seller"), self.kind, *place) or not same:
            self._add("altered", number, "what is in it is not the document of this number")
        return Document(number, place, seal, entry, None)

    def _follow(self, number: str, place: Place, document: Document | None) -> None:
        """Check number, link, seal and time against the document before."""
        gap = self._gap(place)
        if document is None:
            return
        entry, listed = document.entry, self._seals(place).get(self._name(place, ".json"))
        if listed is None:
            self._add("inserted", number, "the list of seals does not know it")
        elif listed != document.seal:
            self._add(
                "altered", number, f"its seal is {document.seal[:12]}… and was {listed[:12]}…"
            )
        if not gap and entry["previous"] not in (self.seal, self._listed):
            self._broken_link(number, place)
        if moment(entry["at"]) < moment(self._at):
            self._add("altered", number, f"it is older than {self.last} before it")
        for seal, what, said_by in self._marks.at(self.kind, place):
            if seal != document.seal:
                self._add(what, number, f"{said_by} knows it with another seal")

    def _broken_link(self, number: str, place: Place) -> None:
        if not self.place[0]:
            text = "it is not the first: documents before it were removed"
            elsewhere = "the bundle begins elsewhere"
            self._add("missing", number, text if self._bundle.begins_it else elsewhere)
        elif place[0] != self.place[0]:
            text = "documents at the end of %d are missing, or one of the two was altered"
            self._add("missing", number, text % self.place[0])
        else:
            text = f"{number} does not hold its seal: one of the two was altered"
            self._add("altered", str(self.last), text)

    def _gap(self, place: Place) -> bool:
        """Name the numbers that are missing before a place."""
        year, n = self.place if place[0] == self.place[0] else (place[0], 0)
        if place[1] == n + 1 or not self.place[0]:
            return False  # a series may be opened at any number
        span = self._bundle.numbers.span(self.kind, year, n + 1, place[1] - 1)
        text = f"{place[1] - n - 1} numbers are missing after {self.last}"
        self._add("missing", span, text)
        return True

    def _move(self, number: str, place: Place, document: Document | None) -> None:
        if document and not self.count:
            self._before = document.entry["previous"]
        self.first, self.last = self.first or number, number
        self.place = place
        self.count += 1
        listed = self._seals(place).get(self._name(place, ".json"), "")
        self.seal, self._listed = (document.seal if document else listed), listed
        self._at = document.entry["at"] if document else self._at

    def _files(self, document: Document, by_suffix: dict[str, Member]) -> dict[str, Any] | None:
        """Check the stored files of a document against what was recorded."""
        number, place = document.number, document.place
        name = self._name(place, ".files.json")
        listed = self._seals(place).get(name)
        known = {".json", ".files.json", *((".signature",) if self.kind == CLOSING else _FILES)}
        for suffix in sorted(by_suffix.keys() - known):
            self._add("inserted", number, f"no document has a file {suffix}")
        if ".files.json" not in by_suffix:
            for suffix in sorted(by_suffix.keys() & set(_FILES)):
                self._add("inserted", number, f"its {suffix[1:]} was never recorded")
            if listed:
                self._add("missing", number, "the record of its files")
            return None
        self.stored += 1
        content = self._bundle.content(by_suffix[".files.json"], self.kind)
        if content is None:
            return None
        if digest(content) != listed:
            self._add("altered", number, "the record of its files is not the one that was listed")
        try:
            return self._recorded(document, parsed(content), by_suffix)
        except (ValueError, KeyError, TypeError):
            self._add("altered", number, "the record of its files cannot be read")
            return None

    def _recorded(
        self, document: Document, record: dict[str, Any], by_suffix: dict[str, Member]
    ) -> dict[str, Any]:
        if record["place"] != document.entry["place"] or record["number"] != document.number:
            self._add("altered", document.number, "the record of its files is another document's")
        folder = f"{self._bundle.manifest['seller']}/{self.kind}/"
        for suffix in _FILES:
            file, member = record.get(suffix[1:]), by_suffix.get(suffix)
            if file and not str(file["key"]).startswith(folder):
                self._add("altered", document.number, f"its {suffix[1:]} is kept elsewhere")
            if file and not member:
                self._add("missing", document.number, f"its {suffix[1:]}")
            elif member and not file:
                self._add("inserted", document.number, f"its {suffix[1:]} was never recorded")
            elif file and member:
                data = self._bundle.content(member, self.kind)
                if data is not None and (digest(data), len(data)) != (file["sha256"], file["size"]):
                    self._add("altered", document.number, f"its {suffix[1:]} is another file")
        return record

    def _seals(self, place: Place) -> dict[str, str]:
        return self._bundle.seals(self.kind, place)

    def _name(self, place: Place, suffix: str) -> str:
        number = self._bundle.numbers.write(self.kind, place)
        return f"{self.kind}/{place[0]}/{number}{suffix}"

    def _add(self, what: str, name: str, text: str) -> None:
        self._bundle.findings.add(what, self.kind, name, text)


# -------------------------------------------------------------------------------------- Closings


class Covered(NamedTuple):
    """What a closing says of one series."""

    documents: int
    first: Place | None
    last: Place
    files: dict[str, Any] | None
    late: dict[str, Any] | None
    missing: tuple[tuple[int, int, int], ...]  # year, first and last count

    def lacks(self, place: Place) -> bool:
        """Say whether a document's files are named as not there yet."""
        return any(year == place[0] and a <= place[1] <= b for year, a, b in self.missing)


NOTHING = Covered(0, None, (0, 0), None, None, ())  # of a series that had not begun


class Closing(NamedTuple):
    """A closing, with the sums it states."""

    number: str
    level: str
    period: str
    begins: str
    ends: str
    covered: dict[str, Covered]
    sums: dict[str, dict[tuple[str, ...], tuple[Decimal, ...]]]  # by kind, then by row
    grand: dict[tuple[str, ...], tuple[Decimal, ...]]


def read_closing(body: dict[str, Any]) -> Closing:
    """Read the body of a closing; KeyError, TypeError or ValueError where it is none."""
    sums: dict[str, dict[tuple[str, ...], tuple[Decimal, ...]]] = {kind: {} for kind in KINDS}
    for row in body["totals"]:
        _once(sums[row["kind"]], *_document_row(row))
    for row in body["vat"]:
        key = ("VAT", row["place"], row["treatment"], row["category"], _rate(row["rate"]))
        currency, amounts = _amounts(row, ("base", "vat"))
        _once(sums[row["kind"]], (*key, currency), amounts)
    for row in body["accounted_vat"]:
        currency, vat = _money(row["vat"])
        _once(sums[row["kind"]], ("accounted VAT", row["currency"], currency), (vat,))
    grand: dict[tuple[str, ...], tuple[Decimal, ...]] = {}
    for row in body["perpetual"]:
        currency, amounts = _amounts(row, ("invoiced", "credited", "net", "received"))
        _once(grand, (currency,), amounts)
    covered: dict[str, Covered] = {}
    for each in body["series"]:
        _once(covered, each["kind"], _covered(each))
    covered = {**dict.fromkeys(LATER, NOTHING), **covered}
    number, level, period, begins, ends = (
        str(body[name]) for name in ("number", "level", "period", "begins", "ends")
    )
    closing = Closing(number, level, period, begins, ends, covered, sums, grand)
    if closing.level not in LEVELS or sorted(covered) != sorted(KINDS):
        raise ValueError("no such closing is made")
    if not _is_of_its_time(closing):
        raise ValueError(f"{closing.begins} to {closing.ends} is not {closing.period}")
    return closing


def _is_of_its_time(closing: Closing) -> bool:
    """Say whether it ends with its period: a moment of UTC, so on its last day or the next."""
    pattern = {"day": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d", "year": r"\d{4}"}[closing.level]
    if not re.fullmatch(pattern, closing.period, re.ASCII):
        return False
    ends, last = (
        date.fromisoformat(each) for each in (closing.ends[:10], last_day(closing.period))
    )
    return 0 <= (ends - last).days <= 1 and closing.begins <= closing.ends


def _amounts(row: dict[str, Any], names: tuple[str, ...]) -> tuple[str, tuple[Decimal, ...]]:
    """Read the amounts of a row, which are of one currency."""
    amounts = [_money(row[name]) for name in names]
    if len({currency for currency, _ in amounts}) != 1:
        raise ValueError("a row is of several currencies")
    return amounts[0][0], tuple(amount for _, amount in amounts)


def _once(rows: dict[Any, Any], key: Any, value: Any) -> None:
    if key in rows:
        raise ValueError("a row stands in it twice")
    rows[key] = value


def _document_row(row: dict[str, Any]) -> tuple[tuple[str, ...], tuple[Decimal, ...]]:
    told = [name for name in ("net", "vat", "rounding") if name in row]
    currency, amounts = _amounts(row, ("total", *told))
    parts = dict(zip(told, amounts[1:]))
    known = (parts.get(name, Decimal(0)) for name in ("net", "vat", "rounding"))
    return ("total", currency), (Decimal(*_whole(row, "count")), *known, amounts[0])


def _covered(row: dict[str, Any]) -> Covered:
    first = row.get("first")
    spans = tuple(_whole(each, "year", "first", "last") for each in row.get("missing", ()))
    place = position(first)[0] if first else None
    last, _ = position(row["last"])
    if len(spans) > MOST_SPANS:
        raise ValueError("it names more spans than a closing does")
    return Covered(row["count"], place, last, row.get("files"), row.get("late"), spans)


def position(row: dict[str, Any]) -> tuple[Place, str]:
    """Read a place and the seal that stands there; KeyError, TypeError where it is none."""
    if not isinstance(row["hash"], str):
        raise TypeError
    return _whole(row, "year", "n"), row["hash"]


def _whole(row: dict[str, Any], *names: str) -> Any:
    values = tuple(row[name] for name in names)
    if not all(isinstance(value, int) for value in values):
        raise TypeError("it holds a count that is none")
    return values


def _money(value: dict[str, Any]) -> tuple[str, Decimal]:
    if not isinstance(value["currency"], str):
        raise TypeError("it holds a currency that is none")
    return value["currency"], _figure(value["amount"])


def _rate(text: str) -> str:
    return format(EXACT.normalize(_figure(text)), "f")


def _figure(text: str) -> Decimal:
    """Read a figure, of which no sum can overflow; ValueError for what is none."""
    try:
        figure = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("it holds a figure that is none") from error
    if not figure.is_finite() or abs(figure.adjusted()) > 30:
        raise ValueError("it holds a figure that is none")
    return figure


def rows_of(
    kind: str, body: dict[str, Any]
) -> Iterator[tuple[tuple[str, ...], tuple[Decimal, ...]]]:
    """Give what a document adds to the sums of its period."""
    draft, zero = body["draft"], Decimal(0)
    if kind == "receipt":
        currency, amount = _money(draft["movement"]["amount"])
        left = draft["movement"]["kind"] in ("refund", "dispute_withdrawn")
        yield ("total", currency), (Decimal(1), zero, zero, zero, -amount if left else amount)
        return
    if kind == "late_payment":
        currency, amount = _money(draft["amount"])
        yield ("total", currency), (Decimal(1), zero, zero, zero, amount)
        return
    names = ("net", "vat", "rounding", "gross")
    *parts, gross = (_money(draft["totals"][name])[1] for name in names)
    total = EXACT.add(gross, parts[-1])
    yield ("total", _money(draft["totals"]["net"])[0]), (Decimal(1), *parts, total)
    for line in draft.get("vat", ()):
        why = line["decision"]
        key = ("VAT", why["place"], why["treatment"], why["category"], _rate(why["rate"]))
        currency, base = _money(line["base"])
        yield (*key, currency), (base, _money(line["vat"])[1])
    if draft.get("accounted_vat"):
        currency, vat = _money(draft["accounted_vat"]["vat"])
        yield ("accounted VAT", draft["currency"], currency), (vat,)


def add_to(rows: dict[Any, Any], key: Any, values: tuple[Decimal, ...]) -> None:
    """Add a row's values to those that are there."""
    known = rows.get(key)
    rows[key] = tuple(map(EXACT.add, known, values)) if known else values


class FileLines:
    """The hash over the lines of stored files that a closing covers."""

    def __init__(self) -> None:
        self.count = 0
        self._digest = hashlib.sha256()

    def add(self, line: str) -> None:
        """Add a document's line."""
        self.count += 1
        self._digest.update(line.encode())

    def are(self, told: dict[str, Any] | None) -> bool:
        """Say whether they are what a closing tells."""
        if not told:
            return not self.count
        return told == {"count": self.count, "digest": self._digest.hexdigest()}


def file_line(place: Place, record: dict[str, Any]) -> str:
    """Write a document's files as a closing hashes them."""
    xml = record["xml"]["sha256"] if record.get("xml") else "-"
    return f"{place[0]} {place[1]} {record['pdf']['sha256']} {xml}\n"


class Running:
    """The closings of one level, as the documents of one series pass by them."""

    def __init__(self, kind: str, closings: list[Closing], findings: Findings) -> None:
        self._kind = kind
        self._closings = iter(closings)
        self._findings = findings
        self._closed = ""  # the end of the day that was settled last
        self._next()

    def take(self, document: Document) -> None:
        """Count a document for the closing that covers it."""
        while self.closing and document.place > self._covered.last:
            self._settle()
        if moment(document.entry["at"]) < moment(self._closed):
            text = f"its time is before {self._closed}, and that day was closed without it"
            self._findings.add("inserted", self._kind, document.number, text)
        if self.closing and self._is_counted(document, self.closing):
            self._add_up(document)

    def _is_counted(self, document: Document, closing: Closing) -> bool:
        """Say whether a closing counts a document, and name one that it should or should not."""
        at, first = moment(document.entry["at"]), self._covered.first
        if at >= moment(closing.ends):
            self._add(f"it counts {document.number}, which came after its end")
        counts = first is not None and document.place >= first
        if not counts and at >= moment(closing.begins):
            self._add(f"it does not count {document.number}, which came in its time")
        return counts

    def _add_up(self, document: Document) -> None:
        self._count += 1
        try:
            for key, values in rows_of(self._kind, document.entry["body"]):
                add_to(self._rows, key, values)
            if document.files and not self._covered.lacks(document.place):
                self._lines.add(file_line(document.place, document.files))
        except (KeyError, TypeError, ValueError):
            self._unreadable = document.number

    def end(self) -> None:
        """Settle the closings that are left."""
        while self.closing:
            self._settle()

    def _next(self) -> None:
        self.closing = next(self._closings, None)
        if self.closing:
            self._covered = self.closing.covered[self._kind]
        self._count, self._lines, self._unreadable = 0, FileLines(), ""
        self._rows: dict[tuple[str, ...], tuple[Decimal, ...]] = {}

    def _settle(self) -> None:
        assert self.closing  # noqa: S101  for the type checker
        told, covered = self.closing.sums[self._kind], self._covered
        if self._count != covered.documents:
            what = f"{covered.documents} {self._kind}s"
            self._add(f"it counts {what}, there are {self._count}")
        for key in sorted(told.keys() | self._rows.keys(), key=str):
            if told.get(key) != self._rows.get(key):
                says, come = (_shown(rows.get(key)) for rows in (told, self._rows))
                text = "its %s of %ss says %s, the documents come to %s"
                self._add(text % (" ".join(map(str, key)), self._kind, says, come))
        if self.closing.level == "day":
            self._closed = self.closing.ends
            if not self._lines.are(covered.files):
                self._add(f"the files of its {self._kind}s are not those that it covers")
        if self._unreadable:
            self._add(f"{self._unreadable} cannot be added up")
        self._next()

    def _add(self, text: str) -> None:
        assert self.closing  # noqa: S101  for the type checker
        self._findings.add("closing", CLOSING, self.closing.number, text)


def _shown(values: tuple[Decimal, ...] | None) -> str:
    return "/".join(map(str, values)) if values else "nothing"


class LateFiles:
    """Files that were not there when their day was closed, and which a later day covers."""

    def __init__(self, kind: str, days: list[Closing], findings: Findings) -> None:
        self._kind = kind
        self._days = days
        self._findings = findings
        self._lines: dict[Place, str] = {}
        self._first: Place | None = None  # in the bundle
        self._spans = [(day.covered[kind], day) for day in days if day.covered[kind].missing]

    def take(self, document: Document) -> None:
        """Remember the files of a document that some day names as missing."""
        self._first = self._first or document.place
        if document.files and any(each.lacks(document.place) for each, _ in self._spans):
            try:
                self._lines[document.place] = file_line(document.place, document.files)
            except (KeyError, TypeError):
                return  # it is told where it is read

    def end(self) -> None:
        """Check each day's late files: those that the day before named and it does not."""
        for before, day in zip(self._days, self._days[1:]):
            if self._begins_within(before.covered[self._kind]):
                continue  # whose files are late is not in the bundle
            lines = FileLines()
            for place in sorted(self._lines):
                if before.covered[self._kind].lacks(place) and not day.covered[self._kind].lacks(
                    place
                ):
                    lines.add(self._lines[place])
            if not lines.are(day.covered[self._kind].late):
                text = f"the late files of its {self._kind}s are not those that it covers"
                self._findings.add("closing", CLOSING, day.number, text)

    def _begins_within(self, covered: Covered) -> bool:
        """Say whether files are missing of documents from before the bundle."""
        spans = covered.missing
        return any(not self._first or (year, a) < self._first for year, a, _ in spans)


class Closings:
    """All closings of a bundle: signed, in order, and later compared with the documents."""

    def __init__(self, bundle: Bundle, marks: Marks, fingerprints: set[str]) -> None:
        self._bundle = bundle
        self._marks = marks
        self._trusted = fingerprints
        self._last: Closing | None = None
        self._place: tuple[Place, str] | None = None  # where the last one stands, and its seal
        self._by_level: dict[str, list[Closing]] = {level: [] for level in LEVELS}
        self.keys: dict[str, str] = {}  # fingerprint, and the first closing that it signed

    def take(self, document: Document, signature: bytes | None) -> None:
        """Check one closing by itself and against the one before it."""
        try:
            body = document.entry["body"]
            closing, before = read_closing(body), position(body["before"])
            self._check_key(document, body["key"], signature)
        except (KeyError, TypeError, ValueError) as error:
            self._add("closing", document.number, f"it cannot be read: {error}")
            return
        self._begin(closing, before)
        self._carry_on(closing)
        self._last = closing
        self._place = document.place, document.seal
        self._by_level[closing.level].append(closing)
        if self.is_inside(closing):
            self._mark(body)

    def _begin(self, closing: Closing, before: tuple[Place, str]) -> None:
        """Check which closing it names as the one before."""
        if self._place:
            if before != self._place:
                self._add("closing", closing.number, "it names another closing as the one before")
            return
        since = self._bundle.manifest.get("from")
        if before[0][0] and (not since or closing.period > since):
            text = f"closings before it are cut off; the bundle is from {since or 'the first'} on"
            self._add("truncated", closing.number, text)

    def _mark(self, body: dict[str, Any]) -> None:
        """Take where the series stood; the last document may be of an earlier day."""
        for row in body["series"]:
            for end in ("first", "last"):
                if row.get(end) and (row.get("first") or self._bundle.whole):
                    self._marks.set(row["kind"], *position(row[end]), ("closing", body["number"]))

    @property
    def until(self) -> str | None:
        """The last day that is closed."""
        days = self.of_level("day")
        return days[-1].period if days else None

    def of_level(self, level: str) -> list[Closing]:
        """Give the closings of a level, in order."""
        return self._by_level[level]

    def is_inside(self, closing: Closing) -> bool:
        """Say whether all that a closing covers is in the bundle."""
        days = self.of_level("day")
        return self._bundle.whole or bool(days and closing.begins >= days[0].begins)

    def _carry_on(self, closing: Closing) -> None:
        """Check that grand totals go on from the closing before, and days and series too."""
        before = self._last
        if not before and not self._bundle.whole:
            return
        grand = dict(before.grand) if before else {}
        if closing.level == "day":
            for kind in KINDS:
                for key, values in closing.sums[kind].items():
                    if key[0] == "total":
                        add_to(grand, (key[1],), _grand(kind, values[-1]))
        for key in sorted(grand.keys() | closing.grand.keys()):
            if grand.get(key) != closing.grand.get(key):
                says, come = (_shown(rows.get(key)) for rows in (closing.grand, grand))
                text = f"its grand total in {key[0]} says {says}, carried on it is {come}"
                self._add("closing", closing.number, text)
        self._follow(closing)

    def _follow(self, closing: Closing) -> None:
        """Check that a level has no hole: each of its periods begins where the one before ended."""
        same = self.of_level(closing.level)
        if not same:
            return
        before = same[-1]
        if closing.begins != before.ends:
            text = f"the time from {before.ends} to {closing.begins} is in no closing"
            self._add("closing", closing.number, text)
        for kind in KINDS:
            mine, theirs = closing.covered[kind], before.covered[kind]
            if mine.last < theirs.last or (mine.first and mine.first <= theirs.last):
                self._add(
                    "closing", closing.number, f"its {kind}s overlap those of {before.number}"
                )

    def _check_key(self, document: Document, key: dict[str, Any], signature: bytes | None) -> None:
        der = base64.b64decode(key["public_key"], validate=True)
        fingerprint = digest(der)
        self.keys.setdefault(fingerprint, document.number)
        if fingerprint != key["fingerprint"]:
            self._add("signature", document.number, "its key has another fingerprint than it says")
        if self._trusted and fingerprint not in self._trusted:
            self._add("signature", document.number, "it is signed by a key that you do not know")
        if signature is None:
            self._add("signature", document.number, "it is not signed")
        elif not is_signed(signature, bytes.fromhex(document.seal), der):
            self._add("signature", document.number, "its signature is not of this closing")

    def _add(self, what: str, number: str, text: str) -> None:
        self._bundle.findings.add(what, CLOSING, number, text)


def _grand(kind: str, total: Decimal) -> tuple[Decimal, ...]:
    zero = Decimal(0)
    invoiced = total if kind == "invoice" else zero
    credited = total if kind == "credit_note" else zero
    return (
        invoiced,
        credited,
        EXACT.subtract(invoiced, credited),
        total if kind == "receipt" else zero,
    )


# ------------------------------------------------------------------------------------- Signatures

_RSA = bytes.fromhex("300d06092a864886f70d0101010500")  # rsaEncryption with NULL (RFC 8017, A.1)
_SHA_256 = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo (RFC 8017, 9.2)


def is_signed(signature: bytes, hashed: bytes, der: bytes) -> bool:
    """Verify RSASSA-PKCS1-v1_5 over a SHA-256 (RFC 8017, 8.2.2); ValueError for another key."""
    modulus, exponent = rsa_key(der)
    length = (modulus.bit_length() + 7) // 8
    if len(signature) != length or int.from_bytes(signature, "big") >= modulus:
        return False
    padding = b"\xff" * (length - len(_SHA_256) - len(hashed) - 3)
    wanted = b"\0\1" + padding + b"\0" + _SHA_256 + hashed
    found = pow(int.from_bytes(signature, "big"), exponent, modulus)
    return found.to_bytes(length, "big") == wanted


def rsa_key(der: bytes) -> tuple[int, int]:
    """Read modulus and exponent out of a SubjectPublicKeyInfo (RFC 5280, 4.1)."""
    outer, rest = _element(der, 0x30)
    if rest or not outer.startswith(_RSA):
        raise ValueError("its key is no RSA key")
    bits, rest = _element(outer[len(_RSA) :], 0x03)
    if rest or bits[:1] != b"\0":
        raise ValueError("its key cannot be read")
    numbers, rest = _element(bits[1:], 0x30)
    modulus, numbers = _element(numbers, 0x02)
    exponent, numbers = _element(numbers, 0x02)
    key = int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
    if rest or numbers or not 2048 <= key[0].bit_length() <= 16384 or not 3 <= key[1] < 1 << 64:
        raise ValueError("its key is none that can be trusted")
    return key


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Take the first element of DER data: its content and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("its key cannot be read")
    length, at = data[1], 2
    if length & 0x80:
        at = 2 + (length & 0x7F)
        length = int.from_bytes(data[2:at], "big")
    if len(data) < at + length:
        raise ValueError("its key cannot be read")
    return data[at : at + length], data[at + length :]


# ------------------------------------------------------------------------------------ The whole


class Result(NamedTuple):
    """What was checked and what was found."""

    bundle: Bundle
    series: dict[str, Series]
    closings: Closings
    findings: Findings
    outside: dict[str, int]  # how many anchors and fingerprints it was compared with

    def told(self) -> dict[str, Any]:
        """Give it as JSON values."""
        manifest = self.bundle.manifest
        return {
            "ok": not self.findings.count,
            "seller": manifest.get("seller"),
            "from": manifest.get("from"),
            "to": manifest.get("to"),
            "series": {
                kind: {
                    "documents": each.count,
                    "first": each.first,
                    "last": each.last,
                    "seal": each.seal,
                }
                for kind, each in self.series.items()
            },
            "keys": self.closings.keys,
            "closed": self.closings.until,
            "compared": self.outside,
            "found": self.findings.count,
            "findings": [each._asdict() for each in self.findings.kept],
        }


def verify(
    file: BinaryIO,
    *,
    anchors: Iterable[dict[str, Any]] = (),
    fingerprints: Iterable[str] = (),
    step: Step = lambda _stem: None,
) -> Result:
    """Check a bundle; NoBundleError if the file is none. `step` is told each document's name."""
    findings, marks = Findings(), Marks()
    bundle = Bundle(Archive(file), findings)
    bundle.check_lists()
    _mark_heads(bundle, marks)
    for anchor in bundle_anchors(bundle):
        _mark_anchor(anchor, bundle, marks)
    compared = sum([_mark_anchor(anchor, bundle, marks) for anchor in anchors])
    known = {each.lower().replace(":", "") for each in fingerprints}
    closings = Closings(bundle, marks, known)
    series = {CLOSING: _closings(bundle, marks, closings, step)}
    series.update(_documents(bundle, marks, closings, step))
    _check_heads(bundle, series)
    series = {kind: each for kind, each in series.items() if each.count or each.told}
    outside = {"anchors": compared, "fingerprints": len(known & closings.keys.keys())}
    return Result(bundle, series, closings, findings, outside)


def _closings(bundle: Bundle, marks: Marks, closings: Closings, step: Step) -> Series:
    walk = Series(bundle, CLOSING, marks)
    for stem, members in bundle.groups(lambda top: top == CLOSING):
        step(stem)
        document = walk.take(stem, members)
        signatures = [each for each in members if each.name == stem + ".signature"]
        if document:
            signature = bundle.content(signatures[0], CLOSING) if signatures else None
            closings.take(document, signature)
    first = bundle.numbers.read(CLOSING, walk.first or "")
    for place, said_by in marks.ahead(CLOSING, first) if first else ():
        text = f"the closings begin after it, at {walk.first}; {said_by} tells of it"
        number = bundle.numbers.write(CLOSING, place)
        bundle.findings.add("truncated", CLOSING, number, text)
    walk.end()
    return walk


def _documents(bundle: Bundle, marks: Marks, closings: Closings, step: Step) -> dict[str, Series]:
    """Walk over all documents, each series beside the closings that cover it."""
    series = {kind: Series(bundle, kind, marks) for kind in KINDS}
    beside: dict[str, list[Any]] = {}
    for stem, members in bundle.groups(lambda top: top in KINDS):
        step(stem)
        kind = stem.partition("/")[0]
        document = series[kind].take(stem, members)
        if document:
            if kind not in beside:
                beside[kind] = _beside(bundle, kind, closings)
            for each in beside[kind]:
                each.take(document)
    for kind, walk in series.items():
        walk.end()
        for each in beside.get(kind) or _beside(bundle, kind, closings):
            each.end()
    return series


def _beside(bundle: Bundle, kind: str, closings: Closings) -> list[Any]:
    """Give what is computed anew while the documents of a series pass by."""
    levels = [list(filter(closings.is_inside, closings.of_level(level))) for level in LEVELS]
    running: list[Any] = [Running(kind, level, bundle.findings) for level in levels]
    return [*running, LateFiles(kind, levels[0], bundle.findings)]


def _mark_heads(bundle: Bundle, marks: Marks) -> None:
    """Take where the series stood, if the bundle goes to the end."""
    heads = bundle.optional("heads.json") if bundle.whole else {}
    for kind, head in heads.items() if _rows(heads) else ():
        place = (head.get("year"), head.get("n"))
        if all(isinstance(each, int) for each in place) and head.get("hash") != GENESIS:
            marks.set(kind, place, str(head.get("hash")), ("altered", "heads.json"))


def _check_heads(bundle: Bundle, series: dict[str, Series]) -> None:
    """Check that no head stands before the last document: the next number would be taken."""
    heads = bundle.optional("heads.json")
    for kind, walk in series.items() if bundle.whole else ():
        head = heads.get(kind)
        told = [head.get(name) for name in ("year", "n")] if isinstance(head, dict) else [0, 0]
        if not all(isinstance(each, int) for each in told) or told < [*walk.place]:
            text = f"{walk.last} is not where it says that the series stands"
            bundle.findings.add("altered", kind, "heads.json", text)


def bundle_anchors(bundle: Bundle) -> Iterator[dict[str, Any]]:
    """Walk over the anchors in the bundle."""
    for name in sorted(bundle.lists):
        if name.startswith("anchors/"):
            anchor = bundle.optional(name)
            if name != f"anchors/{anchor.get('period')}.json":
                bundle.findings.add("anchor", "", name, "it is of another period")
            yield anchor


def _mark_anchor(anchor: dict[str, Any], bundle: Bundle, marks: Marks) -> bool:
    """Take what an anchor tells of each series; say whether it speaks of the time of the bundle."""
    try:
        said = [(CLOSING, anchor["closing"]), *anchor["series"].items()]
        positions = [(kind, *position(at)) for kind, at in said]
        name, seller = "the anchor of {}".format(anchor["number"]), anchor["seller"]
        inside = bundle.holds(anchor["period"])
    except (KeyError, TypeError, AttributeError, ValueError):
        bundle.findings.add("anchor", "", "an anchor", "it cannot be read")
        return False
    if seller != bundle.manifest.get("seller"):
        bundle.findings.add("anchor", "", name, "it is of other books")
        return False
    if not inside:
        return False
    if not _is_signed_anchor(anchor):
        bundle.findings.add("anchor", "", name, "its signature is not of this anchor")
    for kind, place, seal in positions:
        marks.set(kind, place, seal, ("anchor", name))
    return True


def _is_signed_anchor(anchor: dict[str, Any]) -> bool:
    try:
        signature = base64.b64decode(anchor["signature"], validate=True)
        der = base64.b64decode(anchor["key"]["public_key"], validate=True)
        said = digest(der) == anchor["key"]["fingerprint"]
        return said and is_signed(signature, bytes.fromhex(anchor["closing"]["hash"]), der)
    except (KeyError, TypeError, ValueError):
        return False


# -------------------------------------------------------------------------------- The command line


class Bar:
    """A line on the terminal that tells how far it is; silent where nobody sees it."""

    def __init__(self, total: int) -> None:
        self._total = max(total, 1)
        self._done = 0
        self._shown = 0.0
        self._seen = sys.stderr.isatty()

    def step(self, _stem: str) -> None:
        """Count a document."""
        self._done += 1
        now = time.monotonic()
        if self._seen and now - self._shown > 0.2:
            self._shown = now
            part = min(self._done / self._total, 1)
            line = f"[{'#' * int(part * 40):40}] {self._done} of {self._total}"
            sys.stderr.write("\r" + line)
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._seen:
            sys.stderr.write("\r\033[K")


def main(words: list[str] | None = None) -> int:
    """Check the bundle that the command line names; give the exit status."""
    arguments = _parser().parse_args(words)
    try:
        with open(arguments.bundle, "rb") as file:  # noqa: PTH123  one file, no path arithmetic
            bar = Bar(_count(file))
            try:
                anchors = [_anchor(path) for path in arguments.anchor]
                known = {"anchors": anchors, "fingerprints": arguments.fingerprint}
                result = verify(file, step=bar.step, **known)
            finally:
                bar.end()
    except (OSError, NoBundleError, ValueError) as error:
        sys.stderr.write(f"{arguments.bundle}: {error}\n")
        return 2
    except MemoryError:
        sys.stderr.write(f"{arguments.bundle}: it takes more memory than there is\n")
        return 2
    if arguments.json:
        sys.stdout.write(json.dumps(result.told(), indent=2) + "\n")
    else:
        sys.stdout.write(_page(result))
    return 1 if result.findings.count else 0


def _count(file: BinaryIO) -> int:
    return Bundle(Archive(file), Findings()).documents


def _anchor(path: str) -> dict[str, Any]:
    with open(path, "rb") as file:  # noqa: PTH123
        return parsed(file.read())


_CLOSED = "closed and signed up to {}; no signature covers what came later"
_NOT_CLOSED = "no day is closed: no signature covers any of it"
_NOT_COMPARED = {
    "anchors": """\
Compared with no anchor of these days (--anchor): an end that was cut off everywhere could not
show.""",
    "fingerprints": """\
Compared with no key from outside (--fingerprint): books that were written anew as a whole could
not show. Is a key above the one that you were told of?""",
}


def _page(result: Result) -> str:
    told, lines = result.told(), []
    days = "{} to {}".format(told["from"] or "the beginning", told["to"] or "the end")
    lines.append("Books of {}, from {}".format(told["seller"], days))
    for kind, each in told["series"].items():
        span = "{} to {}".format(each["first"], each["last"]) if each["first"] else "none"
        lines.append(f"  {kind:12} {each['documents']:7}  {span}  seal {each['seal']}")
    lines.append("  " + _CLOSED.format(told["closed"]) if told["closed"] else "  " + _NOT_CLOSED)
    for fingerprint, number in told["keys"].items():
        lines.append(f"  key {fingerprint}, from {number} on")
    lines += [
        f"{each.what:10} {each.series} {each.name}: {each.text}" for each in result.findings.kept
    ]
    more = told["found"] - len(told["findings"])
    lines += [f"… and {more} more"] if more else []
    lines.append(f"NOT OK: {told['found']} findings" if told["found"] else "OK: all of it holds")
    page = [_printable(line) for line in lines]
    page += [text for name, text in _NOT_COMPARED.items() if not result.outside[name]]
    return "\n".join(page) + "\n"


def _printable(line: str) -> str:
    """Write a line so that nothing in it moves or hides what else is on the terminal."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Check a proof bundle of Facturier.")
    parser.add_argument("bundle", help="the ZIP file")
    parser.add_argument(
        "--anchor", action="append", default=[], metavar="FILE", help="what was mailed to you"
    )
    parser.add_argument(
        "--fingerprint",
        action="append",
        default=[],
        metavar="HEX",
        help="SHA-256 of the key that signs the closings; again for each key you know",
    )
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
