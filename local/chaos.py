"""What goes wrong on purpose while a stack runs: workers die, answers are lost, AWS goes away.

A worker is a process of the emulator that runs one function; it is killed wherever it is. An
answer is lost after the function has done its work. The emulator is asked to end, keeps what it
holds, and begins again at the same address: killing it would lose what AWS never loses. While it is
away nobody gets an answer, and what SES tells of a mail is lost.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError

from local.emulator import YOUNG, emulating, keeping
from local.front_door import FrontDoor
from local.routes import routes
from local.serving import serving
from local.stack import Stack, running

LOST = 0.1  # of all answers
_PAUSES = (1.0, 4.0)  # seconds between two kills
_LASTS = 40.0  # seconds of kills; after that all has to recover by itself
_GLANCE = 0.05


@dataclass(slots=True)
class Told:
    """What was done to a stack."""

    killed: int = 0
    lost: int = 0
    restarts: int = 0


class Mischief:
    """Kills workers of a stack for a while once entered; restarts its emulator when asked."""

    def __init__(self, stack: Stack, state_dir: Path, seed: int) -> None:
        self.told = Told()
        self._stack, self._state_dir = stack, state_dir
        self._chance = random.Random(seed)  # noqa: S311  nothing is secret here
        self._pid = stack.emulator.pid
        self._one_at_a_time = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._kill_now_and_then)
        self._held = ExitStack()

    def __enter__(self) -> Self:
        """Begin to kill."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill no more; the emulator goes on until `closed`."""
        self._ended.set()
        self._thread.join()

    @contextmanager
    def losing_answers(self) -> Iterator[str]:
        """Give an address of the API behind which some answers never arrive."""
        door = FrontDoor(self._stack.emulator)
        door.open(routes(self._stack.deployment))

        def through(environ: dict[str, Any], start_response: Any) -> Any:  # noqa: ANN401 - WSGI
            try:
                answer = door(environ, start_response)
            except BotoCoreError as away:
                raise ConnectionResetError from away
            if self._chance.random() >= LOST:
                return answer
            with self._one_at_a_time:
                self.told.lost += 1
            raise ConnectionResetError

        with serving(through) as url:
            yield url

    def restart(self) -> None:
        """End the emulator in order and begin it again with what it kept, at the same address."""
        with self._one_at_a_time:
            os.kill(self._pid, signal.SIGTERM)
            while not _has_ended(self._pid):
                time.sleep(_GLANCE)
            port, settings = self._stack.emulator.port, _settings(self._state_dir)
            again = emulating(self._state_dir, port=port, settings=settings)
            self._pid = self._held.enter_context(again).pid
            self.told.restarts += 1

    def closed(self) -> None:
        """End the emulator that was begun again."""
        self._held.close()

    def _kill_now_and_then(self) -> None:
        until = time.monotonic() + _LASTS
        while time.monotonic() < until and not self._ended.wait(self._chance.uniform(*_PAUSES)):
            with self._one_at_a_time, suppress(ProcessLookupError):
                workers = list(_children(self._pid))
                if workers:
                    os.kill(self._chance.choice(workers), signal.SIGKILL)
                    self.told.killed += 1


@contextmanager
def suffering(state_dir: Path, seed: int) -> Iterator[tuple[Stack, Mischief]]:
    """Run a stack whose emulator can be begun again, and what disturbs it."""
    with running(state_dir=state_dir, settings=_settings(state_dir)) as stack:
        mischief = Mischief(stack, state_dir, seed)
        try:
            yield stack, mischief
        finally:
            mischief.closed()


def _settings(state_dir: Path) -> Mapping[str, str]:
    return {**keeping(state_dir), **YOUNG}


def _children(pid: int) -> Iterator[int]:
    """List the processes that a process has begun and that still run."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            if int(words[1]) == pid and words[0] != "Z":
                yield int(stat.parent.name)


def _has_ended(pid: int) -> bool:
    """Tell whether a process is gone, or only waits for its parent to look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
