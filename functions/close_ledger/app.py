"""One seller's books: every day, month and year that has ended is added up, signed and sealed."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from invoicing import closings, tallies
from invoicing.adapters import queues
from invoicing.adapters.ledger import signing
from invoicing.adapters.ledger.closed_books import Standing, closed_books
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.closings import KINDS, ClosingDraft, SigningKey
from invoicing.errors import OvertakenError
from invoicing.habits import Sightings
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod
from invoicing.telemetry import by_itself, logger, metrics, tracer

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

TRIES = 10  # one that lost its race reads and signs again
RESERVE = 300_000  # milliseconds that a large day may take; with less, another invocation goes on
processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def close(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Close one period after the other while there is one that has ended, and time for it."""
    asked = queues.Close.model_validate_json(record.body)
    seller = sellers().read(asked.seller)
    while close_next(seller, asked.at):
        if lambda_context.get_remaining_time_in_millis() < RESERVE:
            return queues.close(seller.id, asked.at)
    return None


def close_next(seller: Seller, at: datetime) -> bool:
    """Close the next period; say whether there was one."""
    for _ in range(TRIES - 1):
        with suppress(OvertakenError):
            return _close(seller, at)
    return _close(seller, at)


def _close(seller: Seller, at: datetime) -> bool:
    standing = closed_books().standing(seller.id)
    period = closings.upcoming(seller, standing.closing, list(standing.heads.values()))
    if not period or not closings.has_ended(period, seller, at=at):
        return False
    signer = signing.signer()
    draft = _draft(period, seller, standing, key=signer.key, at=at)
    if not draft:
        logger.warning("files are waited for", seller=seller.id, period=period.name)
        return False
    batch = closings.seal(draft, after=standing.closed, at=at)
    closed_books().append(batch, signer.sign(batch.head.hash), after=standing)
    logger.info("books closed", seller=seller.id, period=period.name, hash=batch.head.hash)
    return True


def _draft(
    period: CivilPeriod, seller: Seller, standing: Standing, *, key: SigningKey, at: datetime
) -> ClosingDraft | None:
    """Add up a period; None while files of its documents are waited for.

    What a day tells of its seller is kept for the guard, once, however often it is added up.
    """
    books, before = closed_books(), standing.closing
    if period.level != "day":
        earlier = (signed.closing for signed in books.back_from(standing.last))
        return closings.whole(period, seller, closings.parts(period, earlier), key)
    _, ends = closings.bounds(period, seller, before)
    sightings = Sightings(period.first)
    tallied = [books.tally(standing, kind, sightings, ends=ends) for kind in KINDS]
    if not tallies.may_close(tallied, ended=at - ends):
        return None
    watch_table.learn(seller.id, sightings.seen, tallies.counted(tallied))
    return tallies.day(period, seller, tallied, before=before, key=key)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Close the books of the sellers of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=close, processor=processor, context=context
    )
