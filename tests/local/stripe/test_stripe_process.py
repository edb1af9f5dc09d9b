"""The stand-in as a process of the local stack: ready, stopped, and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.stripe import __main__ as process
from tests.local.stripe.shop import a_client, a_session

ROOT = Path(__file__).parents[3]


@contextmanager
def started(state: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "local.stripe", "--port", "0", "--state-dir", str(state)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert running.stdout
    try:
        yield running.stdout.readline().removeprefix("ready ").strip()
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=10) == 0
        running.stdout.close()


def test_what_was_made_before_a_stop_is_there_after_the_next_start(tmp_path):
    with started(tmp_path) as url:
        made = a_session(a_client(url, "sk_test_1"), options={"idempotency_key": "k"})

    with started(tmp_path) as url:
        client = a_client(url, "sk_test_1")
        again = a_session(client, options={"idempotency_key": "k"})

        assert client.v1.checkout.sessions.retrieve(made.id).amount_total == 5900
        assert again.id == made.id


def test_without_stripe_s_specification_it_says_so_and_stops(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(process, "SPECIFICATION", tmp_path / "spec3.json")
    monkeypatch.setattr(sys, "argv", ["local.stripe"])

    assert process.main() == 2
    assert "make environments" in capsys.readouterr().err
