"""One probe application, built and running once for all tests of the local stack."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.stack import ROOT, Stack, running

STRIPE_DOUBLE = "tests.local.stripe_double"  # the stand-in for Stripe has tests of its own
PROBE = Path(__file__).parent / "probe" / "template.yaml"


@pytest.fixture(scope="session")
def built_probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the probe with `sam build`."""
    build = tmp_path_factory.mktemp("probe") / ".aws-sam" / "build"
    command = [str(ROOT / ".venvs/sam/bin/sam"), "build", "--template", str(PROBE)]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    environment["PATH"] = f"{ROOT / '.venvs/dev/bin'}:{environment['PATH']}"
    subprocess.run(  # noqa: S603 - our own command
        [*command, "--build-dir", str(build)], check=True, capture_output=True, env=environment
    )
    return build / "template.yaml"


@pytest.fixture(scope="session")
def running_stack(built_probe: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run the probe on the whole local stack."""
    state = tmp_path_factory.mktemp("state")
    with running(state_dir=state, built_template=built_probe, stripe_module=STRIPE_DOUBLE) as probe:
        yield probe
    shutil.rmtree(state)


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], object]], object]:
    """Wait until something is truthy, and give it."""

    def wait(look: Callable[[], object], *, within: float = 60) -> object:
        deadline = time.monotonic() + within
        while not (seen := look()):
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.02)
        return seen

    return wait
