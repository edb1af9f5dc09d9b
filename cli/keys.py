"""API keys: made, listed and revoked by the operator. A key is told once and kept nowhere."""

import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from cli.stack import Stack
from invoicing.adapters.operations.keys_table import KeysTable
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.errors import NotFoundError
from invoicing.keys import SHOWN, ApiKey, Scope, key_hash
from invoicing.records import plain


class KeyNameError(Exception):
    """The characters that name a key are the beginning of several, or of hardly anything."""


SHORTEST = 6  # characters of a key that name it: fk_ and three


def create(seller_id: str, scopes: Collection[Scope], stack: Stack) -> dict[str, Any]:
    """Make a key; NotFoundError for an unknown seller."""
    seller = SellersTable(stack.operations_table).read(seller_id)
    key = f"fk_{secrets.token_urlsafe(32)}"
    kept = ApiKey.of(key, seller.id, scopes, at=datetime.now(UTC))
    KeysTable(stack.operations_table).save(kept)
    return {"seller": seller.id, "key": key, "scopes": sorted(kept.scopes)}


def first(seller_id: str, stack: Stack) -> dict[str, Any]:
    """Make the seller's own key, which may all, unless there is a key in force."""
    known = KeysTable(stack.operations_table).of_seller(seller_id)
    if any(key.is_in_force for key in known):
        return {"seller": seller_id}
    return create(seller_id, ["admin"], stack)


def told(seller_id: str, stack: Stack) -> list[dict[str, Any]]:
    """List a seller's keys, oldest first: what they may, and when they were used last."""
    SellersTable(stack.operations_table).read(seller_id)
    return [_told(key) for key in KeysTable(stack.operations_table).of_seller(seller_id)]


def revoke(seller_id: str, prefix: str, stack: Stack) -> dict[str, Any]:
    """Let a key open nothing from now on; revoked again, it stays as it is.

    It is named by its beginning, or by all of it. NotFoundError for none that begins so,
    KeyNameError for several.
    """
    table = KeysTable(stack.operations_table)
    if len(prefix) < SHORTEST:
        raise KeyNameError(f"{prefix}: name a key by its first {SHORTEST} characters or more")
    found = [key for key in table.of_seller(seller_id) if _is_named(key, prefix)]
    if not found:
        raise NotFoundError(prefix[:SHOWN])
    if len(found) > 1:
        raise KeyNameError(f"{prefix}: several keys begin so; say more of it")
    [key] = found
    if key.is_in_force:
        key = key.model_copy(update={"revoked_at": datetime.now(UTC)})
        table.note(key, "revoked_at")
    return _told(key)


def _is_named(key: ApiKey, said: str) -> bool:
    """Say whether this is the key; of a whole one only the hash is known."""
    return key.prefix.startswith(said) if len(said) <= SHOWN else key.hash == key_hash(said)


def _told(key: ApiKey) -> dict[str, Any]:
    known = plain(key)
    names = ("prefix", "created_at", "used_at", "revoked_at")
    shown = {name: known[name] for name in names if name in known}
    return shown | {"scopes": sorted(key.scopes)}
