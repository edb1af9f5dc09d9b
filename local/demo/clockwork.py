"""What moves by itself: schedules, fired when we say so, and workers until nothing is left."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import requests

from invoicing import rest_days, working_hours
from local.demo import auditor
from local.demo.shop import NotReachedError
from local.stack import Stack

_PATIENCE = 60.0
_GLANCE = 0.05


def fire(stack: Stack, schedule: str, at: datetime) -> None:
    """Send a function the scheduler's event with a time of our choosing."""
    event = {
        "version": "0",
        "id": "demo",
        "source": "aws.scheduler",
        "detail-type": "Scheduled Event",
        "account": "000000000000",
        "time": at.isoformat(),
        "region": "eu-west-3",
        "resources": [],
        "detail": {},
    }
    stack.invoke(schedule, event)


def at_work(at: datetime, country: str = "FR") -> datetime:
    """Give the first moment from then on at which buyers of a country are reminded."""
    return working_hours.opening(at, country, rest_days.of(country))


def until_quiet(stack: Stack) -> None:
    """Wait until no webhook is on its way and no worker has anything left to do."""
    end = time.monotonic() + _PATIENCE
    while left := next(_left(stack), None):
        if time.monotonic() > end:
            raise NotReachedError(f"these are still not done: {[left, *_left(stack)]}")
        time.sleep(_GLANCE)


def worker_queues(stack: Stack) -> dict[str, str]:
    """Give the address of each queue that a worker empties; those have a dead-letter queue."""
    return {
        name: stack.resources[name]
        for name, resource in stack.deployment.template["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in resource["Properties"]
    }


def messages(stack: Stack, queue: str) -> int:
    """Count a queue's messages, those in a worker's hands too."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = stack.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)
    return sum(int(answer["Attributes"][name]) for name in names)


def _left(stack: Stack) -> Iterator[str]:
    """Look where it is cheapest first, and no further than the first that is found."""
    yield from _webhooks(stack)
    yield from _busy(stack)
    yield from auditor.unfinished(stack)


def _busy(stack: Stack) -> Iterator[str]:
    return (name for name, url in worker_queues(stack).items() if messages(stack, url))


def _webhooks(stack: Stack) -> list[str]:
    answer = requests.get(f"{stack.stripe_url}/_control/deliveries", timeout=_PATIENCE)
    return ["webhooks"] if answer.json()["pending"] else []
