"""Stripe accounts, one for each secret key, and all they hold. In memory; plain JSON throughout."""

import hashlib
import secrets
import string
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field

from local.stripe.webhooks import Deliveries
from local.stripe.wire.errors import no_such
from local.stripe.wire.idempotency import Answers
from local.stripe.wire.openapi import Contract, Resource
from local.stripe.wire.shape import complete

ALPHABET = string.ascii_letters + string.digits


@dataclass
class Clock:
    """Time in whole seconds; it can be put forward, so that sessions expire without waiting."""

    ahead: int = 0

    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time()) + self.ahead


@dataclass
class Surroundings:
    """What all accounts share."""

    contract: Contract
    deliveries: Deliveries
    clock: Clock = field(default_factory=Clock)
    origin: str = ""


class Account:
    """One account's objects by kind and id, and notes that the API never shows."""

    def __init__(self, key: str, shared: Surroundings) -> None:
        self.id = "acct_" + hashlib.sha256(key.encode()).hexdigest()[:16]
        self.shared = shared
        self.objects: dict[str, dict[str, Resource]] = defaultdict(dict)
        self.notes: dict[str, Resource] = {}
        self.answers = Answers()
        self.asking: Resource = {"id": None, "idempotency_key": None}

    def now(self) -> int:
        """Read the account's time."""
        return self.shared.clock.now()

    @contextmanager
    def asked_by(self, request: str, key: str | None) -> Iterator[None]:
        """Name the request in the events that it causes; others have none."""
        self.asking = {"id": request, "idempotency_key": key}
        try:
            yield
        finally:
            self.asking = {"id": None, "idempotency_key": None}

    def keep(self, resource: Resource) -> Resource:
        """Store an object, filled up with the nullable fields of its kind."""
        complete(self.shared.contract, resource)
        self.objects[resource["object"]][resource["id"]] = resource
        return resource

    def all(self, kind: str) -> list[Resource]:
        """Every object of a kind, in the order of their making."""
        return list(self.objects[kind].values())

    def find(self, kind: str, wanted: str, *, param: str, status: int = 404) -> Resource:
        """Find an object, or refuse with Stripe's `resource_missing`."""
        try:
            return self.objects[kind][wanted]
        except KeyError:
            raise no_such(kind, wanted, param=param, status=status) from None

    def look_up(self, wanted: str) -> Resource | None:
        """Copy an object of any kind."""
        held = (kind[wanted] for kind in self.objects.values() if wanted in kind)
        return deepcopy(next(held, None))


class Accounts:
    """All accounts. Whoever reads or changes one holds `lock`."""

    def __init__(self, shared: Surroundings) -> None:
        self.shared = shared
        self.lock = threading.RLock()
        self._by_key: dict[str, Account] = {}

    def of(self, key: str) -> Account:
        """Open the account of a secret key; it is made at first use."""
        if key not in self._by_key:
            self._by_key[key] = Account(key, self.shared)
        return self._by_key[key]

    def __iter__(self) -> Iterator[Account]:
        return iter(list(self._by_key.values()))

    def holding(self, kind: str, wanted: str) -> Account:
        """Find the account with this object: ids are unique over all of them."""
        for account in self:
            if wanted in account.objects[kind]:
                return account
        raise no_such(kind, wanted, param="id")

    def as_json(self) -> Resource:
        """Everything, for the state folder."""
        return {
            "ahead": self.shared.clock.ahead,
            "accounts": {
                key: {
                    "objects": account.objects,
                    "notes": account.notes,
                    "answers": account.answers.as_json(),
                }
                for key, account in self._by_key.items()
            },
        }

    def restore(self, state: Resource) -> None:
        """Take up what `as_json` gave."""
        self.shared.clock.ahead = state["ahead"]
        for key, kept in state["accounts"].items():
            account = self.of(key)
            account.objects.update(kept["objects"])
            account.notes.update(kept["notes"])
            account.answers = Answers(kept["answers"])


def new_id(prefix: str, length: int = 24) -> str:
    """Make an id as long as Stripe's, so that a column or pattern too short for them shows."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))
