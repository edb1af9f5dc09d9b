"""python -m tests.simulation: play many seeds, replay one, or count the mutants that are killed.

Seeds and mutants are spread over the machine's processors.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool

from tests.simulation.functions import staged
from tests.simulation.load import Load
from tests.simulation.mutants import MUTANTS, killed_by
from tests.simulation.story import Outcome, play
from tests.simulation.transferring import Transferring

TAIL = 80  # lines


def main() -> int:
    """Do what was asked for; 1 if a seed fails or a mutant lives."""
    arguments = _arguments()
    with staged():
        if arguments.hash:
            print(play(arguments.start).trace_hash)  # noqa: T201  the command's answer
            return 0
        if arguments.mutants:
            return _hunt(arguments.start)
        cast = Transferring if arguments.transferring else Load
        seeds = range(arguments.start, arguments.start + arguments.seeds)
        return _play(seeds, cast, shown=None if arguments.trace else TAIL)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how many")
    parser.add_argument(
        "--from", type=int, default=0, metavar="S", dest="start", help="the first one"
    )
    parser.add_argument("--transferring", action="store_true", help="with buyers who transfer")
    parser.add_argument("--trace", action="store_true", help="print every call of a failing seed")
    parser.add_argument("--hash", action="store_true", help="print one seed's hash of its trace")
    parser.add_argument("--mutants", action="store_true", help="try all mutants, print the score")
    return parser.parse_args()


def _play(seeds: range, cast: type[Load], *, shown: int | None) -> int:
    began, counts = time.monotonic(), Counter[str]()
    with _processes() as pool:
        for outcome in pool.imap(partial(_outcome, cast), seeds):
            if outcome.violations:
                print(told(outcome, shown))  # noqa: T201
                return 1
            counts.update(seeds=1, documents=outcome.counts["documents"], calls=outcome.calls)
            _progress(_line(counts, time.monotonic() - began))
    print(f"\r{_line(counts, time.monotonic() - began)}")  # noqa: T201
    return 0


def _processes() -> Pool:
    """Give processes that stand on this one's stage: they are copies of it."""
    return get_context("fork").Pool()


def _outcome(cast: type[Load], seed: int) -> Outcome:
    try:
        outcome = play(seed, cast=cast)
    except Exception as error:
        error.add_note(f"in seed {seed}")
        raise
    return outcome if outcome.violations else replace(outcome, trace=[])


def _line(counts: Counter[str], seconds: float) -> str:
    played = "  ".join(f"{much} {name}" for name, much in counts.items())
    return f"{played}  in {seconds:.0f} s"


def _hunt(start: int) -> int:
    killed = 0
    with _processes() as pool:
        outcomes = pool.imap(partial(_killed, start), range(len(MUTANTS)))
        for mutant, outcome in zip(MUTANTS, outcomes, strict=True):
            killed += bool(outcome)
            how = f"seed {outcome.seed}: {outcome.violations[0]}" if outcome else "lives"
            print(f"{mutant.name}: {how}", flush=True)  # noqa: T201
    print(f"{killed} of {len(MUTANTS)} mutants killed")  # noqa: T201
    return 0 if killed == len(MUTANTS) else 1


def _killed(start: int, number: int) -> Outcome | None:
    outcome = killed_by(MUTANTS[number], start=start)
    return outcome and replace(outcome, trace=[])


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{line}", end="", file=sys.stderr, flush=True)  # noqa: T201


def told(outcome: Outcome, shown: int | None = TAIL) -> str:
    """Write a failing seed down so that it can be played again; the last lines of its trace."""
    cast = "--transferring " if outcome.cast is Transferring else ""
    again = f"python -m tests.simulation {cast}--trace --from {outcome.seed}"
    lines = [
        "",
        *outcome.trace[-shown if shown else 0 :],
        f"{outcome.weather}",
        *outcome.violations,
        f"seed {outcome.seed} fails; {again}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
