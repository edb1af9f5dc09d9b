"""What is usual of a seller in `Operations`, and what he has said to it: one item, read at once."""

import zlib
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from invoicing import habits, settings
from invoicing.adapters import aws, items
from invoicing.guard import Code, Watch
from invoicing.habits import Count, Habits, Seen, Trait
from invoicing.records import canonical, plain

_UNKNOWN = Habits.none(date(1970, 1, 1))  # of a seller who was paused before his first day


def read(seller_id: str) -> Watch | None:
    """Read what is known of a seller, strongly; None where a day was neither learnt nor paused."""
    item = items.get(_table(), _key(seller_id))
    if not item.keys() & {"habits", "paused"}:
        return None
    return Watch(
        _habits(item),
        paused="paused" in item,
        welcome=frozenset(item.get("welcome", ())),
        waived={name: date.fromisoformat(item[name]) for name in item if "." in name},
    )


def _habits(item: aws.Item) -> Habits:
    if "habits" not in item:
        return _UNKNOWN
    return Habits.model_validate_json(zlib.decompress(item["habits"]))


def is_paused(seller_id: str) -> bool:
    """Say whether the operator has stopped a seller."""
    watch = read(seller_id)
    return watch is not None and watch.paused


def pause(seller_id: str, *, table: str) -> None:
    """Stop a seller from issuing; `table` is Operations of the stack that a command works on."""
    aws.dynamodb().update_item(
        TableName=table,
        Key=aws.to_item(_key(seller_id)),
        UpdateExpression="SET paused = :yes",
        ExpressionAttributeValues=aws.to_item({":yes": True}),
    )


def resume(seller_id: str, *, table: str) -> None:
    """Let a paused seller issue again."""
    key = aws.to_item(_key(seller_id))
    aws.dynamodb().update_item(TableName=table, Key=key, UpdateExpression="REMOVE paused")


def learn(seller_id: str, seen: Seen, counted: Mapping[habits.Kind, Count]) -> None:
    """Add a day that has ended, and how far the series were then; a day is learnt once."""
    watch = read(seller_id)
    before = watch.habits if watch and watch.habits != _UNKNOWN else Habits.none(seen.day.on)
    after = before.learnt(seen, counted)
    try:
        _update(
            seller_id,
            "SET habits = :habits, #until = :until",
            {":habits": zlib.compress(canonical(plain(after)), 9), ":until": f"{after.until}"},
            names={"#until": "until"},
            condition="attribute_not_exists(#until) OR #until < :until",
        )
    except aws.dynamodb().exceptions.ConditionalCheckFailedException:
        return  # this day or a later one is known


def welcome(seller_id: str, traits: Iterable[Trait]) -> None:
    """Take as usual what a seller has released."""
    names = set(map(str, traits))
    if names:
        _update(seller_id, "ADD welcome :names", {":names": names})


def waive(seller_id: str, kind: habits.Kind, codes: Collection[Code], *, until: date) -> None:
    """Let through what a seller has released of a kind, up to the end of a day in his zone."""
    said = [f"{kind}.{code}" for code in sorted(set(codes))]
    names = {f"#code{n}": name for n, name in enumerate(said)}
    sets = ", ".join(f"{name} = :until" for name in names)
    _update(seller_id, f"SET {sets}", {":until": f"{until}"}, names=names)


def _update(
    seller_id: str,
    expression: str,
    values: aws.Item,
    *,
    names: dict[str, str] | None = None,
    condition: str | None = None,
) -> None:
    action: dict[str, Any] = {
        "TableName": _table(),
        "Key": aws.to_item(_key(seller_id)),
        "UpdateExpression": expression,
        "ExpressionAttributeValues": aws.to_item(values),
    }
    if names:
        action["ExpressionAttributeNames"] = names
    if condition:
        action["ConditionExpression"] = condition
    aws.dynamodb().update_item(**action)


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(seller_id: str) -> aws.Item:
    return {"pk": f"WATCH#{seller_id}", "sk": "WATCH"}
