"""DynamoDB streams as event sources: in order for each item, retried, bisected, given up."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any
from zlib import crc32

from tests.simulation import wiring
from tests.simulation.dynamodb import Key, Table
from tests.simulation.expressions import Attributes
from tests.simulation.world import MINUTE, SECOND, World

SHARDS = 2
Record = dict[str, Any]


class Reader:
    """One event source mapping: it reads each shard by itself."""

    def __init__(
        self,
        world: World,
        event: wiring.Event,
        invoke: Callable[[str, dict[str, Any], Callable[[Any], None]], None],
        give_up: Callable[[str, str], None],
    ) -> None:
        """`give_up` is told the dead-letter queue and what could not be handed over."""
        self.table = wiring.owner(event.properties["Stream"])
        self.filters = wiring.filters(event)
        self.most = event.properties["BatchSize"]
        self.retries = event.properties["MaximumRetryAttempts"]
        self.dead_letters = wiring.owner(
            event.properties["DestinationConfig"]["OnFailure"]["Destination"]
        )
        assert event.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert event.properties["BisectBatchOnFunctionError"]
        self.world, self.function, self.invoke, self.give_up = (
            world,
            event.function,
            invoke,
            give_up,
        )
        self.shards = [Shard(self) for _ in range(SHARDS)]
        self._written = 0

    def follow(
        self, table: Table, key: Key, before: Attributes | None, after: Attributes | None
    ) -> None:
        """Read a write, unless nobody reads it before it is a day old and gone."""
        self._written += 1
        record = _record(table, key, before, after, self._written)
        fits = not self.filters or any(wiring.passes(each, record) for each in self.filters)
        weather = self.world.weather
        if not fits or self.world.chance(weather.record_lost):
            return
        late = self.world.chance(weather.record_late)
        self.shards[crc32(key[0].encode()) % SHARDS].append(record, late=late)


class Shard:
    """Records in order; a batch that fails holds up all behind it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._records: deque[Record] = deque()
        self._busy = False
        self._size = reader.most  # of the next batch; bisecting halves it
        self._failures = 0

    def append(self, record: Record, *, late: bool) -> None:
        """Add a record to be read soon, or minutes later."""
        self._records.append(record)
        world = self._reader.world
        world.after(world.random.randrange(5 * MINUTE if late else SECOND), self.read)

    def read(self) -> None:
        """Hand the next batch to the function."""
        if self._busy or not self._records:
            return
        self._busy = True
        batch = list(self._records)[: self._size]
        reader = self._reader
        reader.invoke(reader.function, {"Records": batch}, lambda answer: self._done(batch, answer))

    def _done(self, batch: list[Record], answer: Any) -> None:  # noqa: ANN401  a function's answer
        reader = self._reader
        self._busy = False
        passed = 0 if answer is None else _passed(batch, answer)
        if passed and reader.world.chance(reader.world.weather.record_twice):
            passed = 0  # the checkpoint was lost: all of it comes again
        elif passed < len(batch):
            self._failures += 1
            self._size = max(1, len(batch) // 2) if answer is None else reader.most
        if passed:
            self._failures = 0
        if self._failures > reader.retries:
            reader.give_up(reader.dead_letters, json.dumps({"records": len(batch)}))
            passed = len(batch)
        for _ in range(passed):
            self._records.popleft()
        if passed == len(batch):
            self._failures, self._size = 0, reader.most
        reader.world.after(SECOND if self._failures else 0, self.read)


def _passed(batch: list[Record], answer: Any) -> int:  # noqa: ANN401  a function's answer
    """Count what needs no repetition: all before the first that failed."""
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    return next((n for n, each in enumerate(numbers) if each in failed), len(batch))


def _record(
    table: Table, key: Key, before: Attributes | None, after: Attributes | None, number: int
) -> Record:
    name = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
    change: dict[str, Any] = {
        "Keys": {each: {"S": part} for each, part in zip(table.keys, key, strict=True)},
        "SequenceNumber": f"{number:021d}",
        "StreamViewType": "NEW_IMAGE",
    }
    if after is not None:
        change["NewImage"] = after
    return {
        "eventID": f"{table.name}-{number}",
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "dynamodb": change,
    }
