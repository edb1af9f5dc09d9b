"""What makes a machine's minutes pass in seconds."""

import json
from collections.abc import Iterator, Mapping

import pytest

from local.demo import clockwork
from local.stack import Stack
from tests.least_privilege.permissions import Witness


@pytest.fixture(scope="session")
def witness(stack: Stack) -> Witness:
    return Witness(stack.emulator.decisions)


@pytest.fixture(autouse=True)
def nothing_is_refused(witness: Witness) -> Iterator[None]:
    """Fail each journey during which AWS refused a function anything, even if nobody missed it."""
    yield
    assert [each for each in witness.new() if each.of_a_function and not each.allowed] == []


@pytest.fixture
def impatient_queues(stack: Stack) -> Iterator[dict[str, str]]:
    """Put a message aside that failed once; the template lets it come five times, in minutes."""
    queues, sqs = clockwork.worker_queues(stack), stack.client("sqs")
    declared = {name: _patience(sqs, url) for name, url in queues.items()}
    for name, url in queues.items():
        once = json.loads(declared[name]["RedrivePolicy"]) | {"maxReceiveCount": 1}
        _set(sqs, url, {"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(once)})
    yield queues
    for name, url in queues.items():
        _set(sqs, url, declared[name])


def _patience(sqs, queue: str) -> dict[str, str]:
    wanted = ["VisibilityTimeout", "RedrivePolicy"]
    found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=wanted)["Attributes"]
    return {name: str(found[name]) for name in wanted}


def _set(sqs, queue: str, attributes: Mapping[str, str]) -> None:
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=attributes)
