"""API keys: what a key lets its holder do, and until when.

A key is `fk_` and 32 random bytes. It is told once and kept as its hash; its first characters stay
readable, so that people can tell keys apart and scanners of leaked secrets know one.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Literal, Self, get_args

from invoicing.records import Instant, Record

Scope = Literal["read", "orders:write", "money:write", "admin"]
"""What a route asks of a key.

`orders:write` sends, corrects and cancels orders and sees to their buyers' links and mails;
`money:write` changes what is owed, and whether it is asked for; `admin` may all of it, and alone
lets pass what the guard against a stolen key has held.
"""

SCOPES: tuple[Scope, ...] = get_args(Scope)
SHOWN = 11  # of a key's characters: fk_ and 48 bits, which open nothing


class ApiKey(Record):
    """A key as it is kept: by its hash."""

    hash: str
    prefix: str
    seller: str
    scopes: frozenset[Scope]
    created_at: Instant
    revoked_at: Instant | None = None
    used_at: Instant | None = None  # the hour in which it was used last

    @classmethod
    def of(cls, key: str, seller: str, scopes: Collection[Scope], *, at: datetime) -> Self:
        """Give what is kept of a new key."""
        return cls(
            hash=key_hash(key),
            prefix=key[:SHOWN],
            seller=seller,
            scopes=frozenset(scopes),
            created_at=at,
        )

    @property
    def is_in_force(self) -> bool:
        """Tell whether it still opens anything."""
        return self.revoked_at is None

    def allows(self, scope: Scope) -> bool:
        """Tell whether it opens a route of this scope."""
        return scope in self.scopes or "admin" in self.scopes

    def used(self, at: datetime) -> Self | None:
        """Give the key with its last use; None if this hour is known already."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        if self.used_at and self.used_at >= hour:
            return None
        return self.model_copy(update={"used_at": hour})


def key_hash(key: str) -> str:
    """Hash a key as it is stored; keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
