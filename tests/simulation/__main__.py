"""python -m tests.simulation: play many seeds, replay one, or count the mutants that are killed."""

import argparse
import sys
import time

from tests.simulation.functions import staged
from tests.simulation.mutants import MUTANTS, killed_by
from tests.simulation.story import Outcome, play

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
        shown = None if arguments.trace else TAIL
        return _play(arguments.start, arguments.seeds, shown=shown)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how many")
    parser.add_argument(
        "--from", type=int, default=0, metavar="S", dest="start", help="the first one"
    )
    parser.add_argument("--trace", action="store_true", help="print every call of a failing seed")
    parser.add_argument("--hash", action="store_true", help="print one seed's hash of its trace")
    parser.add_argument("--mutants", action="store_true", help="try all mutants, print the score")
    return parser.parse_args()


def _play(start: int, seeds: int, *, shown: int | None) -> int:
    began, documents, calls = time.monotonic(), 0, 0
    for n, seed in enumerate(range(start, start + seeds), start=1):
        outcome = play(seed)
        documents += outcome.counts["documents"]
        calls += outcome.calls
        if outcome.violations:
            print(told(outcome, shown))  # noqa: T201
            return 1
        speed = n / (time.monotonic() - began)
        _progress(f"{n}/{seeds} seeds  {speed:.1f}/s  {documents} documents  {calls} calls")
    print(file=sys.stderr)  # noqa: T201
    return 0


def _hunt(start: int) -> int:
    killed = 0
    for mutant in MUTANTS:
        _progress(mutant.name)
        outcome = killed_by(mutant, start=start)
        killed += bool(outcome)
        how = f"seed {outcome.seed}: {outcome.violations[0]}" if outcome else "lives"
        print(f"\r{mutant.name}: {how}")  # noqa: T201
    print(f"{killed} of {len(MUTANTS)} mutants killed")  # noqa: T201
    return 0 if killed == len(MUTANTS) else 1


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{line}", end="", file=sys.stderr, flush=True)  # noqa: T201


def told(outcome: Outcome, shown: int | None = TAIL) -> str:
    """Write a failing seed down so that it can be played again; the last lines of its trace."""
    lines = [
        "",
        *outcome.trace[-shown if shown else 0 :],
        f"{outcome.weather}",
        *outcome.violations,
        f"seed {outcome.seed} fails; python -m tests.simulation --trace --from {outcome.seed}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
