"""Whichever events of a payment come, in whichever order and how often: the ledger is the same."""

from collections.abc import Iterator

import pytest

from tests.simulation.books import cents
from tests.simulation.calm import Calm, calm
from tests.simulation.functions import staged
from tests.simulation.lives import STORIES, Story
from tests.simulation.orders_of_events import Orders
from tests.simulation.world import HOUR


@pytest.fixture(scope="module")
def stage() -> Iterator[None]:
    """Have product code cut off from everything but the simulation."""
    with staged():
        yield


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.usefixtures("stage")
def test_every_order_of_events_ends_in_the_same_ledger(name: str):
    story = STORIES[name]
    with calm() as day:
        [number] = day.sell()
        day.reconcile()
        orders = Orders(day, story, number)
        ends = dict(orders.told())
        assert len(ends) > len(story.steps)
        complete = {digest for digest, come in ends if all(come)}
        at = day.world.now + HOUR
        for digest in {digest for digest, _ in ends}:
            day.go_back(orders.moments[digest], at=at)
            if digest in complete:
                assert_right(day, story, number)
            day.reconcile()
            assert_right(day, story, number)


def assert_right(day: Calm, story: Story, number: str) -> None:
    """Hold the ledger against what moved at Stripe, and its sums against the story's."""
    kept = {
        name: (invoice, cents(movement["amount"]))
        for name, (invoice, movement) in day.movements().items()
    }
    assert kept == day.till.moved()
    state = day.state(number)
    sums = {name: int(state.get(name, 0)) for name in ("paid", "refunded", "withdrawn")}
    assert sums == {name: getattr(story, name) for name in sums}
