"""Reconciliations in `Operations`: how far Stripe was read, and a report for each day."""

from datetime import date

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.errors import NotFoundError
from invoicing.reconciliations import Reconciliation
from invoicing.records import Instant, Record, canonical, plain


class Cursor(Record):
    """How far a seller's account was read: to a moment, and the last day that has its report."""

    until: Instant
    day: date


def cursor(seller_id: str) -> Cursor | None:
    """Read how far an account was read; None if never."""
    item = items.get(_table(), _key(seller_id, "CURSOR"))
    return Cursor.model_validate_json(item["cursor"]) if item else None


def move(seller_id: str, before: Cursor | None, after: Cursor) -> None:
    """Keep how far an account was read; OvertakenError if another run has moved it meanwhile."""
    item = _key(seller_id, "CURSOR") | {"cursor": canonical(plain(after))}
    if not before:
        return items.write(items.put(_table(), item, condition=items.NOT_EXISTS))
    names, values = {"#cursor": "cursor"}, {":before": canonical(plain(before))}
    unmoved = "#cursor = :before"
    return items.write(items.put(_table(), item, condition=unmoved, names=names, values=values))


def report(seller_id: str, day: date) -> Reconciliation:
    """Read the report of a day; NotFoundError if there is none."""
    item = items.get(_table(), _key(seller_id, day.isoformat()))
    if not item:
        raise NotFoundError(day.isoformat())
    return Reconciliation.model_validate_json(item["report"])


def save(reconciliation: Reconciliation) -> None:
    """Keep the report of a day; OvertakenError if it has one, which stays.

    One that found a difference stands in the index `agenda` until its seller settles it.
    """
    item, asks = _item(reconciliation), bool(reconciliation.different)
    listed = {"agenda": _agenda(reconciliation.seller), "agenda_on": item["sk"]} if asks else {}
    items.write(items.put(_table(), item | listed, condition=items.NOT_EXISTS))


def settle(reconciliation: Reconciliation) -> None:
    """Take a report off the list of what its seller has to see to."""
    items.write(items.put(_table(), _item(reconciliation)))


def differing(
    seller_id: str, *, after: Mark | None, limit: int
) -> tuple[list[Reconciliation], Mark | None]:
    """Read some reports that found a difference, by day, and where the next page goes on."""
    found, mark = agenda_index.page(_agenda(seller_id), after=after, limit=limit)
    return [Reconciliation.model_validate_json(item["report"]) for item in found], mark


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _agenda(seller_id: str) -> str:
    return f"differences#{seller_id}"


def _item(reconciliation: Reconciliation) -> aws.Item:
    key = _key(reconciliation.seller, reconciliation.day.isoformat())
    return key | {"report": canonical(plain(reconciliation))}


def _key(seller_id: str, what: str) -> aws.Item:
    return {"pk": f"RECONCILIATION#{seller_id}", "sk": what}
