"""Once an hour: whose day, month or year has ended is asked to be closed, missed ones too."""

from datetime import datetime
from typing import Any

from invoicing import closings
from invoicing.adapters import queues, rounds
from invoicing.adapters.documents_bucket import anchors_bucket
from invoicing.adapters.ledger.closed_books import Signed, closed_books
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.telemetry import by_itself, logger, metrics, tracer

from aws_lambda_powertools.metrics import MetricUnit
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
    """Look through a page of sellers, or plan for one; unreadable books count as overdue."""
    asked = queues.Round.model_validate_json(record.body)
    if not asked.seller:
        return rounds.walk("CLOSINGS_QUEUE", asked)
    logger.append_keys(seller=asked.seller)
    overdue = True
    try:
        overdue = plan(asked.seller, asked.at)
    finally:
        metrics.add_metric("ClosingsOverdue", MetricUnit.Count, int(overdue))
    return None


def plan(seller_id: str, at: datetime) -> bool:
    """Ask for what a seller's books still need; say whether a closing is overdue."""
    seller, standing = sellers().read(seller_id), closed_books().standing(seller_id)
    if standing.last:
        _see_anchored(standing.last)
    period = closings.upcoming(seller, standing.closing, list(standing.heads.values()))
    if not period or not closings.has_ended(period, seller, at=at):
        return False
    queues.close(seller_id, at)
    return closings.is_overdue(period, seller, at=at)


def _see_anchored(last: Signed) -> None:
    """Repeat a message that was lost: who anchors a closing anchors those before it as well."""
    if not anchors_bucket().holds(last.anchor_key):
        queues.anchor(last.entry.place)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Begin at a schedule's own time, or go on with a round."""
    if "Records" not in event:
        return rounds.begin("CLOSINGS_QUEUE", event["time"])
    return process_partial_response(
        event=event, record_handler=visit, processor=processor, context=context
    )
