"""The raw tables of a run, read by code that shares nothing with the product."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from tests.simulation.cloud import Cloud
from tests.simulation.dynamodb import Commit
from tests.simulation.expressions import Attributes
from tests.simulation.told import Told

ADAPTERS = Path(__file__).parents[2] / "layers/invoicing/invoicing/adapters"
DICTIONARY = ADAPTERS / "dictionaries/1.txt"
Item = dict[str, Any]
Series = tuple[str, str]  # seller and kind


@dataclass(frozen=True)
class Document:
    """An entry as it lies in the ledger."""

    seller: str
    kind: str
    year: int
    n: int
    at: datetime
    source: str
    previous: str
    hash: str  # as stored beside it
    computed: str  # over what lies there
    body: Item

    @property
    def series(self) -> Series:
        return self.seller, self.kind

    @property
    def number(self) -> str:
        number: str = self.body["number"]
        return number


@dataclass(frozen=True)
class Books:
    """All that a run left behind."""

    cloud: Cloud
    told: Told
    zones: dict[str, str]  # of the sellers

    def items(self, table: str, *, starting: str) -> Iterator[Item]:
        """Give the items of a table whose partition key starts so."""
        for key, item in self.cloud.dynamodb.tables[table].items.items():
            if key[0].startswith(starting):
                yield plain(item)

    @cached_property
    def documents(self) -> dict[Series, list[Document]]:
        """Give the documents of each series in the order of their numbers."""
        found: dict[Series, list[Document]] = {}
        for item in self.items("Ledger", starting="DOC#"):
            document = _document(item)
            found.setdefault(document.series, []).append(document)
        for several in found.values():
            several.sort(key=lambda each: (each.year, each.n))
        return found

    @cached_property
    def requests(self) -> dict[tuple[str, str, str], Item]:
        """Give the requests by seller, kind and source."""
        return {request_key(item["pk"]): item for item in self.items("Operations", starting="REQ#")}

    @cached_property
    def notices(self) -> dict[tuple[str, str, str, int], Item]:
        """Give the notices by seller, number, occasion and level."""
        found = {}
        for item in self.items("Operations", starting="NOTICE#"):
            key = json.loads(item["key"])
            name = key["seller"], key["number"], key["occasion"], key.get("level", 0)
            found[name] = item
        return found

    def of_kind(self, kind: str) -> Iterator[Document]:
        """Walk over all documents of a kind."""
        for (_, each), several in self.documents.items():
            if each == kind:
                yield from several

    def history(self, table: str, *, starting: str) -> Iterator[Commit]:
        """Walk over the writes to items whose partition key starts so, in their order."""
        for commit in self.cloud.history:
            if commit.table == table and commit.key[0].startswith(starting):
                yield commit


def request_key(pk: str) -> tuple[str, str, str]:
    """Read seller, kind and source from a request's key."""
    _, series, source = pk.split("#", 2)
    seller, _, kind = series.partition(".")
    return seller, kind, source


def plain(item: Attributes) -> Item:
    """Read attributes as Python values."""
    values = {}
    for name, attribute in item.items():
        ((kind, value),) = attribute.items()
        values[name] = Decimal(value) if kind == "N" else value
    return values


def seal(content: Item) -> str:
    """Hash JSON values in their canonical form."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _document(item: Item) -> Document:
    entry = content(item["entry"])
    place = entry["place"]
    return Document(
        seller=place["series"]["seller"],
        kind=place["series"]["kind"],
        year=place["year"],
        n=place["n"],
        at=datetime.fromisoformat(entry["at"]),
        source=entry["source"],
        previous=entry["previous"],
        hash=item["hash"],
        computed=seal(entry),
        body=entry["body"],
    )


@lru_cache(maxsize=1000)  # more than a run issues
def content(packed: bytes) -> Item:
    """Read what was compressed with the dictionary that lies beside the product."""
    unpacker = zlib.decompressobj(zdict=_dictionary())
    read: Item = json.loads(unpacker.decompress(packed) + unpacker.flush())
    return read


@cache
def _dictionary() -> bytes:
    return DICTIONARY.read_bytes()


def cents(money: Item) -> int:
    """Count a sum; the simulation's shops sell in euros."""
    return int(Decimal(money["amount"]) * 100)


def documents_of(cloud: Cloud, kind: str) -> Iterator[Item]:
    """Walk over the entries of a kind as they lie in the ledger now, in the order of their keys."""
    for key, item in sorted(cloud.dynamodb.tables["Ledger"].items.items()):
        if key[0].startswith("DOC#") and f".{kind}#" in key[0]:
            yield content(item["entry"]["B"])
