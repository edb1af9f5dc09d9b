"""`python -m bench.renderers.worker NAME`: one renderer, asked line by line.

A line names a file of content; the answer is what its PDF took, as JSON. A renderer is a module of
this folder with `prepare(content)`, which gives the work to be measured: a function of nothing
that gives the PDF's bytes.
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], bytes]
Prepare = Callable[[dict[str, Any]], Work]


def main(name: str) -> None:
    """Answer until nobody asks any more."""
    prepare: Prepare = importlib.import_module(f"bench.renderers.{name}").prepare
    for line in sys.stdin:
        path, _, keep = line.strip().partition("\t")
        work = prepare(json.loads(Path(path).read_text()))
        cpu, wall = _cpu(), time.perf_counter()
        data = work()
        took = {"cpu_ms": 1e3 * (_cpu() - cpu), "wall_ms": 1e3 * (time.perf_counter() - wall)}
        if keep:
            Path(keep).write_bytes(data)
        print(json.dumps(took | {"bytes": len(data)} | _memory()), flush=True)  # noqa: T201  the answer


def _cpu() -> float:
    """Give the seconds that this process and those it started have computed, in all threads."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def _memory() -> dict[str, float]:
    """Tell memory in MB as Linux counts it: now, at its height, and of the largest child.

    VmHWM begins with the program; ru_maxrss would begin with whoever started it.
    """
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "now_mb": int(status["VmRSS"].split()[0]) / 1024,
        "peak_mb": int(status["VmHWM"].split()[0]) / 1024,
        "child_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main(sys.argv[1])
