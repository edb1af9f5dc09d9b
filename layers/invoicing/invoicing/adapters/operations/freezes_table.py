"""Freezes in `Operations`: one item for an invoice, moved by its version.

It is never deleted once it was there: a reminder is claimed against the version that was read.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.errors import OvertakenError
from invoicing.freezes import Freezes
from invoicing.records import canonical, plain

ATTEMPTS = 3  # then the caller's own retry


def read(seller: str, number: str) -> Freezes:
    """Read the freezes of an invoice, strongly; none where there never was one."""
    item = items.get(_table(), _key(seller, number))
    if not item:
        return Freezes(seller=seller, number=number)
    return Freezes.model_validate_json(item["freezes"])


def unchanged(freezes: Freezes) -> items.Action:
    """Give the check that no freeze was set or lifted since they were read."""
    check: items.Action = {
        "TableName": _table(),
        "Key": aws.to_item(_key(freezes.seller, freezes.number)),
        "ConditionExpression": _condition(freezes),
    }
    if freezes.version:
        check["ExpressionAttributeValues"] = aws.to_item({":seen": freezes.version})
    return {"ConditionCheck": check}


def move(before: Freezes, after: Freezes) -> items.Action:
    """Give the write that changes an invoice's freezes, if nobody else did meanwhile."""
    remembering = after.remembering(before, at=datetime.now(UTC))
    kept = remembering.model_copy(update={"version": before.version + 1})
    values = {":seen": before.version} if before.version else None
    item = _key(kept.seller, kept.number) | {
        "version": kept.version,
        "freezes": canonical(plain(kept)),
    }
    return {"Put": items.put(_table(), item, condition=_condition(before), values=values)}


def change(seller: str, number: str, by: Callable[[Freezes], Freezes]) -> Freezes:
    """Change an invoice's freezes; OvertakenError if others are always quicker."""
    for _ in range(ATTEMPTS):
        before = read(seller, number)
        after = by(before)
        if after == before:
            return before
        try:
            items.write_together([move(before, after)])
        except OvertakenError:
            continue
        return after
    raise OvertakenError(number)


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _condition(freezes: Freezes) -> str:
    return "version = :seen" if freezes.version else items.NOT_EXISTS


def _key(seller: str, number: str) -> aws.Item:
    return {"pk": f"FREEZES#{seller}#{number}", "sk": "FREEZES"}
