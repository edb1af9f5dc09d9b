"""python -m tests.least_privilege: take each permission away, and see a journey fail for it.

First the journeys are played as they are, while the emulator's witness writes down what functions
ask. A permission is needed by a journey if it alone allowed one of its calls. Then, one permission
after the other, the running role is left without it and that journey is played again: it must fail,
with a refusal of just that. What no journey needs is a finding, unless reasons.json says why; what
a journey does need must not stand there. The journeys that failed are kept in journeys.json: next
time only those are played, unless there is a permission that has none yet.
"""

import argparse
import io
import json
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import UTC, date, datetime

import pytest

from tests.least_privilege.permissions import JOURNEYS, REASONS, Permission, declared
from tests.least_privilege.replays import Replays


def main() -> int:
    """Do what was asked for; 1 if there is a finding."""
    arguments = _arguments()
    known = {} if arguments.anew else read_journeys()
    if arguments.sample:
        chosen = sample(sorted(known), arguments.sample, datetime.now(UTC).date())
    else:
        reasoned = read_reasons()
        chosen = [each for each in declared() if each not in reasoned]
        chosen = [each for each in chosen if each.function in arguments.only or not arguments.only]
    replays = Replays(chosen, known, _say)
    options = ["tests/journeys", "--capture=sys", "-p", "no:xdist", "-p", "no:cacheprovider"]
    with redirect_stdout(io.StringIO()):  # of pytest, which believes that no test ran
        pytest.main(options, plugins=[replays])
    found = findings(replays)
    for each in found:
        _say(f"finding: {each}")
    if not arguments.sample:
        _write({**known, **replays.fell})
    _say(f"{len(replays.fell)} of {len(chosen)} permissions failed a journey when they were gone")
    return 1 if found else 0


def findings(replays: Replays) -> list[str]:
    """Say what is wrong with the permissions, or with the journeys."""
    tried = {*replays.fell, *replays.silent}
    idle = [each for each in replays.chosen if each not in tried]
    stale = [each for each in read_reasons() if each in replays.used]
    return [
        *(f"no journey needs {each}" for each in sorted(idle)),
        *(f"it was taken away and no journey failed: {each}" for each in replays.silent),
        *(f"a journey needs it all the same: {each}" for each in stale),
        *(f"fails with all permissions: {each}" for each in replays.broken),
    ]


def sample(known: list[Permission], size: int, today: date) -> list[Permission]:
    """Choose some, so that all had their turn when all days are over."""
    first = today.toordinal() * size
    return [known[(first + n) % len(known)] for n in range(size)]


def read_journeys() -> dict[Permission, str]:
    """Read which journey needs what, as it was found last."""
    return _read(json.loads(JOURNEYS.read_text())) if JOURNEYS.exists() else {}


def read_reasons() -> dict[Permission, str]:
    """Read why some permissions are needed though no journey on the emulator shows it."""
    return _read(json.loads(REASONS.read_text()))


def _read(said: Mapping[str, Mapping[str, str]]) -> dict[Permission, str]:
    return {
        Permission(function, *what.split(" ")): why
        for function, permitted in said.items()
        for what, why in permitted.items()
    }


def _write(journeys: Mapping[Permission, str]) -> None:
    there, table = {*declared()}, dict[str, dict[str, str]]()
    for each, journey in sorted(journeys.items()):
        if each in there:
            table.setdefault(each.function, {})[f"{each.action} {each.resource}"] = journey
    JOURNEYS.write_text(json.dumps(table, indent=1) + "\n")


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
