"""Child processes that end when we do.

A process is ended by its own id and never by name: whoever runs the tests may have an emulator of
their own. Port 0 cannot be asked of programs that do not say which port they got, so a free one is
found first.
"""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
GRACE = 10.0
_GLANCE = 0.02


class DidNotStartError(RuntimeError):
    """A program ended, or stayed silent, before it was ready."""


def free_port() -> int:
    """Find a TCP port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Tell whether something accepts connections on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def running(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str], folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends; what it says goes to the log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,  # Ctrl-C reaches us, and we end the children in order
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one process: ask, wait, insist."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, log: Path, within: float
) -> None:
    """Wait for a program to be ready; if it is not in time, say what it said last."""
    deadline = time.monotonic() + within
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:]
            raise DidNotStartError(f"{process.args!r} is not ready. It said:\n{said}")
        time.sleep(_GLANCE)
