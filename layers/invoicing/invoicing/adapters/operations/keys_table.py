"""API keys in `Operations`: by their hash, and in the index `agenda` by seller.

A class, because the operator's command opens the table of a stack that is not its own.
"""

from functools import cache
from typing import Any

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.keys import ApiKey
from invoicing.records import plain, written


@cache
def keys() -> "KeysTable":
    """Give the keys of this deployment."""
    return KeysTable(settings.get("OPERATIONS_TABLE"))


class KeysTable:
    """Keys that let shops in; what a key reads like is never stored."""

    def __init__(self, name: str) -> None:
        self._name = name

    def save(self, key: ApiKey) -> None:
        """Let a shop in by the hash of its key."""
        item = {"agenda": f"keys#{key.seller}", "agenda_on": written(key, "created_at")}
        scopes = {"scopes": sorted(key.scopes)}
        items.write(items.put(self._name, _key(key.hash) | plain(key) | scopes | item))

    def find(self, key_hash: str) -> ApiKey | None:
        """Read a key, strongly: what was revoked a moment ago opens nothing."""
        item = items.get(self._name, _key(key_hash))
        return _read(item) if item else None

    def of_seller(self, seller: str) -> list[ApiKey]:
        """List a seller's keys, oldest first, revoked ones too."""
        values = {":agenda": f"keys#{seller}"}
        found = items.listed(self._name, "agenda", "agenda = :agenda", values)
        kept = items.get_all(self._name, ({"pk": each["pk"], "sk": each["sk"]} for each in found))
        return sorted(map(_read, kept), key=lambda key: (key.created_at, key.hash))

    def note(self, key: ApiKey, name: str) -> None:
        """Write one field of a key that is there: `used_at` or `revoked_at`."""
        action: dict[str, Any] = {
            "TableName": self._name,
            "Key": aws.to_item(_key(key.hash)),
            "UpdateExpression": "SET #name = :value",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": aws.to_item({":value": written(key, name)}),
        }
        aws.dynamodb().update_item(**action)


def _key(key_hash: str) -> aws.Item:
    return {"pk": f"KEY#{key_hash}", "sk": "KEY"}


def _read(item: aws.Item) -> ApiKey:
    return ApiKey.model_validate({name: item.get(name) for name in ApiKey.model_fields})
