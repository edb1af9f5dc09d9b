"""One digest over a seller's Ledger and Heads: equal books have equal fingerprints.

It covers each document's seal, the record of its files, a closing's signature, where each series
stands and what every invoice's state is. How items are compressed is no part of it, nor what
versions S3 gave: books that were restored elsewhere have the fingerprint of those that were
exported.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cli.proof.books import Books, Sealed
from invoicing.ledger import Head, Kind
from invoicing.records import canonical, plain

_TOGETHER = 100  # states that are read at once: the most of a BatchGetItem


class Fingerprint:
    """The digests over books, document by document in the order of their numbers."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._ledger = hashlib.sha256()
        self._heads = hashlib.sha256()
        self._invoices = list[str]()

    def add(self, sealed: Sealed) -> None:
        """Add the next document."""
        parts = (sealed.content, sealed.files, sealed.item.get("signature"))
        hashes = (hashlib.sha256(part).hexdigest() if part else "-" for part in parts)
        self._ledger.update(" ".join(hashes).encode() + b"\n")
        if sealed.place.series.kind == "invoice":
            self._invoices.append(sealed.number)
        if len(self._invoices) == _TOGETHER:
            self._add_states()

    def result(self, heads: Mapping[Kind, Head]) -> dict[str, str]:
        """Give both digests; what the heads say is added last."""
        self._add_states()
        for kind, head in heads.items():
            self._heads.update(kind.encode() + canonical(plain(head)) + b"\n")
        return {"ledger": self._ledger.hexdigest(), "heads": self._heads.hexdigest()}

    def _add_states(self) -> None:
        for state in self._books.states(self._invoices):
            self._heads.update(json.dumps(state, sort_keys=True, default=_plain).encode() + b"\n")
        self._invoices.clear()


def _plain(value: object) -> object:
    """Write what DynamoDB reads as Decimal or set."""
    return sorted(value) if isinstance(value, set) else int(str(value))


def of(books: Books) -> dict[str, Any]:
    """Read a seller's books and give their fingerprint."""
    heads = books.heads()
    print_ = Fingerprint(books)
    for kind, head in heads.items():
        _add_all(print_, books.entries(kind, head))
    return {"seller": books.seller.id} | print_.result(heads)


def _add_all(print_: Fingerprint, entries: Iterable[Sealed]) -> None:
    for sealed in entries:
        print_.add(sealed)
