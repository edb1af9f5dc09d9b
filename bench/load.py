"""Orders posted to the deployed stack as shops post them, and what became of each.

A shop that gets no answer, or one of 5xx, posts the same order again, later each time, as the
documentation tells it to. Orders are posted at their times whether earlier ones are answered or
not. When all is quiet the raw tables say what happened: an order that was accepted and is neither
an invoice nor held is lost, one that is two invoices is doubled. A mail whose sender died at it is
in doubt; that is told, and not waited for.
"""

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
from botocore.exceptions import BotoCoreError, ClientError

from local.application import FunctionFailedError
from local.demo import auditor, clockwork
from local.demo.shop import Shop, sample
from local.stack import Stack

PATIENCE = 180.0  # seconds in which an order must be accepted
_QUIET_WITHIN = 600.0  # seconds: a message whose worker died comes again after two minutes and more
_AGAIN, _AGAIN_AT_MOST = 1.0, 8.0  # seconds until a shop asks again: twice as long each time
_GLANCE, _SWEPT_EACH = 1.0, 20.0
_MINUTE = timedelta(minutes=1)
_IN_DOUBT = {"SENDING", "UNKNOWN"}
_NOT_NOW = (FunctionFailedError, BotoCoreError, ClientError)


@dataclass(frozen=True, slots=True)
class Posted:
    """An order that was accepted."""

    id: str
    at: datetime  # when the shop posted it first
    seconds: float  # until it was accepted
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the orders of a run."""

    posted: Sequence[Posted]
    issued: Mapping[str, Sequence[datetime]]  # by order, when each of its invoices was issued
    held: Sequence[str]
    faults: Sequence[str]  # gaps and broken links in the books
    refused: int  # never accepted in time
    in_doubt: int  # mails of which nobody knows yet whether they left

    @property
    def lost(self) -> int:
        """Orders that were accepted, or should have been, and came to nothing; and each fault."""
        decided = self.issued.keys() | set(self.held)
        nowhere = sum(each.id not in decided for each in self.posted)
        return nowhere + self.doubled + len(self.faults) + self.refused

    @property
    def doubled(self) -> int:
        """Orders that were invoiced more than once."""
        return sum(len(times) > 1 for times in self.issued.values())

    def accepted_ms(self, percent: int) -> float:
        """Give how long a share of the shops waited for 202 at most."""
        return _percentile([each.seconds for each in self.posted], percent) * 1000

    def decided_ms(self, percent: int) -> float:
        """Give how long it took a share of the orders to become invoices, from their posting."""
        began = {each.id: each.at for each in self.posted}
        waits = [(times[0] - began[name]).total_seconds() for name, times in self.issued.items()]
        return _percentile(waits, percent) * 1000


def steady(count: int, per_second: float) -> list[float]:
    """Say at which second each order is posted: one after the other."""
    return [n / per_second for n in range(count)]


def burst(count: int) -> list[float]:
    """Say it for orders that come all at once."""
    return [0.0] * count


def post(shop: Shop, name: str, times: Sequence[float]) -> list[Posted | None]:
    """Post an order at each of these seconds; None for one that nobody accepted in time."""
    began = time.monotonic()

    def at_its_time(n: int) -> Posted | None:
        time.sleep(max(0.0, began + times[n] - time.monotonic()))
        return _posted(shop, f"{name}-{n:05d}")

    with ThreadPoolExecutor(max_workers=64) as pool:
        return list(pool.map(at_its_time, range(len(times))))


def outcome(stack: Stack, answers: Sequence[Posted | None]) -> Outcome:
    """Wait until all is quiet and read what the books say of these orders."""
    until_decided(stack)
    posted = [each for each in answers if each]
    return _outcome(stack, posted, refused=len(answers) - len(posted))


def _posted(shop: Shop, order_id: str) -> Posted | None:
    order = sample("french-consumer") | {"id": order_id}
    at, began, attempts = datetime.now(UTC), time.monotonic(), 0
    while time.monotonic() < began + PATIENCE:
        if _accepts(shop, order):
            return Posted(order_id, at, time.monotonic() - began, attempts + 1)
        time.sleep(min(_AGAIN * 2**attempts, _AGAIN_AT_MOST))
        attempts += 1
    return None


def _accepts(shop: Shop, order: Mapping[str, Any]) -> bool:
    headers = {"Authorization": f"Bearer {shop.key}"}
    try:
        answer = requests.post(
            f"{shop.api_url}/v1/orders", json=order, headers=headers, timeout=PATIENCE
        )
    except requests.ConnectionError:
        return False
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    return answer.status_code == HTTPStatus.ACCEPTED


def until_decided(stack: Stack) -> None:
    """Wait until nothing moves any more; the sweeper's minutes are shorter than others."""
    began = swept = time.monotonic()
    at = datetime.now(UTC) + _MINUTE
    while _unfinished(stack) and time.monotonic() < began + _QUIET_WITHIN:
        time.sleep(_GLANCE)
        if time.monotonic() > swept + _SWEPT_EACH:
            swept, at = time.monotonic(), at + _MINUTE
            with suppress(*_NOT_NOW):  # the next one comes all the same
                clockwork.fire(stack, "SweepRequests", at)


def _unfinished(stack: Stack) -> bool:
    try:
        return any(not each.endswith(" SENDING") for each in auditor.unfinished(stack))
    except BotoCoreError:
        return True  # the emulator is away


def _outcome(stack: Stack, posted: Sequence[Posted], *, refused: int) -> Outcome:
    books = auditor.read(stack)
    ours = {each.id for each in posted}
    issued: dict[str, list[datetime]] = {}
    for source, at in _invoices(books):
        if source in ours:
            issued.setdefault(source, []).append(at)
    held = [name for name, state in _states(stack, "REQ") if state == "HELD" and name in ours]
    in_doubt = sum(state in _IN_DOUBT for _, state in _states(stack, "NOTICE"))
    return Outcome(posted, issued, held, auditor.faults(books), refused, in_doubt)


def _invoices(books: auditor.Books) -> Iterator[tuple[str, datetime]]:
    for series, entries in books.entries.items():
        if series.endswith(".invoice"):
            for entry in entries:
                yield entry["source"], datetime.fromisoformat(entry["at"])


def _states(stack: Stack, kind: str) -> Iterator[tuple[str, str]]:
    for item in auditor.items(stack, "OperationsTable"):
        if item.get("type") == kind:
            yield item["pk"].rpartition("#")[2], item["state"]


def attempts(outcome: Outcome) -> Counter[int]:
    """Count the orders by how often they were posted until somebody answered."""
    return Counter(each.attempts for each in outcome.posted)


def _percentile(values: Sequence[float], percent: int) -> float:
    """Give the value that so many percent do not exceed."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
