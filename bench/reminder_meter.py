"""What a day's reminders take: tables, bucket, queues and SES that count, in this process."""

import importlib
import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from typing import Any

import yaml  # type: ignore[import-untyped]  # types-PyYAML is not among our requirements

from bench import capacity
from bench.capacity import READ_BYTES, Attributes
from bench.tables import TEMPLATE, definitions

IN_MEMORY: Any = importlib.import_module("tests.simulation.dynamodb")  # which has no strict types
BUCKET: Any = importlib.import_module("tests.simulation.bucket")
ERRORS: Any = importlib.import_module("tests.simulation.cloud")
EVENTS: Any = importlib.import_module("tests.ses")
STREAM = "Operations"
WORKERS = {
    "PLAN_QUEUE": ("PlanReminders", "plan"),
    "REMIND_QUEUE": ("SendReminders", "remind"),
    STREAM: ("PublishChanges", "publish"),
    "DRAW_QUEUE": ("DrawLetter", "draw"),
    "DELIVER_QUEUE": ("DeliverNotice", "deliver"),
    "EVENTS": ("TrackDelivery", "track"),
}
"""Who works off which queue, and by which function of its module."""


@dataclass
class Day:
    """What was counted."""

    reads: float = 0
    writes: float = 0
    puts: int = 0
    gets: int = 0
    mails: int = 0
    mailed_bytes: int = 0
    calls: Counter[str] = field(default_factory=Counter)  # of AWS, by function
    messages: Counter[str] = field(default_factory=Counter)  # by function
    sent: Counter[str] = field(default_factory=Counter)  # requests that send them, by function
    cpu: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))  # seconds

    @property
    def memory(self) -> dict[str, int]:
        """Megabytes of each function."""
        return {name: _memory(name) for name, _ in WORKERS.values()}

    @property
    def batches(self) -> dict[str, int]:
        """How many messages a function takes at once, where there are as many."""
        return {name: _batch(name) for name, _ in WORKERS.values()}

    @property
    def queued(self) -> list[str]:
        """Who is fed by a queue, which is paid for, and not by a stream."""
        return [name for queue, (name, _) in WORKERS.items() if queue != STREAM]


@cache
def _functions() -> dict[str, Any]:
    resources = yaml.safe_load(TEMPLATE.read_text())
    usual = resources["Globals"]["Function"]
    found = resources["Resources"].items()
    return {
        name: usual | each["Properties"]
        for name, each in found
        if each["Type"] == "AWS::Serverless::Function"
    }


def _memory(name: str) -> int:
    return int(_functions()[name]["MemorySize"])


def _batch(name: str) -> int:
    events = (each["Properties"] for each in _functions()[name]["Events"].values())
    return max(int(each.get("BatchSize", 1)) for each in events)


class Meter:
    """The tables, the bucket, the queues and SES, which count."""

    exceptions = ERRORS.Exceptions()

    def __init__(self) -> None:
        self.day = Day()
        self.waiting: deque[tuple[str, Any]] = deque()
        self._store = IN_MEMORY.DynamoDB(definitions(), on_commit=self._committed, clock=lambda: 0)
        self._store._read_from = self._read_from  # noqa: SLF001  a partition instead of the table
        self._partitions: defaultdict[tuple[str, str], dict[Any, Any]] = defaultdict(dict)
        self._files = BUCKET.S3()
        self._asked, self._now, self._elsewhere, self._in_transaction = "", "", 0.0, False

    def works(self, name: str, work: Callable[[], object]) -> None:
        """Count what a function does, and the CPU that it takes beside AWS's part of it."""
        self._now, self._elsewhere = name, 0.0
        begun = time.process_time()
        work()
        self.day.cpu[name] += time.process_time() - begun - self._elsewhere

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **request: self._call(operation, request)

    def get_paginator(self, operation: str) -> "Meter":
        """Give all as one page, and count what pages would."""
        assert operation == "query"  # noqa: S101  nothing else is walked over here
        return self

    def paginate(self, **request: Any) -> list[Any]:  # noqa: ANN401  AWS's own
        """Walk over that page."""
        return [self._call("query", request)]

    def send_message(self, *, QueueUrl: str, MessageBody: str, **_: object) -> None:  # noqa: N803
        """Keep a message."""
        self._keep(QueueUrl, [MessageBody])

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        """Keep several messages."""
        self._keep(QueueUrl, [each["MessageBody"] for each in Entries])
        return {}

    def put_object(self, **request: Any) -> Any:  # noqa: ANN401
        """Keep a file."""
        self.day.puts += 1
        return self._timed(lambda: self._files.put_object(**request))

    def get_object(self, **request: Any) -> Any:  # noqa: ANN401
        """Read a file."""
        self.day.gets += 1
        return self._timed(lambda: self._files.get_object(**request))

    def send(self, raw: bytes, *, to: str, tags: dict[str, str]) -> str:
        """Take a mail, and tell of it as SES does."""
        assert to  # noqa: S101  it goes to somebody
        self.day.calls[self._now] += 1
        self.day.mails += 1
        self.day.mailed_bytes += len(raw)
        for type_ in ("Send", "Delivery"):
            event = EVENTS.an_event(type_, notice=tags["notice"], attempt=int(tags["attempt"]))
            self.waiting.append(("EVENTS", json.dumps(event)))
        return "ses"

    def _keep(self, queue: str, bodies: list[str]) -> None:
        self.day.calls[self._now] += 1
        self.day.sent[WORKERS[queue][0]] += 1
        self.waiting += [(queue, body) for body in bodies]

    def _timed(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401
        self.day.calls[self._now] += 1
        begun = time.process_time()
        try:
            return call()
        finally:
            self._elsewhere += time.process_time() - begun

    def _call(self, operation: str, request: dict[str, Any]) -> Any:  # noqa: ANN401
        return self._timed(lambda: self._counted(operation, request))

    def _counted(self, operation: str, request: dict[str, Any]) -> Any:  # noqa: ANN401
        self._in_transaction = operation == "transact_write_items"
        if self._in_transaction:
            checks = [each for each in request["TransactItems"] if "ConditionCheck" in each]
            self.day.writes += 2 * len(checks)
        if operation == "query":
            value = request["KeyConditionExpression"].split()[2]
            self._asked = request["ExpressionAttributeValues"][value]["S"]
        answer = getattr(self._store, operation)(**request)
        if operation == "get_item":
            self.day.reads += max(1, ceil(capacity.size(answer.get("Item", {})) / READ_BYTES))
        if operation == "query":
            units = max(1, ceil(sum(map(capacity.size, answer["Items"])) / READ_BYTES))
            self.day.reads += units / 2 if "IndexName" in request else units
        return answer

    def _read_from(self, table: Any, index: str | None) -> tuple[list[str], Any]:  # noqa: ANN401
        if index:
            return table.indexes[index].keys, table.indexes[index].items
        return table.keys, self._partitions[table.name, self._asked]

    def _committed(
        self,
        table: Any,  # noqa: ANN401
        key: tuple[str, ...],
        before: Attributes | None,
        after: Attributes | None,
    ) -> None:
        place = table.name, "/".join(key)
        look = capacity.Step("", self._in_transaction, {place: before or {}}, {place: after or {}})
        self.day.writes += look.units
        self._partitions[table.name, key[0]].pop(key, None)
        if after:
            self._partitions[table.name, key[0]][key] = after
        for index in table.indexes.values():
            index.follow(key, after, table.keys)
        if after and key[0].startswith("NOTICE#"):
            self._stream(before, after)

    def _stream(self, before: Attributes | None, after: Attributes) -> None:
        """Tell the outbox of a notice, as the filters of its stream let it."""
        name = "MODIFY" if before else "INSERT"
        keys = {each: after[each] for each in ("pk", "sk")}
        change = {"eventName": name, "dynamodb": {"Keys": keys, "NewImage": after}}
        self.waiting.append((STREAM, change))
