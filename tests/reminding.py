"""A run of the reminders as the template wires it: the schedule, its pages, the buyers."""

from datetime import datetime

from invoicing import settings
from tests import aws, rounds
from tests.doors import deliver


def run(at: datetime) -> int:
    """Let the schedule tick and all that follows from it; give how many buyers' messages failed."""
    assert rounds.go("plan_reminders", "PLAN_QUEUE", at) == 0
    failed = 0
    for asked in aws.received(settings.get("REMIND_QUEUE")):
        failed += len(deliver("send_reminders", asked["body"]))
    return failed
