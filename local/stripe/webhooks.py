"""Webhook deliveries: retried, and on request repeated, reversed or lost.

Stripe promises neither order nor single delivery nor delivery at all. Tests make these happen
through `Rules` instead of waiting for them.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from http.client import HTTPException
from itertools import count
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from local.stripe.letters import TIMEOUT_SECONDS, Letter, send
from local.stripe.wire.openapi import Resource

RETRY_AFTER_SECONDS = (0.2, 0.5, 1.0)
OK, REDIRECT = 200, 300


class Rules(BaseModel):
    """How events travel from now on; `flush` sends what `reversed` holds back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repeat: int = Field(default=1, ge=1, le=20)
    order: Literal["created", "reversed"] = "created"
    deliver: Literal["always", "never"] = "always"
    flush: bool = False


@dataclass(order=True)
class Due:
    """When to send a letter; `place` keeps the order among those due together."""

    at: float
    place: int
    letter: Letter = field(compare=False)


class Deliveries:
    """Sends letters one after the other in a thread of its own, and keeps a record."""

    def __init__(self) -> None:
        self.rules = Rules()
        self._record: list[Resource] = []
        self._held: list[Letter] = []
        self._due: list[Due] = []
        self._places = count()
        self._sending = False
        self._stopped = False
        self._changed = threading.Condition()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Send while the block runs, and stop after the letter that is under way."""
        thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._change(lambda: setattr(self, "_stopped", True))
            thread.join(timeout=TIMEOUT_SECONDS)

    def obey(self, rules: Rules) -> None:
        """Follow new rules, and send what was held if they say `flush`."""
        self.rules = rules.model_copy(update={"flush": False})
        if rules.flush:
            self._change(self._release)

    def post(self, letter: Letter) -> None:
        """Send, hold or lose a letter, as the rules say."""
        if self.rules.deliver == "never":
            return self._note(letter, outcome="lost")
        copies = [letter] * self.rules.repeat
        if self.rules.order == "reversed":
            return self._change(lambda: self._held.extend(copies))
        return self._change(lambda: self._enqueue_all(copies))

    def resend(self, letter: Letter) -> None:
        """Send whatever the rules say, as the dashboard's button does."""
        self._change(lambda: self._enqueue(letter))

    def as_json(self) -> Resource:
        """Tell what was sent and answered, and what is still to come."""
        with self._changed:
            pending = len(self._due) + self._sending
            return {
                "deliveries": list(self._record),
                "pending": pending,
                "held": len(self._held),
                "rules": self.rules.model_dump(exclude={"flush"}),
            }

    def wait_until_idle(self, timeout: float = 10) -> bool:
        """Whether all that was posted has been sent, retries included."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._sending, timeout)

    def _change(self, change: Callable[[], object]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    def _release(self) -> None:
        self._enqueue_all(reversed(self._held))
        self._held.clear()

    def _enqueue_all(self, letters: Iterable[Letter]) -> None:
        for letter in letters:
            self._enqueue(letter)

    def _enqueue(self, letter: Letter, *, after: float = 0) -> None:
        heappush(self._due, Due(time.monotonic() + after, next(self._places), letter))

    def _run(self) -> None:
        while (letter := self._next()) is not None:
            self._send(letter)
            self._change(lambda: setattr(self, "_sending", False))

    def _next(self) -> Letter | None:
        """Wait for the next letter that is due; None once stopped."""
        with self._changed:
            while not self._stopped:
                wait = self._due[0].at - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    self._sending = True
                    return heappop(self._due).letter
                self._changed.wait(wait)
        return None

    def _send(self, letter: Letter) -> None:
        try:
            status = send(letter)
        except (OSError, HTTPException) as error:
            self._note(letter, outcome="unreachable", error=str(error))
            return self._retry(letter)
        if OK <= status < REDIRECT:
            return self._note(letter, outcome="delivered", status=status)
        self._note(letter, outcome="refused", status=status)
        return self._retry(letter)

    def _retry(self, letter: Letter) -> None:
        if letter.attempt <= len(RETRY_AFTER_SECONDS):
            again = replace(letter, attempt=letter.attempt + 1)
            after = RETRY_AFTER_SECONDS[letter.attempt - 1]
            self._change(lambda: self._enqueue(again, after=after))

    def _note(self, letter: Letter, *, outcome: str, **details: object) -> None:
        line: Resource = {
            "event": letter.event,
            "type": letter.type,
            "endpoint": letter.endpoint,
            "url": letter.url,
            "attempt": letter.attempt,
            "outcome": outcome,
            "status": None,
            **details,
        }
        self._change(lambda: self._record.append(line))
