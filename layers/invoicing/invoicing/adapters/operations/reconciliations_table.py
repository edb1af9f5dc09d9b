"""Reconciliations in `Operations`: how far Stripe was read, and a report for each day."""

from datetime import date

from invoicing import settings
from invoicing.adapters import aws, items
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


def move(seller_id: str, cursor: Cursor) -> None:
    """Keep how far an account was read."""
    item = _key(seller_id, "CURSOR") | {"cursor": canonical(plain(cursor))}
    items.write(items.put(_table(), item))


def report(seller_id: str, day: date) -> Reconciliation:
    """Read the report of a day; NotFoundError if there is none."""
    item = items.get(_table(), _key(seller_id, day.isoformat()))
    if not item:
        raise NotFoundError(day.isoformat())
    return Reconciliation.model_validate_json(item["report"])


def save(reconciliation: Reconciliation) -> None:
    """Keep the report of a day; made again it takes the place of the one before."""
    key = _key(reconciliation.seller, reconciliation.day.isoformat())
    items.write(items.put(_table(), key | {"report": canonical(plain(reconciliation))}))


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(seller_id: str, what: str) -> aws.Item:
    return {"pk": f"RECONCILIATION#{seller_id}", "sk": what}
