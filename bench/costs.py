"""What a thousand invoices cost at AWS, from work that was really done and the public price list.

Orders go through the deployed stack to paid: posted, checked, numbered, drawn, mailed, and a
transfer recorded with its receipt, drawn and mailed too. Counted are the calls of each function and
the median of what it was billed, the messages, the files, the mails with their bytes, and what was
logged. DynamoDB's share is that of `bench.ledger`; a receipt is counted as if it were another
invoice.

Prices are the list prices of us-east-1 in November 2026 without any free tier, from AWS's pricing
pages and what quotes them; other regions differ by some per cent. What is paid whether anybody buys
or not is counted apart.
"""

import re
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from bench import load
from bench.measures import Measure
from cli.dashboard import COUNTED
from local.demo.shop import Shop
from local.packages import read
from local.stack import BUILT_TEMPLATE, Stack

GB_SECOND, INVOCATION = 0.0000166667, 0.20e-6  # Lambda, x86_64
HTTP_REQUEST = 1.00e-6
MESSAGE = 3 * 0.40e-6  # sent, received and deleted; FIFO queues, of which few are, cost 0.50
POLL = 0.40e-6
POLLS_A_MONTH = 5 * 3 * 60 * 24 * 30  # of a queue that is empty: five pollers that wait 20 s each
PUT_OBJECT, STORED_GB_MONTH = 5e-6, 0.023
MAIL, MAILED_GB = 0.10e-3, 0.12
LOGGED_GB = 0.50
TRACE = 0.05 * 5e-6  # X-Ray keeps one in twenty
ALARM, COMPOSITE, METRIC, DASHBOARD, KEY, SECRET = 0.10, 0.50, 0.30, 3.00, 1.00, 0.40  # a month

GB = 1024**3
MONTHS = 12  # that a file is counted as stored
SCHEDULED_A_MONTH = 30 * 24 * 60 + 4 * 30 * 24  # the sweeper each minute, the others each hour
VOLUMES = (1_000, 100_000, 1_000_000)
_BILLED = re.compile(r"Billed Duration: (\d+) ms\tMemory Size: (\d+) MB")


@dataclass(frozen=True, slots=True)
class Work:
    """What a function did: how often it was called, and what a call was billed."""

    calls: int
    gb_seconds: float  # of one call, the median

    @property
    def usd(self) -> float:
        """What all of it costs."""
        return self.calls * (INVOCATION + self.gb_seconds * GB_SECOND)


def per_thousand(stack: Stack, shop: Shop, count: int, dynamodb_usd: float) -> dict[str, float]:
    """Sell to so many buyers and give dollars for a thousand of them, by service.

    `dynamodb_usd` is DynamoDB's share of a thousand invoices.
    """
    before = {name: _billed(stack, name) for name in _functions(stack)}
    outcome = load.outcome(stack, load.post(shop, "paid", load.steady(count, 1.0)))
    for order in outcome.issued:
        number = shop.until(order, "done")["invoice"]["number"]
        shop.tell_of_transfer(number, order, shop.invoice(number)["balance"]["due"]["amount"])
    load.until_decided(stack)
    work = {name: _since(stack, name, len(told)) for name, told in before.items()}
    spent = {"Lambda": sum(each.usd for each in work.values()), **_around(stack, work)}
    shares = {name: usd / count * 1000 for name, usd in spent.items()}
    return {**shares, "DynamoDB": 2 * dynamodb_usd}


def fixed(stack: Stack) -> float:
    """Give dollars a month for what stands there, and for what looks each minute and hour."""
    resources = read(BUILT_TEMPLATE)["Resources"].values()
    types = [each["Type"] for each in resources]
    polled = sum("RedrivePolicy" in each.get("Properties", ()) for each in resources)
    looks = statistics.median(_gb_seconds(_billed(stack, "SweepRequests")) or [0.0])
    return (
        types.count("AWS::CloudWatch::Alarm") * ALARM
        + types.count("AWS::CloudWatch::CompositeAlarm") * COMPOSITE
        + len(COUNTED) * METRIC
        + DASHBOARD
        + types.count("AWS::KMS::Key") * KEY
        + SECRET
        + polled * POLLS_A_MONTH * POLL
        + SCHEDULED_A_MONTH * (INVOCATION + looks * GB_SECOND)
    )


def at_volumes(per_thousand: Mapping[str, float], fixed: float) -> dict[int, float]:
    """Give dollars for a thousand invoices at so many a month."""
    moving = sum(per_thousand.values())
    return {volume: moving + fixed / volume * 1000 for volume in VOLUMES}


def measures(stack: Stack, shop: Shop, dynamodb_usd: float, *, count: int = 20) -> list[Measure]:
    """Measure it; the goal stands at 100,000 a month."""
    shares, monthly = per_thousand(stack, shop, count, dynamodb_usd), fixed(stack)
    how = ", ".join(f"{name} {usd:.3f}" for name, usd in sorted(shares.items()))
    how += f"; {monthly:.2f} a month whatever is sold; {count} orders, each paid by transfer"
    usd = at_volumes(shares, monthly)
    return [
        Measure("usd_per_1000_invoices", usd[100_000], "USD", how, goal=0.50),
        *(
            Measure(f"usd_per_1000_invoices_at_{volume}", each, "USD", "a month, everything")
            for volume, each in usd.items()
        ),
    ]


def _around(stack: Stack, work: Mapping[str, Work]) -> dict[str, float]:
    mails = [len(mail.raw) for mail in stack.mail()]
    files, stored = _stored(stack)
    calls = sum(each.calls for each in work.values())
    asked = sum(work[name].calls for name in work if name.startswith(("Take", "Serve")))
    logged = sum(len(line) for name in work for line in stack.logs(name))
    return {
        "HTTP API": asked * HTTP_REQUEST,
        "SQS": (calls - asked) * MESSAGE,
        "S3": files * PUT_OBJECT + stored / GB * STORED_GB_MONTH * MONTHS,
        "SES": len(mails) * MAIL + sum(mails) / GB * MAILED_GB,
        "CloudWatch": logged / GB * LOGGED_GB,
        "X-Ray": calls * TRACE,
    }


def _stored(stack: Stack) -> tuple[int, int]:
    pages = stack.client("s3").get_paginator("list_objects_v2")
    listed = pages.paginate(Bucket=stack.outputs["DocumentsBucket"])
    sizes = [each["Size"] for page in listed for each in page.get("Contents", ())]
    return len(sizes), sum(sizes)


def _functions(stack: Stack) -> list[str]:
    resources = stack.deployment.template["Resources"].items()
    return [name for name, each in resources if each["Type"] == "AWS::Lambda::Function"]


def _billed(stack: Stack, name: str) -> list[str]:
    return [line for line in stack.logs(name) if line.startswith("REPORT")]


def _since(stack: Stack, name: str, before: int) -> Work:
    spent = _gb_seconds(_billed(stack, name)[before:])
    return Work(len(spent), statistics.median(spent) if spent else 0.0)


def _gb_seconds(reports: list[str]) -> list[float]:
    found = [match for line in reports if (match := _BILLED.search(line))]
    return [int(each[1]) / 1000 * int(each[2]) / 1024 for each in found]
