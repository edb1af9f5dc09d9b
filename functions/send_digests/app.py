"""Once an hour: in whose zone it is morning is told what waits for him and what happened."""

from datetime import datetime
from typing import Any

from invoicing import digests, notices
from invoicing.adapters import digesting, items, rounds
from invoicing.adapters.operations import digests_table, notices_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Round
from invoicing.errors import OvertakenError
from invoicing.telemetry import by_itself, logger, metrics, tracer

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def visit(record: SQSRecord) -> None:
    """Look through a page of sellers, or tell one of them."""
    asked = Round.model_validate_json(record.body)
    if not asked.seller:
        return rounds.walk("DIGEST_QUEUE", asked)
    try:
        done = tell(asked.seller, asked.at)
    except OvertakenError:
        done = "told by another run"
    return logger.info("digest", done=done, seller=asked.seller)


def tell(seller_id: str, at: datetime) -> str:
    """Keep a seller's digest and owe him its mail, at once or not at all; give what was done.

    The day is claimed by the write itself: of two runs one finds it taken.
    """
    seller = sellers().read(seller_id)
    span = digests.upcoming(seller, digests_table.last(seller_id), at=at)
    if seller.digest == "none" or not span:
        return "not now"
    digest = digesting.digest(seller, span)
    notice = None if digest.is_quiet else notices.to_seller(seller, span.day, at=at)
    owed = [notices_table.queue(notice)] if notice else []
    items.write_together([digests_table.keep(digest), *owed])
    return "told" if notice else "quiet"


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Begin at a schedule's own time, or go on with a round."""
    if "Records" not in event:
        return rounds.begin("DIGEST_QUEUE", event["time"])
    return process_partial_response(
        event=event, record_handler=visit, processor=processor, context=context
    )
