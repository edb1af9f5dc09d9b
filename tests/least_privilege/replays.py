"""A session of pytest that plays journeys on roles that lack what the journeys need.

Each journey has a stack of its own, so that it does what it does the first time. It ends when all
that was taken away was missed: it has failed by then, because a function was refused something.
"""

import signal
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from _pytest.runner import runtestprotocol

from local.stack import Stack
from tests.least_privilege.permissions import Call, Grant, Permission, Witness, grants
from tests.least_privilege.scarcity import Scarcity, be_impatient

TRIES = 2  # journeys that are tried for a permission
STACKS = 3  # for a journey: what depends on a moment has three of them
AFTERWARDS = 15  # seconds in which functions come to what a journey has left them to do
_GLANCE = 0.1


class AllMissedError(AssertionError):
    """Functions were refused all that was taken away: the journey has failed."""


@dataclass(frozen=True)
class Candidate:
    """A journey as it was played with all permissions, and what alone let its calls pass."""

    item: pytest.Item
    seconds: float
    needs: set[Permission]


@dataclass(eq=False)  # pytest keeps plugins by what they are
class Replays:
    """The plugin: `chosen` permissions, of which each is to fail a journey; what was found.

    `known` says which journey that was last. Where none is known, or it fails no more, all journeys
    are played as they are if `search` is, to see which could. `keep` is told at once what fell.
    """

    chosen: Collection[Permission]
    known: Mapping[Permission, str]
    say: Callable[[str], None]
    keep: Callable[[Mapping[Permission, str]], object] = len
    search: bool = True
    fell: dict[Permission, str] = field(default_factory=dict)
    used: set[Permission] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    _wanted: Collection[Permission] = ()
    _stack: Stack | None = None
    _scarcity: Scarcity | None = None

    @property
    def left(self) -> set[Permission]:
        """Give what no journey has failed for yet."""
        return {*self.chosen} - self.fell.keys()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        made = yield
        if fixturedef.argname == "stack":
            if self._wanted:  # what nothing is taken from waits for no message to come again
                be_impatient(made)
            taken = [each for each in grants(made) if each.permission in self._wanted]
            self._stack, self._scarcity = made, Scarcity(made, taken).__enter__()
        return made

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self):
        with self._ended_when_all_is_missed():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self):
        with self._ended_when_all_is_missed():
            try:
                return (yield)
            finally:
                self._linger()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        last = {
            item: {each for each in self.chosen if self.known.get(each) == item.nodeid}
            for item in session.items
        }
        for item in sorted(last, key=lambda item: len(last[item]), reverse=True):
            self._take(item, last[item])
        if self.left and self.search:
            self._take_where_needed(self._candidates(session))
        return True

    def _candidates(self, session: pytest.Session) -> list[Candidate]:
        """Play every journey as it is, all on one stack; those of a file share what it has made."""
        follows = [*session.items[1:], session.items[-1].parent.parent]
        played = [self._candidate(*each) for each in zip(session.items, follows, strict=True)]
        found = [candidate for candidate in played if candidate]
        self._end(session)
        self.used = set().union(*(each.needs for each in found))
        return found

    def _candidate(self, item: pytest.Item, follows: pytest.Item) -> Candidate | None:
        witness = Witness(self._stack.emulator.decisions) if self._stack else None
        passed, seconds = self._play(item, follows)
        self.say(f"{'played' if passed else 'BROKEN'} {item.nodeid} {seconds:.0f} s")
        if not passed or self._stack is None:
            self.broken.append(item.nodeid)
            return None
        made = (witness or Witness(self._stack.emulator.decisions, since=0)).new()
        return Candidate(item, seconds, needed(made, grants(self._stack)))

    def _take_where_needed(self, candidates: list[Candidate]) -> None:
        """Take away all that a journey needs at once: from whichever needs most, and so on."""
        tries = Counter[Permission]()
        while candidates:
            best = max(candidates, key=lambda each: (len(each.needs & self.left), -each.seconds))
            candidates.remove(best)
            wanted = {each for each in best.needs & self.left if tries[each] < TRIES}
            tries.update(wanted)
            self._take(best.item, wanted)

    def _take(self, item: pytest.Item, wanted: set[Permission]) -> None:
        """Play a journey without these, and again without what it did not miss yet."""
        for _ in range(STACKS):
            if wanted:
                wanted = wanted - self._missed(item, wanted)

    def _missed(self, item: pytest.Item, wanted: Collection[Permission]) -> set[Permission]:
        self._wanted = wanted
        passed, seconds = self._play(item, item.parent.parent)
        missed = self._scarcity.missed if self._scarcity and not passed else set()
        self._end(item.session)
        self._wanted = ()
        self.fell |= dict.fromkeys(missed, item.nodeid)
        self.keep(self.fell)
        self.say(f"{len(missed)} of {len(wanted)} missed, {seconds:.0f} s: {item.nodeid}")
        for permission in sorted({*wanted} - missed):
            self.say(f"  nobody missed {permission}")
        return missed

    def _end(self, session: pytest.Session) -> None:
        """Stop the stack; the next journey starts another."""
        if self._scarcity:
            self._scarcity.__exit__(None, None, None)
        session._setupstate.teardown_exact(None)  # noqa: SLF001  pytest has no other way
        self._stack = self._scarcity = None

    def _play(self, item: pytest.Item, follows: pytest.Item) -> tuple[bool, float]:
        """Say whether a journey passed, and its seconds; what `follows` shares stays."""
        began = time.monotonic()
        reports = runtestprotocol(item, log=False, nextitem=follows)
        passed = all(each.passed for each in reports)
        if not passed and not self._wanted:
            self.say("\n".join(each.longreprtext for each in reports if each.failed))
        return passed, time.monotonic() - began

    @contextmanager
    def _ended_when_all_is_missed(self) -> Iterator[None]:
        """Interrupt what goes on as soon as nothing is left to be missed."""
        before = signal.signal(signal.SIGALRM, lambda *_: self._look())
        signal.setitimer(signal.ITIMER_REAL, _GLANCE if self._wanted else 0, _GLANCE)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _linger(self) -> None:
        """Wait for what a journey set going and does not look at; a function misses it later."""
        until = time.monotonic() + AFTERWARDS
        while self._scarcity and self._scarcity.taken and time.monotonic() < until:
            time.sleep(_GLANCE)
        if self._wanted:
            self._look()

    def _look(self) -> None:
        if self._scarcity and not self._scarcity.taken:
            raise AllMissedError


def needed(made: Collection[Call], granted: Collection[Grant]) -> set[Permission]:
    """Give the permissions without which one of these calls would have been refused."""
    alone = set()
    for call in set(made):
        allowing = [grant for grant in granted if grant.allows(call)]
        if len(allowing) == 1 and call.of_a_function:
            alone.add(allowing[0].permission)
    return alone
