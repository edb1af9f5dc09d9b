"""The one place where a number is given: a doorbell rings and all that is READY is numbered."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

from invoicing import drafts, guard, ledger, requests
from invoicing.adapters import queues
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import OvertakenError
from invoicing.invoices import Draft
from invoicing.ledger import Head, Series
from invoicing.telemetry import by_itself, logger, metrics, tracer, write_under

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSEvent, SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

TRIES = 3  # a reader who lost the race reads again before he leaves it to the queue
processor = SqsFifoPartialProcessor(skip_group_on_error=True)  # a series waits for itself alone


@by_itself
def issue(record: SQSRecord, rung: dict[Series, list[requests.Key]]) -> None:
    """Issue what rang at a series' door, with whatever else waits there.

    The first ring of a series answers for the others of its batch: each would read as much again.
    """
    named = rung.pop(_named(record).series, None)
    if not named:
        return None
    for _ in range(TRIES - 1):
        with suppress(OvertakenError):
            return number_all(named)
    return number_all(named)


def _named(record: SQSRecord) -> requests.Key:
    return queues.Doorbell.model_validate_json(record.body).request


def number_all(named: list[requests.Key]) -> None:
    """Issue batch after batch until nothing waits in the series of these requests."""
    while number_some(named):
        pass


def number_some(named: list[requests.Key]) -> int:
    """Issue one batch in one transaction; the index is a hint, the strong read decides."""
    series = named[0].series
    chosen = _ready([*named, *inbox().waiting(series, "READY")])[: series.batch]
    now = datetime.now(UTC)
    ready = [request for request in chosen if _stands(request.draft, now)]
    _reconsider([request for request in chosen if request not in ready])
    if not ready:
        return len(chosen)
    head = book().head(series)
    admitted = _admitted(ready, head, now)
    if not admitted:
        _reconsider(ready)  # the check holds it, and says why
        return len(chosen)
    drafts = [
        ledger.Ready(request.key.source, request.draft) for request in admitted if request.draft
    ]
    batch = ledger.seal(drafts, series, after=head, at=now)
    book().append(batch, admitted[: len(batch.entries)], after=head)
    for entry, request in zip(batch.entries, admitted, strict=False):
        write_under(request.trail)
        logger.info("document issued", number=entry.body["number"], source=entry.source)
    return len(chosen)


def _admitted(ready: list[requests.Request], head: Head, at: datetime) -> list[requests.Request]:
    """Choose what may be numbered today: no more than its seller ever issues, unless he said so."""
    series, draft = ready[0].key.series, ready[0].draft
    kind = guard.watched(series.kind)
    watch = watch_table.read(series.seller) if kind else None
    if not kind or not watch or not draft:
        return ready
    today = draft.seller.day(at)
    return guard.admitted(ready, kind, watch, head, today=today)


def _stands(draft: requests.AnyDraft | None, at: datetime) -> bool:
    """Say whether what was decided holds today, by the books and by the law of the day."""
    if isinstance(draft, Draft) and drafts.outdated(draft, at=at):
        return False
    return book().stands(draft)


def _reconsider(overtaken: list[requests.Request]) -> None:
    """Send back what another document or a new day has overtaken."""
    for request in overtaken:
        inbox().reconsider(request)
        queues.check(request.key)
        write_under(request.trail)
        logger.info("request overtaken", series=str(request.key.series), source=request.key.source)


def _ready(keys: list[requests.Key]) -> list[requests.Request]:
    """Read what is READY; what its own cause still keeps waiting is left where it is."""
    found = [request for request in inbox().read_drafts(keys) if request.state == "READY"]
    return requests.one_for_each_invoice(each for each in found if book().has_room(each.draft))


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Answer the doorbells of a batch, each series in order; one that is none fails by itself."""
    rung: dict[Series, list[requests.Key]] = defaultdict(list)
    for record in SQSEvent(event).records:
        with suppress(ValidationError):
            key = _named(record)
            rung[key.series].append(key)
    return process_partial_response(
        event=event, record_handler=partial(issue, rung=rung), processor=processor, context=context
    )
