"""What must be true of closings: no document slipped in behind one, and their sums are right."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from tests.simulation.books import Books, Document, cents

GENESIS = "0" * 64
LEAVING = {"refund", "dispute_withdrawn"}  # movements of money that go away
KINDS = ("invoice", "credit_note", "receipt")

Found = Iterator[str]


def closings(books: Books) -> Found:
    """Each day follows the one before, holds what was issued on it, and says what that came to."""
    for (seller, kind), several in books.documents.items():
        if kind != "closing":
            continue
        days = [each for each in several if each.body["level"] == "day"]
        for one, other in pairwise(days):
            if one.body["ends"] != other.body["begins"]:
                yield f"{other.number} does not begin where {one.number} ends"
        for each in several:
            yield from _covered(books, seller, each)
            yield from _summed(books, seller, each)
            if each.at < _moment(each, "ends"):
                yield f"{each.number} was closed before its end"
        yield from _anchored(books, seller, several)


def _covered(books: Books, seller: str, closing: Document) -> Found:
    for row in closing.body["series"]:
        documents = books.documents.get((seller, row["kind"]), [])
        until = [each for each in documents if each.at < _moment(closing, "ends")]
        inside = [each for each in until if _moment(closing, "begins") <= each.at]
        if row["count"] != len(inside):
            yield f"{closing.number} counts {row['count']} of {len(inside)} {row['kind']}s"
        if row["last"]["hash"] != (until[-1].hash if until else GENESIS):
            yield f"somebody slipped in behind {closing.number}"


def _summed(books: Books, seller: str, closing: Document) -> Found:
    for kind in KINDS:
        found = sum(
            _total(each)
            for each in books.documents.get((seller, kind), [])
            if _moment(closing, "begins") <= each.at < _moment(closing, "ends")
        )
        told = sum(cents(row["total"]) for row in closing.body["totals"] if row["kind"] == kind)
        if told != found:
            yield f"{closing.number} says {told} cents of {kind}s, they come to {found}"


def _anchored(books: Books, seller: str, several: list[Document]) -> Found:
    kept = books.cloud.s3.objects
    for each in several:
        if f"{seller}/{each.body['period']}.json" not in kept:
            yield f"{each.number} has no anchor"


def _moment(closing: Document, name: str) -> datetime:
    return datetime.fromisoformat(closing.body[name])


def _total(document: Document) -> int:
    draft = document.body["draft"]
    if document.kind == "receipt":
        movement = draft["movement"]
        amount = cents(movement["amount"])
        return -amount if movement["kind"] in LEAVING else amount
    return cents(draft["totals"]["gross"]) + cents(draft["totals"]["rounding"])
