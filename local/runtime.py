"""A function as Lambda starts it: AWS's own runtime under AWS's own runtime interface emulator.

`awslambdaric` is what runs in Lambda's Python; the emulator comes inside aws-sam-cli. It begins the
function at the first call and says how long that took (`INIT REPORT`). Its port for the runtime is
fixed, so one function runs at a time. What else its log says of durations and memory is made up.
"""

import json
import re
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.layer import this_machine
from local.processes import HOST, DidNotStartError, free_port, listens, running, wait_until

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venvs/runtime/bin/python"
_EMULATOR = (
    ROOT / ".venvs/sam/lib/python3.13/site-packages/samcli/local/rapid"
    f"/aws-lambda-rie-{this_machine()}"
)
_CALL = "/2015-03-31/functions/function/invocations"
_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)")
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
_PORT = 9001  # of the runtime; it cannot be told another
_READY_WITHIN = 30.0
_MB = 1024


@dataclass(frozen=True, slots=True)
class Start:
    """What it took until a function had answered once."""

    init_ms: float
    call_ms: float  # of the first call, what is done only then included
    peak_mb: float
    answer: str


def start(
    code: Path,
    layers: Sequence[Path],
    *,
    environment: Mapping[str, str],
    event: Mapping[str, Any],
    log: Path,
) -> Start:
    """Start the function whose `app.handler` lies in a folder, and call it once."""
    _wait_for_the_port()
    port = free_port()
    command = [str(_EMULATOR), "--log-level", "info"]
    command += ["--runtime-interface-emulator-address", f"{HOST}:{port}"]
    command += [str(PYTHON), "-m", "awslambdaric", "app.handler"]
    seen = _environment(code, layers) | dict(environment)
    with running(command, log=log, environment=seen, folder=code) as process:
        wait_until(lambda: listens(port), process, log=log, within=_READY_WITHIN)
        began = time.perf_counter()
        answer = _called(port, event)
        waited_ms = (time.perf_counter() - began) * 1000
        peak = _peak_mb(process.pid)
    [init] = _INIT.findall(log.read_text(errors="replace"))
    return Start(float(init), waited_ms - float(init), peak, answer)


def _wait_for_the_port() -> None:
    """Wait until the function before has let go of it; DidNotStartError if somebody keeps it."""
    end = time.monotonic() + _READY_WITHIN
    while listens(_PORT):
        if time.monotonic() > end:
            raise DidNotStartError(f"port {_PORT} is taken: another function is being measured")
        time.sleep(0.1)


def _environment(code: Path, layers: Sequence[Path]) -> dict[str, str]:
    """Give what Lambda's Python sees; layers are found where they were built, there is no /opt."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "LAMBDA_TASK_ROOT": str(code),
        "PYTHONPATH": ":".join(map(str, [code, *(each / "python" for each in layers)])),
        "AWS_LAMBDA_FUNCTION_NAME": code.name,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    }


def _called(port: int, event: Mapping[str, Any]) -> str:
    url = f"http://{HOST}:{port}{_CALL}"
    with urllib.request.urlopen(url, json.dumps(event).encode(), timeout=60) as answer:
        return str(answer.read().decode())


def _peak_mb(emulator: int) -> float:
    """Read the height of memory of the emulator's child, which is the function."""
    threads = Path(f"/proc/{emulator}/task").iterdir()
    children = [each for thread in threads for each in (thread / "children").read_text().split()]
    peaks = [_PEAK.search(Path(f"/proc/{each}/status").read_text()) for each in children]
    return max(int(each[1]) for each in peaks if each) / _MB
