"""python -m tests.simulation: play many seeds, replay one, count the mutants that are killed."""

import argparse
import sys
import time

from tests.simulation.functions import staged
from tests.simulation.story import Outcome, play

TAIL = 80  # lines


def main() -> int:
    """Play the seeds that were asked for; 1 if one of them fails."""
    arguments = _arguments()
    with staged():
        return _play(arguments.start, arguments.seeds, shown=None if arguments.trace else TAIL)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how many")
    parser.add_argument("--trace", action="store_true", help="print every call of a failing seed")
    parser.add_argument("--from", type=int, default=0, metavar="S", dest="start", help="the first")
    return parser.parse_args()


def _play(start: int, seeds: int, *, shown: int | None) -> int:
    began, documents, calls = time.monotonic(), 0, 0
    for n, seed in enumerate(range(start, start + seeds), start=1):
        outcome = play(seed)
        documents += outcome.counts["documents"]
        calls += outcome.calls
        if outcome.violations:
            print(told(outcome, shown))  # noqa: T201  the command's answer
            return 1
        speed = n / (time.monotonic() - began)
        line = f"{n}/{seeds} seeds  {speed:.1f}/s  {documents} documents  {calls} calls"
        print(f"\r{line}", end="", file=sys.stderr, flush=True)  # noqa: T201  progress
    print(file=sys.stderr)  # noqa: T201
    return 0


def told(outcome: Outcome, shown: int | None = TAIL) -> str:
    """Write a failing seed down so that it can be played again; the last lines of its trace."""
    lines = [
        "",
        *outcome.trace[-shown if shown else None :],
        f"{outcome.weather}",
        *outcome.violations,
        f"seed {outcome.seed} fails; python -m tests.simulation --from {outcome.seed}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
