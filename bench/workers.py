"""What the emulator's workers computed: each is a process that runs one function.

Time on the clock says more of the machine's other users than of the function; CPU time does not.
"""

import os
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from local.stack import Stack

_TICK = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM = 1, 11, 12  # of the fields that follow the name in /proc/…/stat

Computed = dict[str, dict[int, float]]  # seconds, by function and process


def computed(stack: Stack) -> Computed:
    """Read the CPU time of each worker that runs."""
    found: Computed = defaultdict(dict)
    names = {f"ministack-lambda-{each}-": name for name, each in stack.resources.items()}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[_PARENT]) != stack.emulator.pid:
                continue
            command = (process / "cmdline").read_text()
            for sign, name in names.items():
                if sign in command:
                    spent = int(fields[_USER]) + int(fields[_SYSTEM])
                    found[name][int(process.name)] = spent / _TICK
    return found


def between(before: Computed, after: Computed) -> dict[str, float]:
    """Give the seconds that each function computed; a new worker's start counts as well."""
    return {
        name: sum(spent - before.get(name, {}).get(pid, 0.0) for pid, spent in workers.items())
        for name, workers in after.items()
    }
