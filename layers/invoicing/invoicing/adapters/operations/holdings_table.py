"""Holdings in `Operations`: the customers whose cash at Stripe moved and may be held there still.

How much is held is read at Stripe for the report of a day; what that found free stands in the index
`agenda` until it is gone.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.errors import OvertakenError
from invoicing.holdings import Heard
from invoicing.money import Money
from invoicing.records import canonical, plain, written

_UNHEARD = "heard_at = :heard_at"


def hear(seller: str, customer: str, *, at: datetime) -> None:
    """Keep that the cash of a customer moved; what was told of it stays told.

    Two at once come to the same: how much is held is read again for each day.
    """
    fresh = Heard(seller=seller, customer=customer, heard_at=at)
    item = items.get(_table(), _key(fresh))
    known = _read(item) if item else fresh
    kept = known.model_copy(update={"heard_at": fresh.heard_at})
    items.write(items.put(_table(), _item(kept)))


def find(seller: str, customer: str) -> Heard | None:
    """Read a customer whose cash moved; None of whom nothing is held."""
    item = items.get(_table(), {"pk": f"HOLDING#{seller}", "sk": customer})
    return _read(item) if item else None


def of_seller(seller: str) -> Iterator[Heard]:
    """Walk over a seller's."""
    owner = {":pk": f"HOLDING#{seller}"}
    yield from map(_read, items.together(_table(), "pk = :pk", owner))


def page(seller: str, *, after: Mark | None, limit: int) -> tuple[list[Heard], Mark | None]:
    """Read some of whom something is free, oldest first, and where the next page goes on."""
    found, mark = agenda_index.page(_agenda(seller), after=after, limit=limit)
    return list(map(_read, found)), mark


def tell(heard: Heard, free: Money | None, *, day: date) -> None:
    """Keep what the report of a day found free, unless the cash moved since it was read."""
    told = heard.model_copy(update={"free": free, "told_on": day})
    with suppress(OvertakenError):
        values = _seen(heard)
        items.write(items.put(_table(), _item(told), condition=_UNHEARD, values=values))


def forget(heard: Heard) -> None:
    """Forget one of which nothing is held, unless its cash moved since it was read."""
    client = aws.dynamodb()
    with suppress(client.exceptions.ConditionalCheckFailedException):
        client.delete_item(
            TableName=_table(),
            Key=aws.to_item(_key(heard)),
            ConditionExpression=_UNHEARD,
            ExpressionAttributeValues=aws.to_item(_seen(heard)),
        )


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _agenda(seller: str) -> str:
    return f"holdings#{seller}"


def _key(heard: Heard) -> aws.Item:
    return {"pk": f"HOLDING#{heard.seller}", "sk": heard.customer}


def _seen(heard: Heard) -> aws.Item:
    return {":heard_at": written(heard, "heard_at")}


def _item(heard: Heard) -> aws.Item:
    at = written(heard, "heard_at")
    listed = {"agenda": _agenda(heard.seller), "agenda_on": at} if heard.free else {}
    return _key(heard) | {"heard_at": at, "heard": canonical(plain(heard))} | listed


def _read(item: aws.Item) -> Heard:
    return Heard.model_validate_json(item["heard"])
