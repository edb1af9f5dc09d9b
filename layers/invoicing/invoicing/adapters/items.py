"""Items of a table: read strongly, written on a condition, several together or not at all."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import batched
from typing import Any

from invoicing.adapters import aws
from invoicing.errors import OvertakenError

NOT_EXISTS = "attribute_not_exists(pk)"
EXISTS = "attribute_exists(pk)"
MOST_KEYS = 100  # of one BatchGetItem

Action = dict[str, Any]
"""A write as DynamoDB takes it, alone or inside of a transaction."""


def get(table: str, key: aws.Item) -> aws.Item:
    """Read an item, strongly; an empty one if there is none."""
    answer = aws.dynamodb().get_item(TableName=table, Key=aws.to_item(key), ConsistentRead=True)
    return aws.from_item(answer.get("Item", {}))


def get_all(table: str, keys: Iterable[aws.Item]) -> Iterator[aws.Item]:
    """Read those of these items that there are, strongly, in no order."""
    for some in batched(map(aws.to_item, keys), MOST_KEYS, strict=False):
        yield from _get_some(table, list(some))


def _get_some(table: str, keys: list[dict[str, Any]]) -> Iterator[aws.Item]:
    while keys:
        answer = aws.dynamodb().batch_get_item(
            RequestItems={table: {"Keys": keys, "ConsistentRead": True}}
        )
        for item in answer["Responses"][table]:
            yield aws.from_item(item)
        left = answer["UnprocessedKeys"].get(table)
        keys = list(left["Keys"]) if left else []


def listed(table: str, index: str, condition: str, values: aws.Item) -> Iterator[aws.Item]:
    """Walk over what an index holds under a key; a hint, read eventually."""
    pages = aws.dynamodb().get_paginator("query")
    for page in pages.paginate(
        TableName=table,
        IndexName=index,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=aws.to_item(values),
    ):
        yield from (aws.from_item(item) for item in page["Items"])


def together(table: str, condition: str, values: aws.Item) -> Iterator[aws.Item]:
    """Walk over the items of one partition."""
    pages = aws.dynamodb().get_paginator("query")
    for page in pages.paginate(
        TableName=table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=aws.to_item(values),
        ConsistentRead=True,
    ):
        yield from (aws.from_item(item) for item in page["Items"])


def put(
    table: str,
    item: aws.Item,
    *,
    condition: str | None = None,
    names: dict[str, str] | None = None,
    values: aws.Item | None = None,
) -> Action:
    """Give the write that puts an item in its place."""
    action: Action = {"TableName": table, "Item": aws.to_item(item)}
    if condition:
        action["ConditionExpression"] = condition
    if names:
        action["ExpressionAttributeNames"] = names
    if values:
        action["ExpressionAttributeValues"] = aws.to_item(values)
    return action


def write(action: Action) -> None:
    """Put an item; OvertakenError if its condition fails."""
    try:
        aws.dynamodb().put_item(**action)
    except aws.dynamodb().exceptions.ConditionalCheckFailedException as error:
        raise OvertakenError("the item moved on") from error


def put_once(action: Action) -> None:
    """Put an item that is put only if there is none; if there is, it stays."""
    with suppress(aws.dynamodb().exceptions.ConditionalCheckFailedException):
        aws.dynamodb().put_item(**action)


def write_together(actions: Sequence[Action]) -> None:
    """Write several actions at once or none; OvertakenError if a condition fails."""
    try:
        aws.dynamodb().transact_write_items(TransactItems=actions)  # type: ignore[arg-type]  # built as plain dicts
    except aws.dynamodb().exceptions.TransactionCanceledException as error:
        raise OvertakenError("a condition of the transaction failed") from error
