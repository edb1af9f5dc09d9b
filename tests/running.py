"""The deployed template, running once for all who journey through it and all who look at its pages.

What takes longest begins first, so that at the end no worker waits long for the other. The story is
the very first: its hourly run reminds every buyer that there is.

One worker runs them all. That is not left to `--dist loadgroup`: pytest 9.2 keeps a test's id where
pytest-xdist 3.8 does not write it, and every worker would start a stack of its own. That worker
waits most of the time, so two cores have work for two others.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from local.demo import clockwork
from local.demo.shop import SAMPLES, Shop
from local.demo.stripe_account import StripeAccount
from local.stack import BUILT_TEMPLATE, ROOT, Stack, running
from tests.sales import Sale, sold

ON_THE_STACK = ("tests/journeys/", "tests/browser/")
FIRST = ("tests/journeys/test_story.py", *ON_THE_STACK, "tests/simulation/", "")
SEEDS = "tests/simulation/test_simulation.py"
OpenShop = Callable[..., Shop]
Sell = Callable[..., Sale]


class OneStack(LoadScopeScheduling):  # type: ignore[misc]
    """One worker for all who share a running stack, and a file at a time for the others.

    The shares of the simulation's seeds are dealt one by one: they take longer than all else.
    """

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False  # the longest file is not the one of most tests
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file == SEEDS:
            return nodeid
        return "stack" if file.startswith(ON_THE_STACK) else file


@pytest.hookimpl(optionalhook=True)  # pytest-xdist may be switched off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneStack:
    return OneStack(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next(n for n, at in enumerate(FIRST) if item.nodeid.startswith(at)))


@pytest.fixture(scope="session")
def built() -> Path:
    """Build where a source is newer than the last build; the Makefile knows what is one."""
    done = subprocess.run(
        ["make", "build"],  # noqa: S607  whichever make is on the path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return BUILT_TEMPLATE


@pytest.fixture(scope="session")
def stack(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    state = tmp_path_factory.mktemp("stack")
    with running(state_dir=state, built_template=built) as stack:
        _begin_few(stack)
        yield stack
    shutil.rmtree(state / "tmp")  # the logs stay


def _begin_few(stack: Stack) -> None:
    """Let no queue have more than two workers: on two cores more of them cost only their start."""
    functions = stack.client("lambda")
    for each in functions.list_event_source_mappings()["EventSourceMappings"]:
        if ":sqs:" in each["EventSourceArn"]:
            functions.update_event_source_mapping(
                UUID=each["UUID"], ScalingConfig={"MaximumConcurrency": 2}
            )


@pytest.fixture(scope="session")
def open_shop(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> OpenShop:
    """Open a shop of the sample's seller under another name, with changes of the profile."""
    profiles, shops = tmp_path_factory.mktemp("sellers"), dict[str, Shop]()

    def opened(seller: str, **changes: object) -> Shop:
        if seller in shops and not changes:
            return shops[seller]
        profile = profiles / f"{seller}.json"
        plain = json.loads((SAMPLES / "seller.json").read_text())
        profile.write_text(json.dumps(plain | {"id": seller} | changes))
        shops[seller] = Shop.opened(stack, profile, stripe_key=f"sk_test_{seller}")
        return shops[seller]

    return opened


@pytest.fixture(scope="session")
def our_shop(open_shop: OpenShop) -> Shop:
    return open_shop("journeys")


@pytest.fixture
def our_account(stack: Stack, our_shop: Shop) -> StripeAccount:  # noqa: ARG001  it is there once the shop is
    return StripeAccount(stack.stripe_url, "sk_test_journeys")


@pytest.fixture
def sell(stack: Stack, our_shop: Shop) -> Sell:
    def sell(sample: str = "french-consumer", **changes: object) -> Sale:
        return sold(stack, our_shop, sample, **changes)

    return sell


def wait_for(look: Callable[[], object], *, within: float = 60) -> None:
    """Look again until there is something to see."""
    end = time.monotonic() + within
    while not look():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def asleep(stack: Stack, worker: str) -> Iterator[str]:
    """Stop a worker from taking messages; give the address of its queue."""
    functions = stack.client("lambda")
    name = stack.resources[worker]
    (source,) = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=source["UUID"], Enabled=False)
    queue = source["EventSourceArn"].rpartition(":")[2]
    try:
        yield next(url for url in clockwork.worker_queues(stack).values() if url.endswith(queue))
    finally:
        functions.update_event_source_mapping(UUID=source["UUID"], Enabled=True)
