"""A session of pytest that plays journeys again and again, each time with one permission less.

The stack stays up. A journey ends at the first refusal: what it waits for will not come.
"""

import signal
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from _pytest.runner import runtestprotocol

from local.demo import clockwork
from local.demo.shop import NotReachedError
from local.stack import Stack
from tests.least_privilege.permissions import Call, Grant, Permission, calls, grants, without

TRIES = 3  # journeys that are tried for a permission
COMES_AGAIN = "5"  # seconds until a message that failed is seen again; the template says minutes
_GLANCE = 0.1

Say = Callable[[str], None]


class RefusedError(AssertionError):
    """A function was refused what the journey needs."""


@dataclass(frozen=True)
class Played:
    """How a journey went: its failure, its seconds, and what functions asked of AWS meanwhile."""

    passed: bool
    seconds: float
    calls: list[Call]


@dataclass(eq=False)  # pytest keeps plugins by what they are
class Replays:
    """The plugin: `chosen` permissions, of which each is to fail a journey; what was found."""

    chosen: Collection[Permission]
    known: Mapping[Permission, str]
    say: Say
    fell: dict[Permission, str] = field(default_factory=dict)
    silent: list[Permission] = field(default_factory=list)
    used: set[Permission] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    _stack: Stack | None = None
    _watched: str = ""  # the role that has one permission less
    _since: int = 0
    _journeys: dict[Permission, list[pytest.Item]] = field(default_factory=dict)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        made = yield
        if fixturedef.argname == "stack":
            self._stack = made
            be_impatient(made)
        return made

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self):
        with self._ended_by_refusal():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self):
        with self._ended_by_refusal():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        wanted = {self.known[each] for each in self.chosen if each in self.known}
        search = not {*self.chosen} <= self.known.keys()
        items = [each for each in session.items if search or each.nodeid in wanted]
        for item in items:
            self._record(item)
        for permission in sorted(self.chosen):
            self._try(permission)
        self._end(session)
        return True

    def _record(self, item: pytest.Item) -> None:
        """Play a journey as it is, and note what it alone needs of each role."""
        played = self._play(item)
        self.say(f"{'played' if played.passed else 'BROKEN'} {item.nodeid} {played.seconds:.0f} s")
        if not played.passed:
            self.broken.append(item.nodeid)
            return
        for permission in needed(played.calls, grants(self._running)):
            self.used.add(permission)
            self._journeys.setdefault(permission, []).append((played.seconds, item))

    def _try(self, permission: Permission) -> None:
        found = sorted(self._journeys.get(permission, []), key=lambda each: each[0])
        for _, item in found[:TRIES]:
            if self._falls(item, permission):
                self.fell[permission] = item.nodeid
                self.say(f"{permission}: {item.name}")
                return
        if found:
            self.silent.append(permission)
            self.say(f"{permission}: NOBODY MISSED IT")

    def _falls(self, item: pytest.Item, permission: Permission) -> bool:
        if self._stack is None:
            self._play(item)
        [grant] = [each for each in grants(self._running) if each.permission == permission]
        self._watched = grant.role
        with without(self._running, grant):
            played = self._play(item)
        self._watched = ""
        refused = any(is_refusal(each, grant) for each in played.calls)
        if not recovered(self._running):
            self._end(item.session)
        return refused and not played.passed

    def _end(self, session: pytest.Session) -> None:
        """Stop the stack; the next journey starts another."""
        session._setupstate.teardown_exact(None)  # noqa: SLF001  pytest has no other way
        self._stack = None

    def _play(self, item: pytest.Item) -> Played:
        self._since, began = self._size(), time.monotonic()
        folder = item.parent.parent
        reports = runtestprotocol(item, log=False, nextitem=folder)
        seconds = time.monotonic() - began
        passed = all(each.passed for each in reports)
        if not passed and not self._watched:
            self.say("\n".join(each.longreprtext for each in reports if each.failed))
        return Played(passed, seconds, calls(self._running.emulator.decisions, self._since))

    def _size(self) -> int:
        return self._stack.emulator.decisions.stat().st_size if self._stack else 0

    @property
    def _running(self) -> Stack:
        assert self._stack, "no journey has a stack"
        return self._stack

    @contextmanager
    def _ended_by_refusal(self) -> Iterator[None]:
        """Interrupt what waits as soon as the role that is watched was refused something."""
        before = signal.signal(signal.SIGALRM, lambda *_: self._look())
        signal.setitimer(signal.ITIMER_REAL, _GLANCE if self._watched else 0, _GLANCE)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _look(self) -> None:
        made = calls(self._running.emulator.decisions, self._since)
        if any(each.role == self._watched and not each.allowed for each in made):
            raise RefusedError(self._watched)


def needed(made: Collection[Call], granted: Collection[Grant]) -> set[Permission]:
    """Give the permissions without which one of these calls would have been refused."""
    alone = set()
    for call in set(made):
        allowing = [grant for grant in granted if grant.allows(call)]
        if len(allowing) == 1 and call.of_a_function:
            alone.add(allowing[0].permission)
    return alone


def is_refusal(call: Call, grant: Grant) -> bool:
    """Say whether a function was refused what a grant would have allowed."""
    return not call.allowed and call.of_a_function and grant.allows(call)


def be_impatient(stack: Stack) -> None:
    """Let a message come again after seconds."""
    for url in clockwork.worker_queues(stack).values():
        attributes = {"VisibilityTimeout": COMES_AGAIN}
        stack.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=attributes)


def recovered(stack: Stack) -> bool:
    """Let what was refused be done now; say whether all of it is."""
    try:
        clockwork.fire(stack, "SweepRequests", datetime.now(UTC) + timedelta(minutes=5))
        clockwork.until_quiet(stack)
    except NotReachedError:
        return False
    for logical_id, url in stack.resources.items():
        if logical_id.startswith("Dead") and url.startswith("http"):
            stack.client("sqs").purge_queue(QueueUrl=url)
    return True
