"""What must be true of digests: what happened is told once, though it was written down late."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from tests.simulation.books import Books, Document, Item

KINDS = ("invoice", "credit_note", "receipt", "late_payment")

Found = Iterator[str]


def digests(books: Books) -> Found:
    """Each goes on where the one before it ended, and counts what was issued in its time."""
    told: dict[str, list[Item]] = defaultdict(list)
    for item in books.items("Operations", starting="DIGEST#"):
        digest = json.loads(item["digest"])
        told[digest["span"]["seller"]].append(digest)
    for seller, several in told.items():
        spans = sorted((_span(each) for each in several), key=lambda span: span[0])
        for one, other in pairwise(spans):
            if one[1] != other[0]:
                yield f"{seller} is told until {one[1]}, and then from {other[0]}"
        issued = [each for kind in KINDS for each in books.documents.get((seller, kind), ())]
        for each in several:
            yield from _counted(issued, each)


def _counted(issued: list[Document], digest: Item) -> Found:
    since, until = _span(digest)
    there = Counter(map(_kind, (each for each in issued if since <= each.at < until)))
    rows = digest.get("happened", ())
    told = Counter({row["kind"]: row["count"] for row in rows if row["kind"] != "payout"})
    if told != there:
        yield f"of {since} to {until} were told {dict(told)}, there were {dict(there)}"


def _span(digest: Item) -> tuple[datetime, datetime]:
    span = digest["span"]
    return datetime.fromisoformat(span["since"]), datetime.fromisoformat(span["until"])


def _kind(document: Document) -> str:
    if document.kind != "receipt":
        return document.kind
    kind: str = document.body["draft"]["movement"]["kind"]
    return kind
