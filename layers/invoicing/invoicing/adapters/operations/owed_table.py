"""Invoices of which the seller has too much money, in the index `agenda`: a hint, no balance.

How much is owed is always read from the invoice's state. The item has the version of the state that
was looked at, so of two that look at once the one that saw more stays.
"""

from datetime import datetime

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.payments import Balance


def note(seller: str, number: str, balance: Balance, *, at: datetime) -> items.Action:
    """Give the write that lists an invoice, or takes it off the list if it stands there."""
    item = {"pk": f"OWED#{seller}#{number}", "sk": "OWED", "version": balance.version}
    condition = "version < :version"
    if balance.owed:
        item |= {"number": number, "agenda": f"owed#{seller}", "agenda_on": at.isoformat()}
        condition = f"{items.NOT_EXISTS} OR {condition}"
    table, values = settings.get("OPERATIONS_TABLE"), {":version": balance.version}
    return {"Put": items.put(table, item, condition=condition, values=values)}


def page(
    seller: str, *, after: Mark | None, limit: int
) -> tuple[list[tuple[str, datetime]], Mark | None]:
    """Read some numbers of invoices and since when they are listed, oldest first."""
    found, mark = agenda_index.page(f"owed#{seller}", after=after, limit=limit)
    return [_read(each) for each in found], mark


def _read(item: aws.Item) -> tuple[str, datetime]:
    return item["number"], datetime.fromisoformat(item["agenda_on"])
