"""A round as the template wires it: the schedule, its pages, each seller."""

from datetime import datetime

from invoicing import settings
from invoicing.adapters.queues import Rounds
from tests import aws
from tests.doors import deliver, tick


def go(name: str, queue: Rounds, at: datetime) -> int:
    """Let the schedule tick and all that follows from it; give how many messages failed."""
    tick(name, at)
    failed = 0
    while found := aws.received(settings.get(queue)):
        failed += sum(len(deliver(name, each["body"])) for each in found)
    return failed
