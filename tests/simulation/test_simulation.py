"""The real functions under weather, by seed; `python -m tests.simulation` plays more of them."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.__main__ import told
from tests.simulation.functions import staged
from tests.simulation.story import play

SEEDS = 100  # CI plays 1,000 beside them, `make soak` 10,000
ENOUGH = 15  # seeds that have every weather
SHARE = 20  # seeds of one test: enough of them to be spread over workers


@pytest.fixture(scope="module")
def stage() -> Iterator[None]:
    """Have product code cut off from everything but the simulation."""
    with staged():
        yield


@pytest.mark.parametrize("start", range(0, SEEDS, SHARE))
@pytest.mark.usefixtures("stage")
def test_whatever_happens_the_books_are_right(start: int):
    for seed in range(start, min(start + SHARE, SEEDS)):
        outcome = play(seed)
        assert not outcome.violations, told(outcome)


@pytest.mark.usefixtures("stage")
def test_the_weather_is_bad_enough_to_prove_something():
    bad = {"crash", "lost_answer", "late_effect", "conflict", "throttled"}
    bad |= {f"mails {state}" for state in ("SENT", "DELIVERED", "BOUNCED", "REFUSED")}

    happened, seeds = Counter[str](), 0
    while not bad <= set(+happened) and seeds < ENOUGH:
        happened += play(seeds).counts
        seeds += 1

    assert bad <= set(happened)
    assert happened["documents"] > 5 * seeds


@pytest.mark.usefixtures("stage")
def test_a_seed_is_the_same_run_in_another_process():
    """Whatever ran before it, and however Python hashes strings there."""
    here = [play(seed).trace_hash for seed in (7, 3)]

    command = [sys.executable, "-m", "tests.simulation", "--from", "3", "--hash"]
    environment = {
        "PATH": os.defpath,
        "PYTHONHASHSEED": "4711",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    there = subprocess.run(  # noqa: S603  our own module
        command,
        cwd=Path(__file__).parents[2],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert there.stdout.split() == [here[1]]
