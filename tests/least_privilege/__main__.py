"""python -m tests.least_privilege: take each permission away, and see a journey fail for it.

A journey is played on the running stack's roles without all that journeys.json says it needs. A
permission comes back when a function was refused just that: the journey has failed, and goes on to
miss the next. For what nobody missed, every journey is played as it is, while the emulator's
witness writes down what functions ask: a permission is needed by a journey if it alone allowed one
of its calls. It is taken away there too. What no journey needs is a finding, unless reasons.json
says why; what a journey does need must not stand there.

What was missed is in out/least-privilege.json as soon as it was: a run that was interrupted goes on
with the rest. When nothing is left the journeys are written to journeys.json.
"""

import argparse
import io
import sys
from collections.abc import Collection, Mapping
from contextlib import redirect_stdout
from itertools import batched, groupby

import pytest

from tests.commits import number_of_the_commit
from tests.least_privilege import record
from tests.least_privilege.permissions import Permission, declared
from tests.least_privilege.replays import Replays


def main() -> int:
    """Do what was asked for; 1 if there is a finding."""
    arguments = _arguments()
    known = record.read(record.JOURNEYS)
    if arguments.sample:
        chosen = sample(known, arguments.sample, number_of_the_commit())
        return _report(_played(Replays(chosen, known, _say, search=False)))
    asked = asked_for(arguments.only)
    if arguments.anew:
        known = {each: known[each] for each in known.keys() - asked}
    seen = {} if arguments.anew else record.read(record.RUN)
    seen = {} if seen.keys() >= asked else seen
    _say(f"{len(asked & seen.keys())} of {len(asked)} were missed by the run that goes on")

    def keep(fell: Mapping[Permission, str]) -> None:
        record.write(record.RUN, {**seen, **fell})

    replays = _played(Replays(asked - seen.keys(), known, _say, keep))
    found = {**known, **seen, **replays.fell}
    record.write(record.JOURNEYS, {each: found[each] for each in found.keys() - replays.left})
    return _report(replays)


def asked_for(functions: Collection[str]) -> set[Permission]:
    """Give what has no reason instead of a journey; of some functions if any are named."""
    permitted = {*declared()} - record.read(record.REASONS).keys()
    return {each for each in permitted if each.function in functions or not functions}


def sample(known: Mapping[Permission, str], size: int, turn: int) -> list[Permission]:
    """Choose some that one journey is known to need, so that all have their turn."""
    by_journey = groupby(sorted(known, key=lambda each: (known[each], each)), key=known.__getitem__)
    parts = [list(part) for _, group in by_journey for part in batched(group, size, strict=False)]
    return parts[turn % len(parts)]


def findings(replays: Replays) -> list[str]:
    """Say what is wrong with the permissions, or with the journeys."""
    stale = replays.used & record.read(record.REASONS).keys()
    needless = replays.left - replays.used if replays.search else set()
    return [
        *(f"no journey needs {each}" for each in sorted(needless)),
        *(f"gone, and no journey failed: {each}" for each in sorted(replays.left - needless)),
        *(f"a journey needs it all the same: {each}" for each in sorted(stale)),
        *(f"fails with all permissions: {each}" for each in replays.broken),
    ]


def _played(replays: Replays) -> Replays:
    options = ["tests/journeys", "--capture=sys", "-p", "no:xdist", "-p", "no:cacheprovider"]
    with redirect_stdout(io.StringIO()):  # of pytest, which believes that no test ran
        if pytest.main(options, plugins=[replays]) == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
    return replays


def _report(replays: Replays) -> int:
    found = findings(replays)
    for each in found:
        _say(f"finding: {each}")
    _say(f"{len(replays.fell)} of {len(replays.chosen)} failed a journey when they were gone")
    return 1 if found else 0


def _say(text: str) -> None:
    print(text, file=sys.__stdout__, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.least_privilege", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="only so many of them")
    parser.add_argument("--anew", action="store_true", help="forget the journeys that are known")
    parser.add_argument("--only", nargs="*", default=[], metavar="FUNCTION", help="only these")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
