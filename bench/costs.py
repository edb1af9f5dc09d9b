"""What a thousand invoices cost at AWS, from work that was really done and the public price list.

Orders go through the deployed stack to paid: posted, checked, numbered, drawn, mailed, and a
transfer recorded with its receipt, drawn and mailed too. Counted are the calls of each function and
what it computed, the messages, the files, the mails with their bytes, what was
logged, and what the tables hold afterwards. DynamoDB's units are those of `bench.ledger`; those of
a receipt are counted as if it were another invoice.

A second of a whole CPU costs the same whatever memory a function has, since Lambda gives it CPU in
proportion (1,769 MB are one); its waiting costs by its memory. How long AWS lets it wait cannot be
measured here: `WAITING` was chosen. X-Ray records each call of what is traced: Lambda keeps the
first of each second and one in twenty beside it, and at a million invoices a month hardly two calls
fall into one second.

Prices are the list prices of us-east-1 in November 2026 without any free tier, from AWS's pricing
pages and what quotes them; other regions differ by some per cent. What is paid whether anybody buys
or not is counted apart.
"""

import re
from collections.abc import Iterable, Iterator

from bench import cost_table, load, standing, workers
from bench.capacity import GB, STORED_USD, Tables, stored_bytes
from bench.measures import Measure
from bench.standing import GB_SECOND, INVOCATION, asked_of_keys
from bench.tables import TABLES
from local.demo import auditor
from local.demo.shop import Shop
from local.stack import Stack

WHOLE_CPU_GB = 1769 / 1024
WAITING = 0.05  # seconds of a call: ten answers of AWS, 5 ms each
HTTP_REQUEST = 1.00e-6
MESSAGE = 3 * 0.40e-6  # sent, received and deleted; FIFO queues, of which few are, cost 0.50
PUBLISHED = 0.50e-6  # to a topic; what it hands to a queue costs nothing there
TOLD_BY_SES = 2  # events of a mail that arrives
PUT_OBJECT, GET_OBJECT, STORED_GB_MONTH = 5e-6, 0.4e-6, 0.023
MAIL, MAILED_GB = 0.10e-3, 0.12
LOGGED_GB = 0.50
TRACE = 5e-6

MONTHS = 12  # that a file and an item are counted as stored
FIRST = 6  # orders by which all is warm
VOLUMES = (1_000, 100_000, 1_000_000)
_BILLED = re.compile(r"Billed Duration: \d+ ms\tMemory Size: (\d+) MB")

Usd = dict[str, float]


def measures(stack: Stack, shop: Shop, dynamodb_usd: float, *, count: int = 20) -> list[Measure]:
    """Measure it and write it into docs/capacity.md; the goal stands at 100,000 a month.

    `dynamodb_usd` is what DynamoDB asks for the reads and writes of a thousand invoices.
    """
    moving, monthly = per_thousand(stack, shop, count, dynamodb_usd), standing.usd(stack)
    how = ", ".join(f"{name} {usd:.3f}" for name, usd in sorted(moving.items()))
    how += f"; {sum(monthly.values()):.2f} a month whatever is sold ("
    how += ", ".join(f"{name} {usd:.2f}" for name, usd in monthly.items())
    how += f"); {count} orders, each paid by transfer; list prices without a free tier, what is "
    how += f"stored for {MONTHS} months, CPU of this machine and {WAITING * 1000:g} ms of waiting"
    fixed = {volume: sum(monthly.values()) + asked_of_keys(stack, volume) for volume in VOLUMES}
    usd = {volume: sum(moving.values()) + each / volume * 1000 for volume, each in fixed.items()}
    cost_table.write(moving, fixed)
    return [
        Measure("usd_per_1000_invoices", usd[100_000], "USD", how, goal=0.50),
        *(
            Measure(f"usd_per_1000_invoices_at_{volume}", each, "USD", "a month, everything")
            for volume, each in usd.items()
        ),
    ]


def per_thousand(stack: Stack, shop: Shop, count: int, dynamodb_usd: float) -> Usd:
    """Sell to so many buyers and give dollars for a thousand of them, by service."""
    _sell(stack, shop, "first", FIRST)
    before = workers.computed(stack)
    _sell(stack, shop, "paid", count)
    cpu = sum(workers.between(before, workers.computed(stack)).values()) / count
    all_of_them = {**_called(stack), **_kept(stack)}
    each = {name: usd / (FIRST + count) for name, usd in all_of_them.items()}
    each["Lambda"] += cpu * WHOLE_CPU_GB * GB_SECOND
    each["DynamoDB"] += 2 * dynamodb_usd / 1000
    return {name: usd * 1000 for name, usd in each.items()}


def _sell(stack: Stack, shop: Shop, name: str, count: int) -> None:
    """Bring so many orders, one a second, to paid."""
    outcome = load.outcome(stack, load.post(shop, name, load.steady(count, 1.0)))
    for order, number, due in _owed(stack, outcome):
        shop.tell_of_transfer(number, order, due)
    load.until_decided(stack)


def _owed(stack: Stack, outcome: load.Outcome) -> Iterator[tuple[str, str, str]]:
    """Give order, number and sum of each invoice as the books have them: buyers know both."""
    for series, entries in auditor.read(stack).entries.items():
        for entry in entries if series.endswith(".invoice") else ():
            if entry["source"] in outcome.issued:
                due = entry["body"]["draft"]["totals"]["due"]
                yield entry["source"], entry["body"]["number"], due["amount"]


def _called(stack: Stack) -> Usd:
    """Give what all calls cost until now but for what was computed."""
    memory = {name: _memory(stack.logs(name)) for name in standing.functions(stack)}
    calls = {name: len(found) for name, found in memory.items()}
    asked = sum(calls[name] for name in calls if name.startswith(("Take", "Serve")))
    waited = sum(sum(found) for found in memory.values()) * WAITING
    return {
        "Lambda": sum(calls.values()) * INVOCATION + waited * GB_SECOND,
        "HTTP API": asked * HTTP_REQUEST,
        "SQS": (sum(calls.values()) - asked) * MESSAGE,
        "X-Ray": sum(calls[name] for name in calls if _is_traced(stack, name)) * TRACE,
    }


def _kept(stack: Stack) -> Usd:
    """Give what all that was written, stored and mailed until now costs."""
    mails = [len(mail.raw) for mail in stack.mail()]
    files = _files(stack)
    logged = sum(len(line) for name in standing.functions(stack) for line in stack.logs(name))
    return {
        "DynamoDB": _held(stack) / GB * STORED_USD * MONTHS,
        "S3": len(files) * PUT_OBJECT + sum(files) / GB * STORED_GB_MONTH * MONTHS,
        "SES": len(mails) * MAIL + sum(mails) / GB * MAILED_GB,
        "SNS": len(mails) * TOLD_BY_SES * PUBLISHED,
        "CloudWatch": logged / GB * LOGGED_GB,
    }


def _memory(log: Iterable[str]) -> list[float]:
    """Give the gigabytes of each call that was billed."""
    return [int(found[1]) / 1024 for line in log if (found := _BILLED.search(line))]


def _is_traced(stack: Stack, name: str) -> bool:
    function = stack.deployment.template["Resources"][name]["Properties"]
    return bool(function.get("TracingConfig", {}).get("Mode") == "Active")


def _files(stack: Stack) -> list[int]:
    pages = stack.client("s3").get_paginator("list_objects_v2")
    listed = pages.paginate(Bucket=stack.outputs["DocumentsBucket"])
    return [each["Size"] for page in listed for each in page.get("Contents", ())]


def _held(stack: Stack) -> int:
    """Say how many bytes the tables are billed for, index entries included."""
    held: Tables = {}
    for name in TABLES:
        pages = stack.client("dynamodb").get_paginator("scan")
        for page in pages.paginate(TableName=stack.outputs[f"{name}Table"]):
            held |= {(name, f"{item['pk']}{item.get('sk')}"): item for item in page["Items"]}
    return stored_bytes(held)
