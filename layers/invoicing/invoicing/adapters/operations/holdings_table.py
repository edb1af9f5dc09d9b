"""Holdings in `Operations`: the customers whose cash at Stripe moved and may be held there still.

Only that it moved is kept, not how much: what is held is read at Stripe when it is told.
"""

from collections.abc import Iterator
from datetime import datetime

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.records import Instant, Record, written


class Held(Record):
    """A customer (cus_…) whose cash moved last at a time that somebody heard of it."""

    seller: str
    customer: str
    heard_at: Instant


def hear(seller: str, customer: str, *, at: datetime) -> None:
    """Keep that the cash of a customer moved."""
    held = Held(seller=seller, customer=customer, heard_at=at)
    item = _key(held) | {"heard_at": written(held, "heard_at")}
    items.write(items.put(_table(), item))


def of_seller(seller: str) -> Iterator[Held]:
    """Walk over a seller's."""
    owner = {":pk": f"HOLDING#{seller}"}
    for item in items.together(_table(), "pk = :pk", owner):
        yield Held(seller=seller, customer=item["sk"], heard_at=item["heard_at"])


def forget(held: Held) -> None:
    """Forget one of which nothing is held, unless its cash moved since it was read."""
    client = aws.dynamodb()
    try:
        client.delete_item(
            TableName=_table(),
            Key=aws.to_item(_key(held)),
            ConditionExpression="heard_at = :heard_at",
            ExpressionAttributeValues=aws.to_item({":heard_at": written(held, "heard_at")}),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(held: Held) -> aws.Item:
    return {"pk": f"HOLDING#{held.seller}", "sk": held.customer}
