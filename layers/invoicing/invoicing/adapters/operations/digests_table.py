"""Digests in `Operations`: one for each day of a seller, quiet or not."""

from typing import Any

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.digests import Digest, Span
from invoicing.errors import NotFoundError
from invoicing.records import canonical, plain


def keep(digest: Digest) -> items.Action:
    """Give the write that keeps the digest of a day, once."""
    key = _key(digest.span.seller, digest.span.day.isoformat())
    item = key | {"digest": canonical(plain(digest))}
    return {"Put": items.put(_table(), item, condition=items.NOT_EXISTS)}


def read(seller: str, day: str) -> Digest:
    """Read the digest of a day; NotFoundError if none was made."""
    item = items.get(_table(), _key(seller, day))
    if not item:
        raise NotFoundError(day)
    return Digest.model_validate_json(item["digest"])


def last(seller: str) -> Span | None:
    """Read what the latest digest of a seller was about, strongly; None before the first."""
    query: dict[str, Any] = {
        "TableName": _table(),
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": aws.to_item({":pk": f"DIGEST#{seller}"}),
        "ScanIndexForward": False,
        "ConsistentRead": True,
        "Limit": 1,
    }
    found = aws.dynamodb().query(**query)["Items"]
    return Digest.model_validate_json(aws.from_item(found[0])["digest"]).span if found else None


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(seller: str, day: str) -> aws.Item:
    return {"pk": f"DIGEST#{seller}", "sk": day}
