"""The HEAD of a series in `Heads`: where it stands, moved on the condition that it stands there.

Whoever moves a head requires the whole head that was read, its time included: so a writer who read
it before a closing lifted that time cannot slip a document in behind the closing.
"""

from datetime import datetime, timedelta

from invoicing.adapters import aws, items
from invoicing.adapters.items import Action
from invoicing.ledger import BEGINNING, Head, Series
from invoicing.records import canonical, plain


def key(series: Series) -> aws.Item:
    """Give the key of a series' head."""
    return {"pk": f"HEAD#{series}"}


def read(item: aws.Item) -> Head:
    """Read a head; a series without one is at its beginning."""
    return Head.model_validate_json(item["head"]) if item else BEGINNING


def move(table: str, series: Series, before: Head, after: Head) -> Action:
    """Give the write that moves a head, if it is still what was read."""
    moved = {"hash": after.hash, "head": canonical(plain(after)), "at": _moment(after.at)}
    first = before == BEGINNING
    condition = items.NOT_EXISTS if first else "head = :before"
    values = None if first else {":before": canonical(plain(before))}
    return {"Put": items.put(table, key(series) | moved, condition=condition, values=values)}


def reach(table: str, series: Series, head: Head, at: datetime) -> Action:
    """Give the action after which nothing older than `at` can come into a series.

    A head that is behind is lifted, one that is past it is only checked: it moves on meanwhile.
    """
    if head.at < at:
        return move(table, series, head, head.model_copy(update={"at": at}))
    check: Action = {
        "TableName": table,
        "Key": aws.to_item(key(series)),
        "ConditionExpression": "#at >= :at",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": aws.to_item({":at": _moment(at)}),
    }
    return {"ConditionCheck": check}


def _moment(at: datetime) -> int:
    """Write a moment as it compares: in milliseconds."""
    return (at - BEGINNING.at) // timedelta(milliseconds=1)
