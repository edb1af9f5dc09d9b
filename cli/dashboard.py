"""The dashboard: what a person looks at when an alarm rang, made from what is deployed.

Each chart names a kind of resource and what is drawn of each one, so that a new queue or function
is on it without being named here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import boto3

_WIDTH, _HEIGHT = 12, 6  # of a grid of 24 columns
_MOST_LINES = 16  # that a person tells apart; of more, those are drawn that go highest
COUNTED = (
    "NoticesNotDelivered",
    "MailsReturned",
    "PaymentsFound",
    "ReconciliationDifferences",
    "UnsignedEvents",
    "LedgerAltered",
    "WebhooksGivenUp",
)
"""What happens, as the functions count it in the namespace Facturier: summed."""
WAITING = ("OrdersHeld", "ClosingsOverdue", "MailsMissing")
"""What waits, as they find it each time: the most of it."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something deployed: its name in the template, its own name and its CloudFormation type."""

    logical_id: str
    id: str
    type: str
    rings: bool = False  # an alarm that tells a person, not one that others are made of

    @property
    def name(self) -> str:
        """Its name as metrics know it: a queue's id is an address."""
        return self.id.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A stack, and its partition, region and account."""

    stack: str
    partition: str
    region: str
    account: str

    def arn_of_alarm(self, name: str) -> str:
        """Name an alarm as the dashboard wants it."""
        return f"arn:{self.partition}:cloudwatch:{self.region}:{self.account}:alarm:{name}"


@dataclass(frozen=True, slots=True)
class Chart:
    """One metric of each resource of a type."""

    title: str
    type: str
    dimension: str
    metrics: tuple[str, ...]
    statistic: str
    only: Callable[[str], bool] = lambda _: True  # by logical id

    @property
    def namespace(self) -> str:
        """AWS/SQS for AWS::SQS::Queue."""
        service = self.type.split("::")[1]
        return f"AWS/{'ApiGateway' if service == 'ApiGatewayV2' else service}"

    def lines(self, deployed: list[Resource]) -> Iterator[list[Any]]:
        """Give what CloudWatch calls metrics: namespace, name, dimensions, label."""
        for each in deployed:
            if each.type == self.type and self.only(each.logical_id):
                for metric in self.metrics:
                    label = each.logical_id if len(self.metrics) == 1 else metric
                    said = {"label": label}
                    yield [self.namespace, metric, self.dimension, each.name, said]


def _is_dead(name: str) -> bool:
    return name.startswith("Dead")


_QUEUE, _FUNCTION, _TABLE = "AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::DynamoDB::Table"
_API = "AWS::ApiGatewayV2::Api"
_OLDEST, _MESSAGES = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"

CHARTS = (
    Chart("Dead letters", _QUEUE, "QueueName", (_MESSAGES,), "Maximum", _is_dead),
    Chart(
        "Oldest message, s", _QUEUE, "QueueName", (_OLDEST,), "Maximum", lambda n: not _is_dead(n)
    ),
    Chart("Requests", _API, "ApiId", ("Count", "4xx", "5xx"), "Sum"),
    Chart("Answer of the API, ms", _API, "ApiId", ("Latency",), "p95"),
    Chart("Errors", _FUNCTION, "FunctionName", ("Errors",), "Sum"),
    Chart("Duration, ms", _FUNCTION, "FunctionName", ("Duration",), "p95"),
    Chart("Throttles", _FUNCTION, "FunctionName", ("Throttles",), "Sum"),
    Chart(
        "Outbox, ms behind",
        _FUNCTION,
        "FunctionName",
        ("IteratorAge",),
        "Maximum",
        "PublishChanges".__eq__,
    ),
    Chart("Write units", _TABLE, "TableName", ("ConsumedWriteCapacityUnits",), "Sum"),
    Chart("Read units", _TABLE, "TableName", ("ConsumedReadCapacityUnits",), "Sum"),
)


def put(stack: str) -> dict[str, str]:
    """Put the dashboard of a stack under the stack's name, or put it again."""
    where = _whereabouts(stack)
    ringing = _ringing(stack)
    made = [replace(each, rings=each.id in ringing) for each in deployed(stack)]
    written = json.dumps(body(made, where))
    boto3.client("cloudwatch").put_dashboard(DashboardName=stack, DashboardBody=written)
    return {"dashboard": stack, "region": where.region}


def body(deployed: list[Resource], where: Whereabouts) -> dict[str, Any]:
    """Describe the dashboard as CloudWatch reads it: the alarms, then chart after chart."""
    alarms = [each for each in deployed if each.type.endswith("Alarm")]
    drawn = [
        _alarms("What rings", [each for each in alarms if each.rings], where),
        _alarms("What that is made of", [each for each in alarms if not each.rings], where),
        _drawn("Happened", _ours(COUNTED, where.stack), "Sum", where.region),
        _drawn("Waits", _ours(WAITING, where.stack), "Maximum", where.region),
    ]
    drawn += [_drawn(c.title, list(c.lines(deployed)), c.statistic, where.region) for c in CHARTS]
    return {"widgets": [_placed(n, widget) for n, widget in enumerate(drawn)]}


def _ours(names: tuple[str, ...], stack: str) -> list[list[Any]]:
    return [["Facturier", name, "service", stack, {"label": name}] for name in names]


def _drawn(title: str, lines: list[list[Any]], statistic: str, region: str) -> dict[str, Any]:
    told = {"title": title, "metrics": lines, "stat": statistic, "region": region, "period": 300}
    if len(lines) > _MOST_LINES:
        told |= {"title": f"{title}: the highest {_MOST_LINES}", "metrics": _highest(lines)}
    return {"type": "metric", "properties": told}


def _highest(lines: list[list[Any]]) -> list[list[Any]]:
    """Have CloudWatch choose, over the time that is looked at, which lines it draws."""
    hidden = [
        [*line, {**said, "id": f"m{n}", "visible": False}] for n, (*line, said) in enumerate(lines)
    ]
    chosen = {"expression": f"SORT(METRICS(), MAX, DESC, {_MOST_LINES})", "label": "", "id": "e"}
    return [[chosen], *hidden]


def _alarms(title: str, alarms: list[Resource], where: Whereabouts) -> dict[str, Any]:
    arns = [where.arn_of_alarm(each.id) for each in alarms]
    return {"type": "alarm", "properties": {"title": title, "alarms": arns}}


def _placed(n: int, widget: dict[str, Any]) -> dict[str, Any]:
    at = {"x": n % 2 * _WIDTH, "y": n // 2 * _HEIGHT, "width": _WIDTH, "height": _HEIGHT}
    return {**widget, **at}


def deployed(stack: str) -> Iterator[Resource]:
    """List all that a stack was made of."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=stack):
        for each in page["StackResourceSummaries"]:
            physical = each.get("PhysicalResourceId", "")
            yield Resource(each["LogicalResourceId"], physical, each["ResourceType"])


def _ringing(stack: str) -> set[str]:
    """Name the alarms that do something when they ring."""
    pages = boto3.client("cloudwatch").get_paginator("describe_alarms")
    kinds: Any = ["MetricAlarm", "CompositeAlarm"]
    return {
        each["AlarmName"]
        for page in pages.paginate(AlarmTypes=kinds, AlarmNamePrefix=f"{stack}-")
        for each in [*page.get("MetricAlarms", []), *page.get("CompositeAlarms", [])]
        if each.get("AlarmActions")
    }


def _whereabouts(stack: str) -> Whereabouts:
    found = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    _, partition, _, region, account, _ = found["StackId"].split(":", 5)
    return Whereabouts(stack, partition, region, account)
