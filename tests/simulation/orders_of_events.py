"""Every order of a story's events, each of them never, once or twice, at any time after its cause.

Handlers know nothing but what Stripe says and what the tables hold, so two orders that lead to the
same tables go on alike. They are followed once: a node is the tables with how often each event has
come, an edge is a delivery, and every order is a path from the first node to one of the last.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.calm import Calm, Event, Moment
from tests.simulation.lives import Life, Story
from tests.simulation.world import HOUR

MOST = 2  # times that an event comes

Node = tuple[str, tuple[int, ...]]  # the tables' digest, and how often each event has come


@dataclass
class Orders:
    """A story that is told in every order."""

    calm: Calm
    story: Story
    number: str
    events: list[Event] = field(default_factory=list)
    moments: dict[str, Moment] = field(default_factory=dict)
    deliveries: int = 0  # that were made; all others came to the same

    def told(self) -> Iterator[tuple[Node, int]]:
        """Give what may be in the end, and how many orders lead to it."""
        life = Life(self.calm.till, self.number)
        first = self._kept(self.calm.remember())
        reached = Counter({(first, ()): 1})
        began = self.calm.world.now
        for n, step in enumerate(self.story.steps, start=1):
            self.calm.world.now = began + n * HOUR
            happened = step(life)
            for event in happened:
                self.calm.till.tell(*event)
            self.events += happened
            silent = (0,) * len(happened)
            reached = Counter({(was, come + silent): much for (was, come), much in reached.items()})
            reached = self._delivered(reached)
        yield from reached.items()

    def _delivered(self, reached: Counter[Node]) -> Counter[Node]:
        """Let events come after a step, in every way: any of them, in any order, or none."""
        every: Counter[Node] = Counter()
        after: dict[tuple[str, int], str] = {}
        at = self.calm.world.now
        while reached:
            following: Counter[Node] = Counter()
            for (digest, come), orders in reached.items():
                every[digest, come] += orders
                for which, times in enumerate(come):
                    if times < MOST:
                        then = after.get((digest, which)) or self._after(digest, which, at=at)
                        after[digest, which] = then
                        more = (*come[:which], times + 1, *come[which + 1 :])
                        following[then, more] += orders
            reached = following
        self.calm.world.now = at
        return every

    def _after(self, digest: str, which: int, *, at: int) -> str:
        self.deliveries += 1
        self.calm.go_back(self.moments[digest], at=at)
        self.calm.deliver(self.events[which])
        self.calm.settle()
        return self._kept(self.calm.remember())

    def _kept(self, moment: Moment) -> str:
        digest = moment.digest
        self.moments.setdefault(digest, moment)
        return digest
