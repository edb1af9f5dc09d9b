"""What the seller's shop is told of, and when it is told again.

Signed and named as Standard Webhooks (standardwebhooks.com) wants it. An event has ids and states,
and nobody's name or address: whoever wants more reads it with his key. It may come twice and in any
order; its id is the same each time.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from invoicing.ledger import Place
from invoicing.records import Instant, Record, digest, plain

_AFTER_MINUTES = (1, 5, 30, 120, 300, 600, 840, 1200, 1224)
RETRIES = tuple(timedelta(minutes=minutes) for minutes in _AFTER_MINUTES)
"""How long after each attempt the next one comes: three days from the first to the last."""

ATTEMPTS = len(RETRIES) + 1
KEPT = timedelta(days=30)  # in the log
LEASE = timedelta(minutes=5)  # longer than the last attempt may take
PREFIX = "whsec_"  # of a secret, before its base64
_TAKEN = range(200, 300)  # answers to which nothing is left to say
_GONE = 410  # the endpoint says that it wants no more


class Subject(Record):
    """What changed, as a message names it: the worker reads what it is."""

    kind: Literal["document", "mail", "request", "case"]
    place: Place | None = None  # of a document
    key: dict[str, Any] | None = None  # of anything else
    state: str | None = None  # that it came into


class Event(Record):
    """Something that a shop may want to know of."""

    seller: str
    type: str  # invoice.issued
    at: Instant  # fixed by what it is about, so that the same event has the same id
    data: dict[str, str]

    @property
    def id(self) -> str:
        """Name the event: in order of time, and the same however often it is found."""
        named = digest({"seller": self.seller, "type": self.type, "data": self.data})
        return f"evt_{self.at:%Y%m%dT%H%M%S}_{named[:20]}"


class Tried(Record):
    """What came of the last attempt."""

    at: Instant
    status: int | None = None  # that the endpoint answered
    error: str | None = None  # why it could not be asked

    @property
    def arrived(self) -> bool:
        """Whether the endpoint took it."""
        return self.status in _TAKEN


class Delivery(Record):
    """An event on its way to a shop."""

    event: Event
    planned_at: Instant
    state: Literal["waiting", "delivered", "dead"] = "waiting"
    attempts: int = 0
    next_at: Instant | None = None  # when it is tried again at the latest
    last: Tried | None = None
    replays: int = 0

    @classmethod
    def of(cls, event: Event, *, at: datetime) -> Self:
        """Plan to tell a shop of an event at once."""
        return cls(event=event, planned_at=at, next_at=at)

    def is_due(self, at: datetime) -> bool:
        """Tell whether it is tried now; a message that came twice finds it claimed."""
        return self.state == "waiting" and self.next_at is not None and self.next_at <= at

    def claimed(self, at: datetime) -> Self:
        """Begin an attempt; the next one is planned before it is known how this one ends."""
        if self.attempts >= ATTEMPTS:  # the last one never told how it ended
            return self.model_copy(update={"state": "dead", "next_at": None})
        wait = RETRIES[self.attempts] if self.attempts < len(RETRIES) else LEASE
        changes = {"attempts": self.attempts + 1, "next_at": at + self._spread(wait)}
        return self.model_copy(update=changes)

    def _spread(self, wait: timedelta) -> timedelta:
        """Lengthen a wait by up to a tenth, so that many do not come back at once."""
        share = int(self.event.id[-2:], 16)
        return wait + wait * share // 2560

    def answered(self, tried: Tried) -> Self:
        """End an attempt."""
        if tried.arrived:
            ended = {"state": "delivered", "next_at": None}
        elif self.attempts >= ATTEMPTS or tried.status == _GONE:
            ended = {"state": "dead", "next_at": None}
        else:
            ended = {}
        return self.model_copy(update={"last": tried, **ended})

    def replayed(self, at: datetime) -> Self:
        """Begin anew, whatever became of it."""
        changes = {"state": "waiting", "attempts": 0, "next_at": at, "replays": self.replays + 1}
        return self.model_copy(update=changes)

    @property
    def payload(self) -> dict[str, Any]:
        """What is sent, the same at each attempt."""
        told = plain(self.event)
        return {"type": told["type"], "timestamp": told["at"], "data": told["data"]}


def headers(
    delivery_id: str, body: bytes, secrets: Sequence[str], *, at: datetime
) -> dict[str, str]:
    """Sign a body; with two secrets while one takes the other's place, either verifies it."""
    stamp = f"{int(at.timestamp())}"
    signed = f"{delivery_id}.{stamp}.".encode() + body
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_signature(each, signed)}" for each in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
