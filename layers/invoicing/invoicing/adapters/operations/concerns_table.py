"""Invoices that may concern their seller, in the index `agenda`: hints, each looked at when read.

Whether too much was paid or claimed is always computed from the books. The item has the version of
the invoice's state that was looked at, so of two that look at once the one that saw more stays.
"""

from datetime import datetime
from typing import Literal

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index
from invoicing.adapters.operations.agenda_index import Mark

Concern = Literal["owed", "overclaimed"]
"""The buyer has paid too much; late payment was claimed beyond what is owed for it."""


def note(
    concern: Concern, seller: str, number: str, version: int, *, since: datetime | None
) -> items.Action:
    """Give the write that lists an invoice, or without `since` takes it off if it stands there."""
    name = concern.upper()
    item = {"pk": f"{name}#{seller}#{number}", "sk": name, "version": version}
    condition = "version < :version"
    if since:
        item |= {"number": number, "agenda": f"{concern}#{seller}", "agenda_on": since.isoformat()}
        condition = f"{items.NOT_EXISTS} OR {condition}"
    table, values = settings.get("OPERATIONS_TABLE"), {":version": version}
    return {"Put": items.put(table, item, condition=condition, values=values)}


def page(
    concern: Concern, seller: str, *, after: Mark | None, limit: int
) -> tuple[list[tuple[str, datetime]], Mark | None]:
    """Read some numbers of invoices and since when they are listed, oldest first."""
    found, mark = agenda_index.page(f"{concern}#{seller}", after=after, limit=limit)
    return [_read(each) for each in found], mark


def _read(item: aws.Item) -> tuple[str, datetime]:
    return item["number"], datetime.fromisoformat(item["agenda_on"])
