"""The sparse index `inbox` of `Operations`: requests that are not ended, mails that are not out.

What a lost message left behind is found again here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from invoicing import notices, requests, settings
from invoicing.adapters import aws, notices_table, request_items


@dataclass(frozen=True, slots=True)
class Undone:
    """Something in the inbox: what it is, its state and since when (ISO 8601, UTC)."""

    key: requests.Key | notices.Key
    state: str
    since: str


def undone() -> Iterator[Undone]:
    """Walk over every request that is not DONE and every notice that is not out."""
    pages = aws.dynamodb().get_paginator("scan")
    for page in pages.paginate(TableName=settings.get("OPERATIONS_TABLE"), IndexName="inbox"):
        yield from (_undone(aws.from_item(item)) for item in page["Items"])


def _undone(item: aws.Item) -> Undone:
    owner, _, state = item["inbox"].rpartition("#")
    key = notices_table.key_of(item) if owner == "notices" else request_items.key_of(item)
    return Undone(key=key, state=state, since=item["inbox_at"])
