"""`python -m local.stripe --port P --state-dir D`: the stand-in as a process of its own."""

import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path

from local.stripe.server import running
from local.stripe.wire.openapi import SPECIFICATION

SPECIFICATION_MISSING = 2


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = ArgumentParser(prog="local.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state-dir", type=Path)
    options = parser.parse_args()
    if not SPECIFICATION.exists():
        sys.stderr.write(f"{SPECIFICATION} is missing: run `make environments` first.\n")
        return SPECIFICATION_MISSING
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    state = options.state_dir / "stripe.json" if options.state_dir else None
    with running(port=options.port, state=state) as stand_in:
        sys.stdout.write(f"ready {stand_in.url}\n")
        sys.stdout.flush()
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
