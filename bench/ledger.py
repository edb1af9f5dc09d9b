"""How fast numbers are given, and what an invoice costs in DynamoDB.

Measured on the emulator that the journeys run on, all in one run: the usual recipe of a transaction
for each invoice, and IssueDocument with its batches. Several writers of one series meet at its head
in the recipe; here they listen at the FIFO queue that stands before it, and what they would do
without it is told too. The emulator is a Python process on the same machine and answers within a
millisecond or two; DynamoDB is a network away. So each call is held up by `AWAY`, a figure that was
chosen and not measured, alike for all; the ratios without it are told too. Capacity is counted from
real items (`capacity`).
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from bench import capacity, plot
from bench.capacity import READ_USD, STORED_USD, WRITE_USD, Reads, Step
from bench.doorbells import Doorbells
from bench.issuing import Batches, Recipe, a_request, per_second
from bench.measures import Measure
from bench.pricing import seller
from bench.tables import HOME, app, emulated, fresh
from invoicing import documents
from invoicing.adapters import aws, queues
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import notices_table
from invoicing.adapters.operations.keys_table import keys
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.archive import File, FileType, Stored, object_key
from invoicing.invoices import Invoice
from invoicing.keys import ApiKey, key_hash
from invoicing.ledger import BATCH, Entry, Place, Series
from invoicing.notices import Notice
from invoicing.requests import Request
from local.emulator import Emulator

AWAY = 0.005  # seconds on the way to DynamoDB and back, in its own region
TIMES = 3  # runs of each, of which the median counts
SERIES = (1, 4, 16)
CROWD = 6  # writers of one series
TITLES = {
    "single": "a transaction per invoice",
    "ledger": "Facturier",
    "ledger_unqueued": "without its queue",
}
PLOT = HOME / "docs/ledger-bench.svg"
HASH = "0" * 64
_FILES: tuple[FileType, ...] = ("pdf", "xml")

Way = Recipe | Batches
Rates = dict[tuple[str, int, int], float]
"""Documents per second by way, series and writers."""


def measures() -> list[Measure]:
    """Measure speed and capacity, and draw the plot."""
    with emulated() as emulator:
        return [*_speed(emulator), *capacity_of(emulator)]


# Speed


def _speed(emulator: Emulator) -> list[Measure]:
    issue = app("issue_document")
    ways: dict[str, Way] = {"single": Recipe(), "ledger": Batches(issue)}
    rates = _compared(emulator, ways, series=1, writers=1)
    crowded = ways | {"ledger": Doorbells(issue), "ledger_unqueued": Batches(issue)}
    rates |= _compared(emulator, crowded, series=1, writers=CROWD)
    for series in SERIES[1:]:
        rates |= _compared(emulator, ways, series=series, writers=series)
    near = _compared(emulator, ways, series=1, writers=1, away=0)
    PLOT.write_text(_drawn(rates))
    return [*_rates(rates), *_ratios(rates, near)]


def _drawn(rates: Rates) -> str:
    places = {(1, CROWD): "1, six writers"} | {(n, n): f"{n}" for n in SERIES}
    lines = {
        title: {places[size]: rates[way, *size] for size in places if (way, *size) in rates}
        for way, title in TITLES.items()
    }
    title = "documents per second, by series that issue at once, a writer each"
    return plot.svg(title, list(places.values()), lines)


def _compared(
    emulator: Emulator, ways: dict[str, Way], *, series: int, writers: int, away: float = AWAY
) -> Rates:
    """Give documents per second of each, the median of runs that take turns."""
    runs: dict[str, list[float]] = {name: [] for name in ways}
    named = [Series(seller=f"shop-{n}", kind="invoice") for n in range(series)]
    for _ in range(TIMES):
        for name, way in ways.items():
            each = max(4, 24 // series) if name == "single" else BATCH * max(1, 4 // series)
            fresh(emulator)
            with _distance(away):
                runs[name].append(per_second(way, named, writers=writers, each=each))
    return {(name, series, writers): statistics.median(found) for name, found in runs.items()}


@contextmanager
def _distance(away: float) -> Iterator[None]:
    """Let the emulator's tables and queues be so many seconds away from product code."""

    def wait(**_: object) -> None:
        time.sleep(away)

    for client in (aws.dynamodb(), aws.sqs()):
        client.meta.events.register("before-send", wait)
    yield
    for client in (aws.dynamodb(), aws.sqs()):
        client.meta.events.unregister("before-send", wait)


def _rates(rates: Rates) -> list[Measure]:
    found = []
    for (way, series, writers), rate in rates.items():
        suffix = "" if (series, writers) == (1, 1) else f"_{series}_series_{writers}_writers"
        how = f"median of {TIMES}, each call {AWAY * 1000:g} ms away"
        found.append(Measure(f"{way}_documents_per_s{suffix}", rate, "1/s", how, better="higher"))
    return found


def _ratios(rates: Rates, near: Rates) -> list[Measure]:
    def ratio(of: Rates, writers: int = 1, way: str = "ledger") -> float:
        return of[way, 1, writers] / of["single", 1, writers]

    queued = "six ring at one series' FIFO queue and listen there; six of the recipe at one counter"
    how = f"one series, one writer, batches of {BATCH}, each call {AWAY * 1000:g} ms away"
    return [
        Measure("ledger_batch_vs_single", ratio(rates), "times", how, 6.0, "higher"),
        Measure("ledger_batch_vs_single_6_writers", ratio(rates, CROWD), "times", queued),
        Measure(
            "ledger_batch_vs_single_6_writers_unqueued",
            ratio(rates, CROWD, "ledger_unqueued"),
            "times",
            "the same six rings answered at once, which the queue never lets happen",
        ),
        Measure("ledger_batch_vs_single_no_distance", ratio(near), "times", "calls on loopback"),
    ]


# Capacity


def capacity_of(emulator: Emulator) -> list[Measure]:
    """Count what an invoice of 5 lines writes, reads and stores."""
    fresh(emulator)
    reads = Reads()
    reads.listen()
    steps = _steps()
    units = {step.name: step.units / BATCH for step in steps}
    mailed, read = units.pop("claim") + units.pop("send"), reads.units / BATCH
    written = sum(units.values())
    kept = (capacity.stored_bytes(steps[-1].after) - capacity.stored_bytes(steps[0].before)) / BATCH
    year = kept / capacity.GB * STORED_USD * 12
    dollars = 1000 * ((written + mailed) * WRITE_USD + read * READ_USD + year)
    parts = ", ".join(f"{name} {each:.3g}" for name, each in units.items())
    how = f"items of {BATCH} orders of 5 lines, accepted to done, indexes included: {parts}"
    price = "us-east-1, on demand; its mail, a year of storage and its recovery included"
    return [
        Measure("write_units_5_lines", written, "units", how, goal=12.0),
        Measure("write_units_of_a_mail", mailed, "units", "its claim and its outcome"),
        Measure("read_units_5_lines", read, "units", "every read of the same way"),
        Measure("stored_bytes_5_lines", kept, "bytes", "items and index entries left at the end"),
        Measure("dynamodb_usd_per_1000_invoices", dollars, "USD", price),
    ]


def _steps() -> list[Step]:
    """Bring a full batch of orders from acceptance until nothing is left to do, by product code."""
    series = Series(seller="atelier", kind="invoice")
    sellers().save(seller())
    key = ApiKey.of("fk_bench", "atelier", ["orders:write"], at=datetime.now(UTC))
    keys().save(key)
    asked = [a_request(series, f"{n:05d}") for n in range(BATCH)]
    number, render, claimed = app("issue_document"), app("render_document"), list[Notice]()
    sweep = partial(app("sweep_requests").push_documents, asked[-1].key)
    return [
        _step("accept", lambda: _accept(asked)),
        _step("check", lambda: _check(asked)),
        _step("number", lambda: number.number_all([asked[0].key]), in_transaction=True),
        _step("store", lambda: _store_all(series, render)),
        _step("claim", lambda: claimed.extend(_claim_all(series))),
        _step("send", lambda: _send_all(claimed)),
        _step("sweep", sweep),
    ]


def _step(name: str, work: Callable[[], object], *, in_transaction: bool = False) -> Step:
    before = capacity.tables()
    work()
    return Step(name, in_transaction, before, capacity.tables())


def _accept(asked: Sequence[Request]) -> None:
    for each in asked:
        key = keys().find(key_hash("fk_bench"))
        sellers().read(key.seller if key else "")
        inbox().accept(each.model_copy(update={"state": "RECEIVED"}))


def _check(asked: Sequence[Request]) -> None:
    for each in asked:
        inbox().decide(inbox().read(each.key).ready())


def _store_all(series: Series, render: Any) -> None:  # noqa: ANN401  the function's module
    """Let RenderDocument record its files; neither they nor messages are DynamoDB's."""
    render._store = _stored  # noqa: SLF001
    render.queues = SimpleNamespace(Render=queues.Render, deliver=lambda _: None)
    year = book().head(series).year
    for n in range(1, BATCH + 1):
        asked = queues.Render(place=Place(series=series, year=year, n=n))
        render.render(SQSRecord({"body": asked.model_dump_json()}))


def _claim_all(series: Series) -> Iterator[Notice]:
    """Attempt the mail of each invoice."""
    year, now = book().head(series).year, datetime.now(UTC)
    for n in range(1, BATCH + 1):
        [owed] = documents.mails(book().entry(Place(series=series, year=year, n=n)))
        claimed = owed.claim(uuid4().hex, now)
        notices_table.claim(owed, claimed)
        yield claimed


def _send_all(claimed: Sequence[Notice]) -> None:
    """Write down that SES took each mail."""
    for notice in claimed:
        notices_table.move(notice, notice.sent("0" * 60))


def _stored(entry: Entry, document: Invoice) -> Stored:
    place, number = entry.place, document.number
    files = {
        kind: File(key=object_key(place, number, "2", kind), version="v" * 32, sha256=HASH, size=1)
        for kind in _FILES
    }
    return Stored(place=place, number=number, template_version="2", **files)
