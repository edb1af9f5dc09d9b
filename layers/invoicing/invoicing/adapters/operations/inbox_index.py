"""The sparse index `inbox` of `Operations`: requests, documents, mails and refunds not done.

What a lost message left behind is found again here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from invoicing import notices, refunds, requests, settings
from invoicing.adapters import aws
from invoicing.adapters.operations import notices_table, refunds_table, request_items


@dataclass(frozen=True, slots=True)
class Undone:
    """Something in the inbox: what it is, its state and since when (ISO 8601, UTC)."""

    key: requests.Key | notices.Key | refunds.Key
    state: str
    since: str


def undone() -> Iterator[Undone]:
    """Walk over every request without a number, batch that is not stored, notice and refund."""
    pages = aws.dynamodb().get_paginator("scan")
    for page in pages.paginate(TableName=settings.get("OPERATIONS_TABLE"), IndexName="inbox"):
        yield from (_undone(aws.from_item(item)) for item in page["Items"])


def _undone(item: aws.Item) -> Undone:
    owner, _, state = item["inbox"].rpartition("#")
    key_of = _KEYS.get(owner, request_items.key_of)
    return Undone(key=key_of(item), state=state, since=item["inbox_at"])


_KEYS: dict[str, Callable[[aws.Item], requests.Key | notices.Key | refunds.Key]] = {
    "notices": notices_table.key_of,
    "refunds": refunds_table.key_of,
}
