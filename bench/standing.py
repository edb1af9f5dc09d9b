"""What a month costs whether anybody buys or not, from what the template has and the price list.

A metric is paid for each hour in which it is sent, so those count that are sent in every hour. A
queue is asked all the time by as many pollers as Lambda's guide says: of a quiet queue as few as
two, five where a maximum is set.
"""

from math import exp

from bench.capacity import GB
from local.packages import read
from local.stack import BUILT_TEMPLATE, Stack

GB_SECOND, INVOCATION = 0.0000166667, 0.20e-6  # Lambda, x86_64
POLL = 0.40e-6
POLLS = 3 * 60 * 24 * 30  # a month, of a poller that waits 20 s each time
POLLERS, POLLERS_IF_LIMITED = 2, 5
KEY_REQUEST = 0.03 / 10_000
TABLES = 3
MINUTES = 60 * 24 * 30  # a month
FORGOTTEN = 5  # minutes: so long DynamoDB keeps a table's key that a function does not use
ALARM, COMPOSITE, METRIC, DASHBOARD, KEY, SECRET = 0.10, 0.50, 0.30, 3.00, 1.00, 0.40  # a month
METRICS_SENT = 2  # OrdersHeld, ClosingsOverdue
LOOKS = MINUTES + 6 * 30 * 24  # a month: the sweeper each minute, the others each hour
A_LOOK = 0.1 * 512 * 1024**2 / GB  # GB-seconds: a tenth of a second, which was chosen


def usd(stack: Stack) -> dict[str, float]:
    """Give dollars a month, by what they are for."""
    types = [each["Type"] for each in read(BUILT_TEMPLATE)["Resources"].values()]
    keys, alarms = types.count("AWS::KMS::Key"), types.count("AWS::CloudWatch::Alarm")
    composites = types.count("AWS::CloudWatch::CompositeAlarm")
    return {
        "alarms": alarms * ALARM + composites * COMPOSITE,
        "metrics": METRICS_SENT * METRIC,
        "dashboard": DASHBOARD,
        "keys": keys * KEY,
        "secret": SECRET,
        "polls": _pollers(stack) * POLLS * POLL,
        "schedules": LOOKS * (INVOCATION + A_LOOK * GB_SECOND),
    }


def asked_of_keys(stack: Stack, volume: int) -> float:
    """Give dollars a month for requests to KMS, where so many orders come at random.

    DynamoDB asks again for a function whose last order is longer ago than it keeps the key.
    """
    at_work = sum(bool(stack.logs(name)) for name in functions(stack))
    gaps = volume * exp(-FORGOTTEN * volume / MINUTES)
    return at_work * TABLES * gaps * KEY_REQUEST


def functions(stack: Stack) -> list[str]:
    """Name the functions of a stack."""
    resources = stack.deployment.template["Resources"].items()
    return [name for name, each in resources if each["Type"] == "AWS::Lambda::Function"]


def _pollers(stack: Stack) -> int:
    """Count who waits at the queues; who reads a stream costs nothing."""
    mappings = [
        each["Properties"]
        for each in stack.deployment.template["Resources"].values()
        if each["Type"] == "AWS::Lambda::EventSourceMapping"
    ]
    queues = [each for each in mappings if "StartingPosition" not in each]
    limited = sum("ScalingConfig" in each for each in queues)
    return POLLERS * (len(queues) - limited) + POLLERS_IF_LIMITED * limited
