"""The simulation bites: product code with a guard taken away does not pass."""

from collections.abc import Iterator

import pytest

from tests.commits import number_of_the_commit
from tests.simulation.functions import staged
from tests.simulation.mutants import MUTANTS, Mutant, applied, killed_by

EACH_RUN = 3  # `python -m tests.simulation --mutants` takes all of them


@pytest.fixture(scope="module")
def stage() -> Iterator[None]:
    with staged():
        yield


def _of_this_commit() -> list[Mutant]:
    first = number_of_the_commit()
    return [MUTANTS[(first + 7 * n) % len(MUTANTS)] for n in range(EACH_RUN)]


@pytest.mark.parametrize("mutant", _of_this_commit(), ids=lambda mutant: mutant.name)
@pytest.mark.usefixtures("stage")
def test_a_missing_guard_is_noticed(mutant: Mutant):
    assert killed_by(mutant)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_still_fits_the_code(mutant: Mutant):
    with applied(mutant):
        pass
