"""Buyers who transfer to Stripe's accounts, under weather, by seed."""

from collections.abc import Iterator

import pytest

from tests.simulation.__main__ import told
from tests.simulation.functions import staged
from tests.simulation.story import play
from tests.simulation.transferring import Transferring

SEEDS = 8  # `make soak` plays 1,000


@pytest.fixture(scope="module")
def stage() -> Iterator[None]:
    with staged():
        yield


@pytest.mark.usefixtures("stage")
def test_each_cent_that_is_transferred_is_in_the_books_waits_or_went_back():
    for seed in range(SEEDS):
        outcome = play(seed, cast=Transferring)
        assert not outcome.violations, told(outcome)
