"""python -m tests.simulation.many N: N payments, and what reconciliation says of their days.

Of some payments no webhook ever comes, of some each comes twice; some fail, some go back or are
disputed. The account is read every hour, and in the end each day at Stripe is held against the
ledger.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from tests.simulation.books import cents, plain
from tests.simulation.calm import SELLER, Calm, calm
from tests.simulation.functions import staged
from tests.simulation.lives import STORIES, Life, Story
from tests.simulation.world import DAY, HOUR

OF_ONE_ACCOUNT = 100
LOST = REPEATED = 0.05
ORDINARY = 0.8  # the share of payments of which nothing but the payment is to tell


class Outcome(NamedTuple):
    """What came of many payments."""

    counts: Counter[str]
    wrong: list[str]  # movements that the ledger lacks, has otherwise or has too many

    @property
    def differences(self) -> int:
        """As the reports of the days count them."""
        return self.counts["differences"]


def play(payments: int, *, seed: int = 0, lost: float = LOST) -> Outcome:
    """Let buyers pay; the stage must be set."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for first in range(0, payments, OF_ONE_ACCOUNT):
        with calm() as day:
            share = min(OF_ONE_ACCOUNT, payments - first)
            _pay(day, share, counts, Random(f"{seed} {first}"), lost)  # noqa: S311  again the same
            counts.update(_reports(day))
            wrong += _wrong(day)
    return Outcome(counts, wrong)


def _pay(day: Calm, payments: int, counts: Counter[str], random: Random, lost: float) -> None:
    """Let as many invoices be paid, within a few hours, each as one of the stories tells."""
    numbers = day.sell(payments)
    day.reconcile()
    began, busy = day.world.now, 8 * HOUR
    for number in numbers:
        story = _story(random)
        much = _much(random, lost)
        counts[("lost", "once", "twice")[much]] += 1
        life, at = Life(day.till, number), began + random.randrange(busy)
        for step in story.steps:
            day.world.at(at, _happening(day, life, step, much))
            at += random.randrange(HOUR)
        counts["payments"] += 1
    for n in range(1, (busy + 5 * HOUR) // HOUR):
        day.world.run_until(began + n * HOUR)
        day.schedules.run("ReconcilePayments", day.world.now)
    day.settle()


def _story(random: Random) -> Story:
    if random.random() < ORDINARY:
        return STORIES["a card pays"]
    return random.choice(list(STORIES.values()))


def _much(random: Random, lost: float) -> int:
    """Draw how often each webhook of a payment comes."""
    drawn = random.random()
    return 0 if drawn < lost else 2 if drawn < lost + REPEATED else 1


def _happening(day: Calm, life: Life, step: Callable, times: int) -> Callable[[], None]:
    def happen() -> None:
        for event in step(life):
            day.till.tell(*event)
            for _ in range(times):
                day.deliver(event)

    return happen


def _reports(day: Calm) -> Counter[str]:
    """Let the day end, and read what its report says."""
    day.world.run_until(day.world.now + DAY)
    day.reconcile()
    items = day.cloud.dynamodb.tables["Operations"].items
    reports = [
        json.loads(plain(item)["report"])
        for key, item in items.items()
        if key[0] == f"RECONCILIATION#{SELLER}" and "report" in item
    ]
    return Counter(
        reports=len(reports),
        movements=sum(each["movements"] for each in reports),
        differences=sum(each["different"] for each in reports),
    )


def _wrong(day: Calm) -> list[str]:
    """Hold the ledger against Stripe, movement by movement."""
    moved = day.till.moved()
    kept = {
        name: (number, cents(movement["amount"]))
        for name, (number, movement) in day.movements().items()
    }
    return sorted(name for name in moved | kept if moved.get(name) != kept.get(name))


def main() -> int:
    """Play as many payments as the first argument says; 1 if anything differs."""
    began = time.monotonic()
    with staged():
        outcome = play(int(sys.argv[1]))
    counts = "  ".join(f"{name} {much}" for name, much in outcome.counts.items())
    seconds = time.monotonic() - began
    print(f"{counts}  wrong {len(outcome.wrong)}  in {seconds:.0f} s")  # noqa: T201  its answer
    return 1 if outcome.differences or outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
