"""A run of the reminders as the template wires it: the schedule, its pages, the buyers."""

from datetime import datetime

from invoicing import settings
from tests import aws
from tests.doors import deliver, tick


def run(at: datetime) -> int:
    """Let the schedule tick and all that follows from it; give how many buyers' messages failed."""
    tick("plan_reminders", at)
    failed = 0
    while pages := aws.received(settings.get("PLAN_QUEUE")):
        for page in pages:
            assert deliver("plan_reminders", page["body"]) == []
    for asked in aws.received(settings.get("REMIND_QUEUE")):
        failed += len(deliver("send_reminders", asked["body"]))
    return failed
