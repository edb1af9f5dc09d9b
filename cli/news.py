"""News that never came to a shop because the outbox lost it, found again in the tables.

An event's id is a hash over what it says, so what was planned already is known by it and is not
told twice. DynamoDB forgets it after a month: nothing older is looked for.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from cli import tables
from cli.proof.books import KINDS
from cli.stack import Stack
from invoicing.adapters.ledger import ledger_pages
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import deliveries_table
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.adapters.webhooks import happened, subjects
from invoicing.errors import NotFoundError
from invoicing.ledger import Series
from invoicing.webhooks import KEPT, Delivery, Event, Subject


def repair(seller_id: str, stack: Stack, *, since: date, at: datetime) -> dict[str, Any]:
    """Plan what a shop was not told of since a day (UTC); the sweeper sends it within a minute.

    NotFoundError for an unknown seller, and for one whose shop is told nothing.
    """
    os.environ["OPERATIONS_TABLE"] = stack.operations_table  # where the functions' tables find it
    os.environ["LEDGER_TABLE"], os.environ["HEADS_TABLE"] = stack.ledger_table, stack.heads_table
    seller = SellersTable(stack.operations_table).read(seller_id).id
    if not deliveries_table.endpoint(seller):
        raise NotFoundError(f"endpoint of {seller}")
    begin = max(datetime.combine(since, time(), UTC), at - KEPT)
    missing = [each for each in _events(seller, stack, begin, at) if not _is_known(each)]
    for event in missing:
        deliveries_table.plan(Delivery.of(event, at=at))
    return {"seller": seller, "from": f"{begin:%Y-%m-%dT%H:%M:%SZ}", "to_tell": _counted(missing)}


def _events(seller: str, stack: Stack, begin: datetime, end: datetime) -> Iterator[Event]:
    for issued in _issued(seller, stack, begin, end):
        yield from happened.events(issued, at=end)
    for prefix in (f"NOTICE#{seller}#", f"REQ#{seller}.", f"CASE#{seller}#"):
        for item in tables.beginning(prefix):
            owner, subject = subjects.of(item)
            told = happened.events(subject, at=end) if subject and owner == seller else ()
            yield from (event for event in told if event.at >= begin)


def _issued(seller: str, stack: Stack, begin: datetime, end: datetime) -> Iterator[Subject]:
    for series in (Series(seller=seller, kind=kind) for kind in KINDS if kind != "closing"):
        entries = ledger_pages.issued(
            stack.ledger_table, series, until=book().head(series), begin=begin, end=end
        )
        for entry in entries:
            yield Subject(kind="document", place=entry.place)


def _is_known(event: Event) -> bool:
    try:
        deliveries_table.read(event.seller, event.id)
    except NotFoundError:
        return False
    return True


def _counted(events: list[Event]) -> dict[str, int]:
    return dict(sorted(Counter(event.type for event in events).items()))
