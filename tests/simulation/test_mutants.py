"""The simulation bites: product code with a guard taken away does not pass."""

import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.simulation.functions import staged
from tests.simulation.mutants import MUTANTS, Mutant, applied, killed_by

EACH_RUN = 3  # `python -m tests.simulation --mutants` takes all of them


@pytest.fixture(scope="module")
def stage() -> Iterator[None]:
    with staged():
        yield


@cache
def _number_of_the_commit() -> int:
    """Make a number of the commit, so that each one has its own mutants."""
    name = os.environ.get("GITHUB_SHA") or _head()
    return int(name[:8], 16)


def _head() -> str:
    command = ["git", "rev-parse", "HEAD"]  # found on the PATH
    found = subprocess.run(  # noqa: S603
        command, cwd=Path(__file__).parent, check=False, capture_output=True, text=True
    )
    return found.stdout.strip() or "0"


def _of_this_commit() -> list[Mutant]:
    first = _number_of_the_commit()
    return [MUTANTS[(first + 7 * n) % len(MUTANTS)] for n in range(EACH_RUN)]


@pytest.mark.parametrize("mutant", _of_this_commit(), ids=lambda mutant: mutant.name)
@pytest.mark.usefixtures("stage")
def test_a_missing_guard_is_noticed(mutant: Mutant):
    assert killed_by(mutant)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_still_fits_the_code(mutant: Mutant):
    with applied(mutant):
        pass
