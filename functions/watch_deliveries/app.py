"""Once a day: whether all that should have been mailed yesterday was."""

from datetime import datetime, timedelta
from typing import Any

from invoicing.adapters import rounds, watching
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Round
from invoicing.records import plain
from invoicing.telemetry import by_itself, logger, metrics, tracer

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

PATIENCE = timedelta(hours=6)  # after a day's end, for what is on its way
A_DAY = timedelta(days=1)
processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def visit(record: SQSRecord) -> None:
    """Look through a page of sellers, or count one's mails."""
    asked = Round.model_validate_json(record.body)
    if not asked.seller:
        return rounds.walk("WATCH_QUEUE", asked)
    lacking = watch(asked.seller, asked.at)
    return metrics.add_metric(name="MailsMissing", unit=MetricUnit.Count, value=lacking)


def watch(seller_id: str, at: datetime) -> int:
    """Give how many mails of a seller's last day, or reminders, are not accounted for."""
    seller = sellers().read(seller_id)
    day = seller.day(at - PATIENCE) - A_DAY
    tally = watching.tally(seller, day)
    paused = watch_table.is_paused(seller_id)  # and reminds nobody meanwhile
    overdue = 0 if paused else watching.overdue(seller, before=at - A_DAY)
    counts = plain(tally) | {"overdue": overdue}
    logger.info("deliveries counted", seller=seller_id, day=f"{day}", counts=counts)
    return tally.lacking + overdue


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Begin at a schedule's own time, or go on with a round."""
    if "Records" not in event:
        return rounds.begin("WATCH_QUEUE", event["time"])
    return process_partial_response(
        event=event, record_handler=visit, processor=processor, context=context
    )
