"""SQS in memory: at least once, in no order or by group, until the dead-letter queue."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.simulation import wiring
from tests.simulation.world import MINUTE, SECOND, World

Done = Callable[[set[str]], None]
DEDUPLICATION = 5 * MINUTE
MOST_TOGETHER = 10


@dataclass
class Message:
    """One message; `visible_at` moves on whenever somebody receives it."""

    id: str
    body: str
    group: str | None
    visible_at: int
    receives: int = 0


@dataclass
class Queue:
    """One queue of the template."""

    world: World
    described: wiring.Queue
    all: dict[str, "Queue"]
    messages: list[Message] = field(default_factory=list)
    on_visible: Callable[[], object] = lambda: None
    _known: dict[str, int] = field(default_factory=dict)
    _sent: int = 0

    @property
    def name(self) -> str:
        return self.described.name

    def send(
        self,
        body: str,
        *,
        group: str | None = None,
        deduplication: str | None = None,
        delay: int = 0,
    ) -> str:
        """Keep a message; where a sweeper would send it again it may be lost on its way."""
        if self.described.is_fifo is not bool(group and deduplication):
            raise NotImplementedError("a FIFO queue wants a group and a deduplication id")
        self._sent += 1
        name = f"{self.name}-{self._sent}"
        if deduplication and self._known.get(deduplication, 0) > self.world.now:
            return name
        if deduplication:
            self._known[deduplication] = self.world.now + DEDUPLICATION
        weather = self.world.weather
        is_lost = self.name in wiring.swept() and self.world.chance(weather.message_lost)
        if is_lost and not _is_sent_once(body):
            return name
        self._keep(name, body, group, delay)
        if not group and self.world.chance(weather.message_twice):
            self._keep(f"{name}b", body, group, delay)
        return name

    def _keep(self, name: str, body: str, group: str | None, delay: int) -> None:
        late = self.world.chance(self.world.weather.message_late)
        delay += self.world.random.randrange(2 * MINUTE if late else 100)
        message = Message(name, body, group, visible_at=self.world.now + delay)
        self.messages.append(message)
        self.world.at(message.visible_at, self.on_visible)

    def receive(self, at_most: int) -> list[Message]:
        """Take what is visible; who takes it too often finds it among the dead letters."""
        taken: list[Message] = []
        for message in self._visible():
            message.receives += 1
            limit = self.described.most_receives
            if limit and message.receives > limit:
                self._bury(message)
                continue
            message.visible_at = self.world.now + self.described.visibility
            self.world.at(message.visible_at, self.on_visible)
            taken.append(message)
            if len(taken) == at_most:
                break
        return taken

    def _visible(self) -> Iterator[Message]:
        now = self.world.now
        if not self.described.is_fifo:
            visible = [message for message in self.messages if message.visible_at <= now]
            self.world.random.shuffle(visible)
            return iter(visible)
        breaks = self.world.chance(self.world.weather.group_breaks)
        blocked = {
            message.group
            for message in self.messages
            if message.visible_at > now and message.receives and not breaks
        }
        return iter(
            [
                message
                for message in self.messages
                if message.visible_at <= now and message.group not in blocked
            ]
        )

    def _bury(self, message: Message) -> None:
        assert self.described.dead_letters
        self.messages.remove(message)
        self.all[self.described.dead_letters].messages.append(message)
        self.world.counts["dead letters"] += 1

    def delete(self, message: Message) -> None:
        """Forget a message, unless the deletion itself is lost."""
        if message in self.messages and not self.world.chance(self.world.weather.delete_lost):
            self.messages.remove(message)
            if self.described.is_fifo:
                self.world.after(0, self.on_visible)

    def forget(self) -> None:
        """Forget what was sent in the last minutes."""
        self._known.clear()


def _is_sent_once(body: str) -> bool:
    """Say whether nobody sends it again: that a balance moved is told by who moved it."""
    return bool(json.loads(body).get("type") == "balance")


class SQS:
    """The queues, with the operations of the client as methods."""

    def __init__(self, world: World) -> None:
        self.queues: dict[str, Queue] = {}
        for name, described in wiring.queues().items():
            self.queues[name] = Queue(world, described, self.queues)

    def send_message(
        self,
        *,
        QueueUrl: str,  # noqa: N803  AWS's names
        MessageBody: str,  # noqa: N803
        MessageGroupId: str | None = None,  # noqa: N803
        MessageDeduplicationId: str | None = None,  # noqa: N803
        DelaySeconds: int = 0,  # noqa: N803
    ) -> dict[str, Any]:
        queue = self.queues[QueueUrl]
        name = queue.send(
            MessageBody,
            group=MessageGroupId,
            deduplication=MessageDeduplicationId,
            delay=DelaySeconds * SECOND,
        )
        return {"MessageId": name}

    def send_message_batch(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        Entries: list[dict[str, str]],  # noqa: N803
    ) -> dict[str, Any]:
        assert 0 < len(Entries) <= MOST_TOGETHER
        sent = []
        for each in Entries:
            answer = self.send_message(QueueUrl=QueueUrl, MessageBody=each["MessageBody"])
            sent.append({"Id": each["Id"], **answer})
        return {"Successful": sent}


class Poller:
    """A queue as the event source of a function."""

    def __init__(
        self,
        world: World,
        queue: Queue,
        event: wiring.Event,
        invoke: Callable[[str, dict[str, Any], Callable[[Any], None]], None],
    ) -> None:
        assert event.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        self._world, self._queue, self._event, self._invoke = world, queue, event, invoke
        queue.on_visible = self.poll

    def poll(self) -> None:
        """Hand what is visible to the function, a batch at a time."""
        most = self._event.properties["BatchSize"]
        while batch := self._queue.receive(self._world.random.randint(1, most)):
            self._hand_over(batch)

    def _hand_over(self, batch: list[Message]) -> None:
        def done(answer: Any) -> None:  # noqa: ANN401  the function's answer, None if it failed
            if answer is None:
                return
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
            for message in batch:
                if message.id not in failed:
                    self._queue.delete(message)

        records = [self._record(message) for message in batch]
        self._world.after(
            self._world.random.randrange(SECOND // 10),
            lambda: self._invoke(self._event.function, {"Records": records}, done),
        )

    def _record(self, message: Message) -> dict[str, Any]:
        suffix = ".fifo" if self._queue.described.is_fifo else ""
        group = {"MessageGroupId": message.group} if message.group else {}
        return {
            "messageId": message.id,
            "receiptHandle": message.id,
            "body": message.body,
            "attributes": {"ApproximateReceiveCount": f"{message.receives}"} | group,
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-3:123456789012:{self._queue.name}{suffix}",
            "awsRegion": "eu-west-3",
        }
