"""AWS on this machine: MiniStack as a process of its own, with IAM enforced.

It runs in its own environment because it pins its own botocore. Its process environment reaches
every function (its workers inherit it), so it is given the bare minimum: a PYTHONPATH of ours would
let a function import what its layers lack.
"""

import http.client
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local import traces
from local.processes import HOST, free_port, running, wait_until

REGION = "eu-west-3"
ROOT = "test"  # access key and secret of MiniStack's root user
PYTHON = Path(__file__).parents[1] / ".venvs" / "emulator" / "bin" / "python"
WITNESS = Path(__file__).with_name("witness.py")
PATIENCE = 900.0  # seconds: the longest that a function may run
_READY_WITHIN = 30.0
_CONNECTIONS = 64


@dataclass(frozen=True)
class Emulator:
    """A running emulator; `decisions` is what its witness writes down of permissions.

    `traces` are the segments that functions sent to X-Ray, a line of JSON for each.
    """

    url: str
    pid: int
    decisions: Path
    traces: Path

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def client(self, service: str, *, patience: float = PATIENCE) -> Any:  # noqa: ANN401 - by name
        """Speak to a service as the account's root user; each client is made once."""
        return _client(self.url, service, patience)


@contextmanager
def emulating(
    state_dir: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Emulator]:
    """Run an emulator until the block ends, on a free port if none is named.

    Its log is `emulator.log`; `settings` are MiniStack's own, such as those of `keeping`.
    """
    port = port or free_port()
    log = state_dir / "emulator.log"
    decisions = (state_dir / "decisions.jsonl").resolve()
    command = [str(PYTHON), "-P", str(WITNESS), str(decisions)]
    environment = {**_environment(port, state_dir), **(settings or {})}
    traced = state_dir / "traces.jsonl"
    with traces.kept(traced) as xray:
        environment["AWS_XRAY_DAEMON_ADDRESS"] = xray
        with running(command, log=log, environment=environment, folder=state_dir) as process:
            wait_until(lambda: _is_healthy(port), process, log=log, within=_READY_WITHIN)
            url = f"http://{HOST}:{port}"
            yield Emulator(url=url, pid=process.pid, decisions=decisions, traces=traced)


YOUNG: Mapping[str, str] = {"LAMBDA_ACCOUNT_CONCURRENCY": "10"}
"""How many functions run at once in a new account; further calls are refused and come again."""


def keeping(state_dir: Path) -> Mapping[str, str]:
    """Let it write down all it holds when it is asked to end, and read that when it begins."""
    folder = state_dir.resolve() / "kept"
    settings = {"PERSIST_STATE": "1", "STATE_DIR": str(folder / "state")}
    return settings | {"S3_PERSIST": "1", "S3_DATA_DIR": str(folder / "s3")}


def _environment(port: int, state_dir: Path) -> Mapping[str, str]:
    """All that the emulator, and through it every function, sees of this machine."""
    scratch = state_dir / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.defpath,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT,
        "AWS_SECRET_ACCESS_KEY": ROOT,
        "AUTH": "true",
    }


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


@cache
def _client(url: str, service: str, patience: float) -> Any:  # noqa: ANN401 - as above
    session = boto3.session.Session(ROOT, ROOT, region_name=REGION)
    config = Config(
        max_pool_connections=_CONNECTIONS,
        read_timeout=patience,
        retries={"total_max_attempts": 1},  # a retry would hide what the emulator did
        s3={"addressing_style": "path"},  # a bucket's own host name does not resolve here
        signature_version="s3v4" if service == "s3" else None,
    )
    make: Any = session.client
    return make(service, endpoint_url=url, config=config)
