"""What reminders cost, and whether it hangs on how much is open or only on what is due.

PlanReminders and SendReminders run as they are over tables in memory (those of the simulation),
which hold items as DynamoDB would. Units are counted from those items by DynamoDB's rules: a strong
read for each 4 KB begun, an eventual one half of it, a query by the sum of what it gives; a write
for each KB begun, twice inside of a transaction, where a check counts as a write too, and one or
two for each index. Lambda's seconds are not counted: they were measured on a machine that others
share. Prices are list prices of us-east-1 (see `capacity`); SES takes 0.10 USD for 1,000 mails, SQS
0.40 and S3's PUT 5 USD for a million.
"""

import importlib
import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from math import ceil
from types import ModuleType
from typing import Any
from unittest.mock import patch

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from bench import capacity
from bench.capacity import READ_BYTES, READ_USD, WRITE_USD, Attributes
from bench.issuing import a_draft
from bench.measures import Measure
from bench.pricing import seller
from bench.tables import Context, app, definitions
from invoicing import ledger
from invoicing.adapters import aws
from invoicing.adapters.ledger import ledger_table
from invoicing.adapters.operations import agenda_table, sellers_table
from invoicing.invoices import Invoice
from invoicing.ledger import Entry, Place, Series
from invoicing.reminders import Agenda
from invoicing.telemetry import logger

OPEN, MANY, DUE = 10_000, 100_000, 500
SERIES = Series(seller="atelier", kind="invoice")
ISSUED = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOON = datetime(2026, 12, 22, 11, tzinfo=UTC)  # a Tuesday, a day after the due date
IN_MEMORY: Any = importlib.import_module("tests.simulation.dynamodb")  # which has no strict types
ERRORS: Any = importlib.import_module("tests.simulation.cloud")
SES_USD, SQS_USD, PUT_USD = 0.10e-3, 0.40e-6, 5e-6
REQUESTS = 6.3  # to SQS for a reminder: a tenth each to ask for it, take it, end it; letter, mail


def measures() -> list[Measure]:
    """Measure a day on which as much is due, with ten times as much open."""
    few, many = _day(OPEN), _day(MANY)
    thousand = 1000 / DUE
    reads, writes = few["reads"] * thousand, few["writes"] * thousand
    dollars = 1000 * (SES_USD + REQUESTS * SQS_USD + PUT_USD)
    dollars += reads * READ_USD + writes * WRITE_USD
    how = f"{DUE} of {OPEN} open invoices are due, each of another buyer, until each is claimed"
    ratio = f"units of the same {DUE} with {MANY} open by those with {OPEN}"
    priced = f"{how}; one mail by SES, one letter in S3, {REQUESTS} requests to SQS"
    return [
        Measure("reminder_reads_per_1000_due", reads, "units", how),
        Measure("reminder_writes_per_1000_due", writes, "units", f"{how}, checks included"),
        Measure("reminder_usd_per_1000", dollars, "USD", priced),
        Measure("reminder_cost_open_vs_due", _cost(many) / _cost(few), "times", ratio, 1.05),
    ]


def _cost(units: dict[str, float]) -> float:
    return units["reads"] * READ_USD + units["writes"] * WRITE_USD


def _day(opened: int) -> dict[str, float]:
    """Run one hour's reminders over so many open invoices; give the units."""
    meter = Meter()
    logger.setLevel("CRITICAL")
    with ExitStack() as stage:
        stage.enter_context(patch.dict(os.environ, _ENVIRONMENT))
        for client in ("dynamodb", "sqs"):
            stage.enter_context(patch.object(aws, client, lambda: meter))
        for once in (ledger_table.book, sellers_table.sellers):
            once.cache_clear()
        _fill(opened)
        meter.units.update(reads=0.0, writes=0.0)
        _run(meter)
        for once in (ledger_table.book, sellers_table.sellers):
            once.cache_clear()
    if meter.claimed != DUE:
        raise AssertionError(f"{meter.claimed} of {DUE} were claimed")
    return meter.units


_ENVIRONMENT = {f"{name.upper()}_TABLE": name for name in ("Ledger", "Heads", "Operations")} | {
    "PLAN_QUEUE": "plan",
    "REMIND_QUEUE": "remind",
    "POWERTOOLS_TRACE_DISABLED": "true",
}


def _fill(opened: int) -> None:
    """Have a seller with so many open invoices, of which the first ones are due."""
    sellers_table.sellers().save(seller())
    draft = a_draft(SERIES)
    for n in range(opened):
        name = {"email": f"buyer-{n}@example.org"}
        buyer = draft.buyer.model_copy(update=name)
        own = draft.model_copy(update={"buyer": buyer})
        later = ISSUED if n < DUE else ISSUED + timedelta(days=90)
        invoice = own.issue(number=f"FA-2026-{n + 1:06}", at=later)
        agenda = Agenda.first(invoice)
        assert agenda  # noqa: S101  it is due in thirty days
        aws.dynamodb().put_item(**agenda_table.plan(agenda)["Put"])
        if n < DUE:
            aws.dynamodb().put_item(TableName="Ledger", Item=aws.to_item(_entry(invoice, n + 1)))


def _entry(invoice: Invoice, n: int) -> aws.Item:
    place = Place(series=SERIES, year=2026, n=n)
    body = invoice.model_dump(mode="json", exclude_none=True)
    entry = Entry(place=place, at=ISSUED, source=f"{n}", previous=ledger.GENESIS, body=body)
    return ledger_table.entry_item(entry)


def _run(meter: "Meter") -> None:
    plan, send = app("plan_reminders"), app("send_reminders")
    plan.handler({"time": NOON.isoformat()}, Context())
    workers: dict[str, tuple[ModuleType, Callable[[SQSRecord], object]]] = {
        "plan": (plan, plan.plan),
        "remind": (send, send.remind),
    }
    while meter.messages:
        queue, body = meter.messages.pop(0)
        workers[queue][1](SQSRecord({"body": body}))


class Meter:
    """The tables and queues, which count."""

    exceptions = ERRORS.Exceptions()

    def __init__(self) -> None:
        self.units = {"reads": 0.0, "writes": 0.0}
        self.messages: list[tuple[str, str]] = []
        self.claimed = 0
        self._store = IN_MEMORY.DynamoDB(definitions(), on_commit=self._committed, clock=lambda: 0)
        self._in_transaction = False

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **request: self._call(operation, request)

    def get_paginator(self, operation: str) -> "Meter":
        """Give all as one page, and count what pages would."""
        assert operation == "query"  # noqa: S101  nothing else is walked over here
        return self

    def paginate(self, **request: Any) -> list[Any]:  # noqa: ANN401
        """Walk over that page."""
        return [self._call("query", request)]

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        """Keep a message."""
        self.messages.append((QueueUrl, MessageBody))

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        """Keep several messages."""
        self.messages += [(QueueUrl, each["MessageBody"]) for each in Entries]
        return {}

    def _call(self, operation: str, request: dict[str, Any]) -> Any:  # noqa: ANN401
        self._in_transaction = operation == "transact_write_items"
        if self._in_transaction:
            checks = [each for each in request["TransactItems"] if "ConditionCheck" in each]
            self.units["writes"] += 2 * len(checks)
        answer = getattr(self._store, operation)(**request)
        if operation == "get_item":
            self.units["reads"] += max(1, ceil(capacity.size(answer.get("Item", {})) / READ_BYTES))
        if operation == "query":
            units = max(1, ceil(sum(map(capacity.size, answer["Items"])) / READ_BYTES))
            self.units["reads"] += units / 2 if "IndexName" in request else units
        return answer

    def _committed(
        self,
        table: Any,  # noqa: ANN401
        key: tuple[str, ...],
        before: Attributes | None,
        after: Attributes | None,
    ) -> None:
        place = table.name, "/".join(key)
        look = capacity.Step("", self._in_transaction, {place: before or {}}, {place: after or {}})
        self.units["writes"] += look.units
        self.claimed += "notice" in (after or {})
        for index in table.indexes.values():
            index.follow(key, after, table.keys)
