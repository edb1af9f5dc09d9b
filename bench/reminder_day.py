"""One day's reminders through the functions, counted: units, calls, messages, files, mails, CPU."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from bench.issuing import a_draft
from bench.pricing import seller
from bench.reminder_meter import STREAM, WORKERS, Day, Meter
from bench.tables import app
from invoicing import ledger, rest_days, working_hours
from invoicing.adapters import aws, documents_bucket
from invoicing.adapters.ledger import ledger_table
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, sellers_table
from invoicing.adapters.paper import letters
from invoicing.archive import Content, Duty, File, Stored
from invoicing.invoices import Invoice
from invoicing.ledger import Entry, Place, Series
from invoicing.reminders import Agenda
from invoicing.telemetry import logger
from layers import layer
from layers.weasyprint import build

INVOICE_BYTES = 40_000  # of an ordinary PDF
EVERY = 100  # letters, of which one is really drawn
MOST_MESSAGES = 30  # for each reminder; more of them go round and never end
SERIES = Series(seller="atelier", kind="invoice")


def day(opened: int, due: int) -> Day:
    """Run one hour's reminders over so many open invoices."""
    meter = Meter()
    logger.setLevel("CRITICAL")
    drawing = Drawing()
    with _staged(meter, drawing):
        noon = _fill(opened, due)
        meter.waiting.clear()
        meter.day = Day()
        _run(meter, noon, most=MOST_MESSAGES * due)
    meter.day.cpu["DrawLetter"] += drawing.saved
    if meter.day.mails != due:
        raise AssertionError(f"{meter.day.mails} of {due} were mailed")
    return meter.day


@contextmanager
def _staged(meter: Meter, drawing: "Drawing") -> Iterator[None]:
    with ExitStack() as stage:
        drawn = str(build.build(layer.this_machine()) / "python")
        stage.enter_context(patch.object(sys, "path", [drawn, *sys.path]))  # as Lambda has it
        stage.enter_context(patch.dict(os.environ, _ENVIRONMENT))
        for client in ("dynamodb", "sqs", "s3"):
            stage.enter_context(patch.object(aws, client, lambda: meter))
        stage.enter_context(patch.object(letters, "reminder", drawing))
        _forget()
        yield
        _forget()


_ENVIRONMENT = (
    {f"{name.upper()}_TABLE": name for name in ("Ledger", "Heads", "Operations")}
    | {name: name for name in WORKERS if name.endswith("QUEUE")}
    | {"DOCUMENTS_BUCKET": "documents", "CONFIGURATION_SET": "mails"}
    | {"SCHEDULES_AHEAD": "true"}
    | {"POWERTOOLS_TRACE_DISABLED": "true", "POWERTOOLS_METRICS_DISABLED": "true"}
)


def _forget() -> None:
    once = (ledger_table.book, sellers_table.sellers, documents_bucket.shelf)
    for each in once:
        each.cache_clear()


class Drawing:
    """Draws one letter of many and gives its bytes for the others."""

    def __init__(self) -> None:
        self.seconds, self.drawn, self.left_out = 0.0, 0, 0
        self._really, self._kept = letters.reminder, list[Content]()

    def __call__(self, *about: Any, **how: Any) -> Content:  # noqa: ANN401  as `letters.reminder`
        """Draw a letter, or give the one that was drawn last."""
        if self._kept and (self.drawn + self.left_out) % EVERY:
            self.left_out += 1
            return self._kept[0]
        if not self._kept:
            self._really(*about, **how)  # the first one loads fonts, as at the start of a worker
        begun = time.process_time()
        self._kept[:] = [self._really(*about, **how)]
        self.seconds += time.process_time() - begun
        self.drawn += 1
        return self._kept[0]

    @property
    def saved(self) -> float:
        """Seconds that those would have taken which were not drawn."""
        return self.seconds / self.drawn * self.left_out


def _fill(opened: int, due: int) -> datetime:
    """Have a seller with so many open invoices, the first of which are due; give the moment."""
    noon = _a_noon()
    sellers_table.sellers().save(seller())
    draft, pdf, last = a_draft(SERIES), _pdf(), None
    for n in range(1, due + 1):
        buyer = draft.buyer.model_copy(update={"email": f"buyer-{n}@example.org"})
        own = draft.model_copy(update={"buyer": buyer})
        invoice = own.issue(number=f"FA-2026-{n:06}", at=noon - timedelta(days=31))
        _issue(invoice, n, pdf)
        last = Agenda.first(invoice)
        assert last  # noqa: S101  it is due since yesterday
        aws.dynamodb().put_item(**agenda_table.plan(last)["Put"])
    assert last  # noqa: S101  something is due
    not_yet = last.put_off(noon + timedelta(days=30))
    for n in range(due + 1, opened + 1):
        another = {"number": f"FA-2026-{n:06}", "buyer": f"{n:032}"}
        later = not_yet.model_copy(update=another)
        aws.dynamodb().put_item(**agenda_table.plan(later)["Put"])
    return noon


def _a_noon() -> datetime:
    """Give a moment at which the buyers work, when what is claimed now may still leave."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=11, minute=0, second=0)
    while working_hours.opening(tomorrow, "FR", rest_days.of("FR")) != tomorrow:
        tomorrow += timedelta(days=1)
    return tomorrow.replace(microsecond=0)


def _pdf() -> File:
    """Store the PDF that goes with each mail; one for all, because its size is what counts."""
    content = Content(type="pdf", data=b"%PDF" + os.urandom(INVOICE_BYTES))
    return documents_bucket.shelf().store("invoice.pdf", content, Duty(until=date(2099, 12, 31)))


def _issue(invoice: Invoice, n: int, pdf: File) -> None:
    place = Place(series=SERIES, year=2026, n=n)
    body = invoice.model_dump(mode="json", exclude_none=True)
    at = invoice.issued_at
    entry = Entry(place=place, at=at, source=f"{n}", previous=ledger.GENESIS, body=body)
    item = aws.to_item(ledger_table.entry_item(entry))
    aws.dynamodb().put_item(TableName="Ledger", Item=item)
    stored = Stored(place=place, number=invoice.number, pdf=pdf, template_version="1")
    aws.dynamodb().put_item(**book().store(stored)["Put"])


def _run(meter: Meter, noon: datetime, *, most: int) -> None:
    """Let the schedule tick, and work off whatever follows, until nothing is left.

    AssertionError for more messages than that: something asks for itself again and again.
    """
    apps = {name: app(_folder(name)) for name, _ in WORKERS.values()}
    apps["DeliverNotice"].__dict__["mailer"] = lambda: meter
    meter.works("PlanReminders", lambda: apps["PlanReminders"].handler(_tick(noon), _Context()))
    while meter.waiting:
        if meter.day.messages.total() > most:
            raise AssertionError(f"{meter.day.mails} mails, and no end: {meter.day.messages}")
        queue, body = meter.waiting.popleft()
        name, work = WORKERS[queue]
        meter.day.messages[name] += 1
        record = DynamoDBRecord(body) if queue == STREAM else SQSRecord({"body": body})
        meter.works(name, partial(getattr(apps[name], work), record))


def _tick(noon: datetime) -> dict[str, str]:
    return {"time": noon.isoformat()}


class _Context:
    function_name, memory_limit_in_mb = "bench", 512
    invoked_function_arn, aws_request_id = "arn:aws:lambda:bench", "0"


def _folder(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
