"""Endpoints of shops in `Operations`, and the events on their way there.

An event's item stands in its seller's partition in order of time, and in the index `agenda` under
the moment of its next attempt while it waits. DynamoDB forgets it a month later.
"""

from datetime import datetime
from typing import Any

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.errors import NotFoundError
from invoicing.records import canonical, plain, written
from invoicing.webhooks import KEPT, Delivery

_WAITING = "webhooks"


def endpoint(seller: str) -> str | None:
    """Read where a seller's shop is told of events; None if it is not."""
    return items.get(_table(), endpoint_key(seller)).get("url")


def endpoint_key(seller: str) -> aws.Item:
    """Give the key of the item that says where."""
    return {"pk": f"SELLER#{seller}", "sk": "WEBHOOK"}


def plan(delivery: Delivery) -> None:
    """Keep an event that is to be told; if it is kept already, it stays."""
    items.put_once(items.put(_table(), _item(delivery), condition=items.NOT_EXISTS))


def read(seller: str, name: str) -> Delivery:
    """Read an event, strongly; NotFoundError if there is none of this name."""
    item = items.get(_table(), _key(seller, name))
    if not item:
        raise NotFoundError(name)
    return _read(item)


def move(before: Delivery, after: Delivery) -> None:
    """Write how far an event is; OvertakenError if somebody else moved it."""
    action = items.put(
        _table(),
        _item(after),
        condition="#state = :state AND attempts = :attempts AND replays = :replays",
        names={"#state": "state"},
        values={
            ":state": before.state,
            ":attempts": before.attempts,
            ":replays": before.replays,
        },
    )
    items.write(action)


def due(*, until: datetime, most: int) -> list[tuple[str, str]]:
    """List what is to be tried by now, the longest waiting first: seller and id of the event."""
    answer = aws.dynamodb().query(
        TableName=_table(),
        IndexName="agenda",
        KeyConditionExpression="agenda = :agenda AND agenda_on <= :until",
        ExpressionAttributeValues=aws.to_item(
            {":agenda": _WAITING, ":until": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
        ),
        Limit=most,
    )
    found = map(aws.from_item, answer["Items"])
    return [(each["pk"].partition("#")[2], each["sk"]) for each in found]


def page(seller: str, *, after: Mark | None, limit: int) -> tuple[list[Delivery], Mark | None]:
    """Read some events of a seller, newest first, and where the next page goes on."""
    query: dict[str, Any] = {
        "TableName": _table(),
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": aws.to_item({":pk": f"WEBHOOK#{seller}"}),
        "ScanIndexForward": False,
        "Limit": limit,
    }
    if after:
        query["ExclusiveStartKey"] = aws.to_item(_key(seller, after.source))
    answer = aws.dynamodb().query(**query)
    last = aws.from_item(answer.get("LastEvaluatedKey", {}))
    mark = Mark(source=last["sk"]) if last else None
    return [_read(aws.from_item(item)) for item in answer["Items"]], mark


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(seller: str, name: str) -> aws.Item:
    return {"pk": f"WEBHOOK#{seller}", "sk": name}


def _read(item: aws.Item) -> Delivery:
    return Delivery.model_validate_json(item["delivery"])


def _item(delivery: Delivery) -> aws.Item:
    waits = delivery.state == "waiting"
    return _key(delivery.event.seller, delivery.event.id) | {
        "state": delivery.state,
        "attempts": delivery.attempts,
        "replays": delivery.replays,
        "delivery": canonical(plain(delivery)),
        "agenda": _WAITING if waits else None,
        "agenda_on": written(delivery, "next_at") if waits else None,
        "expires_at": int((delivery.planned_at + KEPT).timestamp()),
    }
