"""What makes a machine's minutes pass in seconds."""

from collections.abc import Iterator

import pytest

from local.demo import clockwork
from local.stack import Stack


@pytest.fixture
def impatient_queues(stack: Stack) -> Iterator[dict[str, str]]:
    """Let a message come again after a second; the template says two minutes and more."""
    queues, sqs = clockwork.worker_queues(stack), stack.client("sqs")
    declared = {name: _visibility(sqs, url) for name, url in queues.items()}
    for url in queues.values():
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    yield queues
    for name, url in queues.items():
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": declared[name]})


def _visibility(sqs, queue: str) -> str:
    wanted = ["VisibilityTimeout"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=wanted)["Attributes"]
    return str(attributes["VisibilityTimeout"])
