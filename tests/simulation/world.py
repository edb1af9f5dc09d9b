"""Virtual time: what happens next, and who runs meanwhile.

A process is a greenlet that runs product code until it asks the world for something; the world
then decides how long that takes and wakes it. Only one runs at a time and every choice comes from
one generator, so a seed is a run.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import blake2b
from itertools import count
from random import Random
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from greenlet import getcurrent, greenlet

from tests.simulation.weather import Weather

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Died(BaseException):
    """The process is gone."""


class EndlessError(Exception):
    """What happens makes ever more happen."""


class Process(greenlet):
    """A thread of product code: a Lambda invocation, or somebody who calls from outside."""

    name: str
    skew: int
    deadline: int | None
    begun: int  # among all writes of the run
    doomed: bool


class World:
    """One run."""

    def __init__(self, seed: int, *, start: int) -> None:
        """Begin at `start`, in milliseconds since 1970."""
        self.seed = seed
        self.random = Random(seed)  # noqa: S311  a replay wants the same numbers again
        self.weather = Weather.drawn(self.random)
        self.now = start
        self.calls = 0
        self.most_calls: int | None = None  # a run that makes more has no end
        self.last_day = start  # on which the schedules ran undisturbed
        self.counts: Counter[str] = Counter()
        self.trace: list[str] = []
        self.commits = count(1)  # the order in which writes took effect
        self._events: list[tuple[int, int, Callable[[], object]]] = []
        self._order = count()
        self._until = start  # how far time may go on now
        self._hub = getcurrent()
        self._names: Counter[str] = Counter()
        self._processes: list[Process] = []

    # Time

    def at(self, when: int, what: Callable[[], object]) -> None:
        """Let something happen at a time."""
        due = max(self.now, when)
        heapq.heappush(self._events, (due, next(self._order), what))

    def after(self, delay: int, what: Callable[[], object]) -> None:
        """Let something happen later."""
        self.at(self.now + delay, what)

    def run_until(self, when: int) -> None:
        """Let everything happen that is due by a time; EndlessError if that becomes too much."""
        self._until = when
        while self._events and self._events[0][0] <= when:
            self.now, _, what = heapq.heappop(self._events)
            what()
            if self.most_calls and self.calls > self.most_calls:
                raise EndlessError(f"endless: {self.calls} calls, and no end of them")
        self.now = max(self.now, when)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is going to happen."""
        return not self._events

    def chance(self, probability: float) -> bool:
        """Draw; what never happens draws nothing."""
        return probability > 0 and self.random.random() < probability

    def below(self, most: int) -> int:
        """Draw a whole number from 0 on; several times as fast as `randrange`."""
        return int(self.random.random() * most)

    # Processes

    def start(
        self, name: str, what: Callable[[], object], *, skew: int = 0, lifetime: int | None = None
    ) -> None:
        """Run a function as a process; what it raises at its end is lost with it."""
        process = Process(what, self._hub)
        self._names[name] += 1
        process.name = f"{name}.{self._names[name]}"
        self._processes.append(process)
        process.skew, process.doomed, process.begun = skew, False, next(self.commits)
        process.deadline = self.now + lifetime if lifetime else None
        self.after(0, process.switch)

    def pause(self, milliseconds: int) -> None:
        """Let others run for a while; the process may find itself dead when it wakes."""
        process = getcurrent()
        if not isinstance(process, Process):
            return
        if not process.doomed:
            wake = self.now + milliseconds
            if process.deadline and wake > process.deadline:
                wake, process.doomed = process.deadline, True
            self._sleep(process, wake)
        if process.doomed:
            raise Died

    def _sleep(self, process: Process, wake: int) -> None:
        if wake <= self._until and (not self._events or wake < self._events[0][0]):
            self.now = wake  # nobody else would run meanwhile
            return
        self.at(wake, process.switch)
        self._switch_out()

    def wait(self, begin: Callable[[Callable[[Any], None]], object]) -> Any:  # noqa: ANN401  whatever comes back
        """Stop until the callback that `begin` is given is called, and give its argument."""
        process = getcurrent()
        assert isinstance(process, Process)
        box: list[Any] = []

        def wake(answer: object) -> None:
            box.append(answer)
            self.after(0, process.switch)

        begin(wake)
        self._switch_out()
        return box[0]

    def end(self) -> None:
        """End whoever still runs, so that nobody wakes in another run."""
        for process in self._processes:
            process.doomed = True
            if process:
                process.throw()
        self._processes.clear()

    def die(self) -> None:
        """End the current process here."""
        process = getcurrent()
        assert isinstance(process, Process)
        process.doomed = True
        raise Died

    def _switch_out(self) -> None:
        # Powertools keeps the request being answered in a class: there is one at a time in a
        # Lambda, and several in this Python.
        event = getattr(BaseRouter, "current_event", None)
        context = getattr(BaseRouter, "lambda_context", None)
        self._hub.switch()
        if getattr(BaseRouter, "current_event", None) is not event:
            BaseRouter.current_event, BaseRouter.lambda_context = event, context  # type: ignore[assignment]

    @property
    def is_in_process(self) -> bool:
        """Whether a process is asking, and not the run itself."""
        return isinstance(getcurrent(), Process)

    @property
    def running(self) -> str:
        """Name the current process; nobody where the run itself asks."""
        process = getcurrent()
        return process.name if isinstance(process, Process) else "-"

    @property
    def left(self) -> int:
        """Say how many milliseconds the current process may still run."""
        process = getcurrent()
        assert isinstance(process, Process)
        assert process.deadline
        return process.deadline - self.now

    @property
    def begun(self) -> int:
        """Say when, in the order of writes, the current process began."""
        process = getcurrent()
        return process.begun if isinstance(process, Process) else 0

    # What is remembered of it

    def note(self, text: str) -> None:
        """Write a line of the trace."""
        self.trace.append(f"{self.now} {self.running} {text}")

    @property
    def trace_hash(self) -> str:
        """The whole trace in one word."""
        return blake2b("\n".join(self.trace).encode(), digest_size=8).hexdigest()

    def entropy(self, size: int) -> bytes:
        """Stand in for the system's random bytes."""
        return self.random.randbytes(size)


def current_skew() -> int:
    """Say how far the clock of whoever runs is off, in milliseconds."""
    process = getcurrent()
    return process.skew if isinstance(process, Process) else 0


def instant(milliseconds: int) -> datetime:
    """Write virtual time as a datetime."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def milliseconds(at: datetime) -> int:
    """Read a datetime as virtual time."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def clock_of(running: Callable[[], World]) -> type[datetime]:
    """Make a `datetime` whose now() is the virtual time by the clock of whoever asks."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return instant(running().now + current_skew()).astimezone(tz)

    return Clock
