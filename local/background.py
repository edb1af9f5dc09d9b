"""One stack kept running in the background, for `make start` and `make stop`.

The process that runs it holds a lock on a file: whoever cannot take the lock knows that a stack is
running, and that the process id noted beside it is still that stack's and no stranger's.
"""

import argparse
import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from rich.console import Console

from local.demo.operator_desk import whereabouts
from local.demo.shop import SAMPLES, Shop
from local.stack import BUILT_TEMPLATE, ROOT, STRIPE, Asked, Stack, running

STATE_DIR = ROOT / ".local"
ENVIRONMENT = "environment"  # what a shell sources
_START_WITHIN = 120.0
_STOP_WITHIN = 30.0
_GLANCE = 0.05
_console = Console(highlight=False, markup=False, soft_wrap=True)

Addresses = Mapping[str, str]


def main() -> None:
    """Read the command line: start, stop, status, or serve (what start runs)."""
    parser = argparse.ArgumentParser(prog="python -m local.stack")
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("--template", type=Path, default=BUILT_TEMPLATE)
    parser.add_argument("--state-dir", type=Path, default=STATE_DIR)
    parser.add_argument("--stripe-module", default=STRIPE)
    given = parser.parse_args()
    given.state_dir.mkdir(parents=True, exist_ok=True)
    asked = Asked(given.state_dir.resolve(), given.template.resolve(), given.stripe_module)
    sys.exit(_COMMANDS[given.command](asked))


def start(asked: Asked) -> int:
    """Start a stack unless one is running, show its steps, then its addresses."""
    if _is_running(asked.state_dir):
        return status(asked)
    if not asked.template.exists():
        _console.print(f"{asked.template} is not there: build it first.")
        return 1
    (asked.state_dir / "stack.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "local.stack", "serve"]
    command += ["--state-dir", str(asked.state_dir), "--template", str(asked.template)]
    command += ["--stripe-module", asked.stripe_module]
    with (asked.state_dir / "stack.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )
    return status(asked) if _follow(process, asked.state_dir) else 1


def stop(asked: Asked) -> int:
    """Stop the running stack by its process id, and if it hangs, it and its children."""
    if not _is_running(asked.state_dir):
        _console.print("Nothing is running.")
        return 0
    pid = int((asked.state_dir / "stack.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_WITHIN
    while _is_running(asked.state_dir) and time.monotonic() < deadline:
        time.sleep(_GLANCE)
    if _is_running(asked.state_dir):
        _insist(asked.state_dir, pid)
    _console.print("Stopped.")
    return 0


def status(asked: Asked) -> int:
    """Show the addresses of the running stack and a first command to try."""
    if not _is_running(asked.state_dir) or not (asked.state_dir / "stack.json").exists():
        _console.print("Nothing is running.")
        return 1
    note = json.loads((asked.state_dir / "stack.json").read_text())
    for name, address in note["addresses"].items():
        _console.print(f"{name:<10}{address}")
    if note["key"]:
        _console.print(f"\nTry:\n{first_command(note['addresses'], note['key'])}")
        way = os.path.relpath(asked.state_dir / ENVIRONMENT)
        _console.print(f"\nFor cli/facturier and the calls in docs/api.md:\n  source {way}")
    return 0


def first_command(addresses: Addresses, key: str) -> str:
    """Give a command that posts an order; the mail is in the mailbox a second later."""
    return (
        f"  curl {addresses['API']}/v1/orders -H 'Authorization: Bearer {key}' \\\n"
        "       -H 'Content-Type: application/json' -d @samples/orders/french-consumer.json"
    )


def serve(asked: Asked) -> int:
    """Run a stack until SIGTERM. Steps are printed as they end."""
    signal.signal(signal.SIGTERM, _leave)
    with (
        _lock(asked.state_dir),
        running(
            state_dir=asked.state_dir,
            built_template=asked.template,
            stripe_module=asked.stripe_module,
            report=_say,
        ) as stack,
    ):
        key = _sample_key(stack)
        (asked.state_dir / ENVIRONMENT).write_text(_exports(stack, key))
        note = {
            "processes": [stack.emulator.pid, stack.stripe.pid],
            "addresses": _addresses(stack),
            "key": key,
        }
        draft = asked.state_dir / "stack.json.draft"
        draft.write_text(json.dumps(note))
        draft.replace(asked.state_dir / "stack.json")
        signal.pause()
    return 0


def _addresses(stack: Stack) -> Addresses:
    return {
        "API": stack.api_url,
        "Mailbox": stack.mailbox_url,
        "Stripe": stack.stripe_url,
        "AWS": stack.emulator_url,
    }


def _exports(stack: Stack, key: str | None) -> str:
    """Write what a shell has to know before it runs what the pages say."""
    shop = {"FACTURIER_URL": stack.api_url, "FACTURIER_KEY": key} if key else {}
    known = {**whereabouts(stack), **shop}
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in known.items())


def _sample_key(stack: Stack) -> str | None:
    """Let the sample's shop in, where the deployed template is Facturier's."""
    if "OperationsTable" not in stack.outputs:
        return None
    return Shop.opened(stack, SAMPLES / "seller.json", stripe_key="sk_test_demo").key


def _say(step: str, milliseconds: float) -> None:
    sys.stdout.write(f"{step:<12}{milliseconds:6.0f} ms\n")
    sys.stdout.flush()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Turn the signal into an exit, so that every block on the way is left in order."""
    sys.exit(0)


@contextmanager
def _lock(state_dir: Path) -> Iterator[None]:
    """Hold the stack's lock and note our process id beside it."""
    with (state_dir / "stack.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (state_dir / "stack.pid").write_text(str(os.getpid()))
        try:
            yield
        finally:
            for name in ("stack.json", ENVIRONMENT):
                (state_dir / name).unlink(missing_ok=True)


def _is_running(state_dir: Path) -> bool:
    with (state_dir / "stack.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _follow(process: subprocess.Popen[bytes], state_dir: Path) -> bool:
    """Print what a starting stack says until it is ready (True) or gave up (False)."""
    deadline = time.monotonic() + _START_WITHIN
    with (state_dir / "stack.log").open() as said:
        while not (ready := (state_dir / "stack.json").exists()):
            _console.print(said.read(), end="")
            if process.poll() is not None or time.monotonic() > deadline:
                break
            time.sleep(_GLANCE)
        _console.print(said.read(), end="")
    if not ready and process.poll() is None:
        process.terminate()
    return ready


def _insist(state_dir: Path, pid: int) -> None:
    """Kill a stack that does not leave, and then the processes it can no longer stop."""
    note = state_dir / "stack.json"
    children = json.loads(note.read_text())["processes"] if note.exists() else []
    for number in [pid, *children]:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


_COMMANDS = {"start": start, "stop": stop, "status": status, "serve": serve}
