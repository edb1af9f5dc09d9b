"""What must be true of closings: none is missing, nothing slipped in behind one, all add up."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.simulation.books import Books, Document, cents

GENESIS = "0" * 64
LEAVING = {"refund", "dispute_withdrawn"}  # movements of money that go away
KINDS = ("invoice", "credit_note", "receipt", "late_payment")
MARGIN = timedelta(minutes=5)  # from a period's end until it may be closed
DAY = timedelta(days=1)

Found = Iterator[str]
Sums = Counter[tuple[object, ...]]


def closings(books: Books) -> Found:
    """Each period has one closing, which holds what was issued in it and says what it came to."""
    for seller in books.zones:
        documents = {kind: books.documents.get((seller, kind), []) for kind in KINDS}
        several = books.documents.get((seller, "closing"), [])
        yield from _complete(books, seller, documents, several)
        yield from _in_order(several)
        for each in several:
            yield from _covered(documents, each)
            yield from _summed(documents, each)
            yield from _anchored(books, each)


def _complete(
    books: Books, seller: str, documents: dict[str, list[Document]], several: Sequence[Document]
) -> Found:
    """From the day of the first document to the last that ended, with their months and years."""
    zone = ZoneInfo(books.zones[seller])
    first = min((each.at for found in documents.values() for each in found), default=None)
    told = [each.source for each in several]
    if not first:
        yield from (f"{source} was closed before the first document" for source in told)
        return
    last = datetime.fromtimestamp(books.cloud.world.last_day / 1000, UTC)
    expected = list(_periods(first.astimezone(zone).date(), zone, until=last))
    if told[: len(expected)] != expected:
        yield f"{seller} closed {told}, {expected} had ended"


def _periods(day: date, zone: ZoneInfo, *, until: datetime) -> Iterator[str]:
    while datetime.combine(day + DAY, time.min, zone) + MARGIN <= until:
        yield f"day:{day}"
        if (day + DAY).day == 1:
            yield f"month:{day:%Y-%m}"
            if day.month == 12:
                yield f"year:{day:%Y}"
        day += DAY


def _in_order(several: Sequence[Document]) -> Found:
    for one, other in pairwise(each for each in several if each.body["level"] == "day"):
        if one.body["ends"] != other.body["begins"]:
            yield f"{other.number} does not begin where {one.number} ends"
    for each in several:
        if each.at < _moment(each, "ends"):
            yield f"{each.number} was closed before its end"


def _covered(documents: dict[str, list[Document]], closing: Document) -> Found:
    for row in closing.body["series"]:
        until = [each for each in documents[row["kind"]] if each.at < _moment(closing, "ends")]
        inside = [each for each in until if _moment(closing, "begins") <= each.at]
        if row["count"] != len(inside):
            yield f"{closing.number} counts {row['count']} of {len(inside)} {row['kind']}s"
        if row["last"]["hash"] != (until[-1].hash if until else GENESIS):
            yield f"somebody slipped in behind {closing.number}"


def _summed(documents: dict[str, list[Document]], closing: Document) -> Found:
    begins, ends = _moment(closing, "begins"), _moment(closing, "ends")
    every = [each for found in documents.values() for each in found if each.at < ends]
    inside = [each for each in every if begins <= each.at]
    body = closing.body
    told: Sums = Counter({(row["kind"],): cents(row["total"]) for row in body["totals"]})
    yield from _compared(closing, "totals", told, _totals(inside))
    vat: Sums = Counter()
    for row in body["vat"]:
        vat[row["kind"], float(row["rate"]), "base"] += cents(row["base"])
        vat[row["kind"], float(row["rate"]), "vat"] += cents(row["vat"])
    yield from _compared(closing, "VAT", vat, _vat(inside))
    names = {"invoiced": "invoice", "credited": "credit_note", "received": "receipt"}
    grand: Sums = Counter(
        {(kind,): cents(row[name]) for row in body["perpetual"] for name, kind in names.items()}
    )
    turned = [each for each in every if each.kind in names.values()]
    yield from _compared(closing, "grand totals", grand, _totals(turned))


def _compared(closing: Document, what: str, told: Sums, found: Sums) -> Found:
    if any(told[key] != found[key] for key in told.keys() | found.keys()):
        yield f"{closing.number} says {what} {dict(told)}, they come to {dict(found)}"


def _totals(documents: Sequence[Document]) -> Sums:
    sums: Sums = Counter()
    for each in documents:
        sums[(each.kind,)] += _total(each)
    return sums


def _vat(documents: Sequence[Document]) -> Sums:
    sums: Sums = Counter()
    for each in documents:
        for line in each.body["draft"].get("vat", ()):
            rate = float(line["decision"]["rate"])
            sums[each.kind, rate, "base"] += cents(line["base"])
            sums[each.kind, rate, "vat"] += cents(line["vat"])
    return sums


def _anchored(books: Books, closing: Document) -> Found:
    """What was said of a closing elsewhere is what it is."""
    kept = books.cloud.s3.objects.get(f"{closing.seller}/{closing.body['period']}.json")
    if not kept:
        yield f"{closing.number} has no anchor"
    elif json.loads(kept["Body"])["closing"]["hash"] != closing.hash:
        yield f"the anchor of {closing.number} says otherwise"


def _moment(closing: Document, name: str) -> datetime:
    return datetime.fromisoformat(closing.body[name])


def _total(document: Document) -> int:
    draft = document.body["draft"]
    if document.kind == "receipt":
        movement = draft["movement"]
        amount = cents(movement["amount"])
        return -amount if movement["kind"] in LEAVING else amount
    if document.kind == "late_payment":
        return cents(draft["amount"])
    return cents(draft["totals"]["gross"]) + cents(draft["totals"]["rounding"])
