"""Once an hour: whose next reminder is due, page by page, a message for each buyer.

A seller's agenda is walked over as the sellers are, a message for each page. What is asked for
twice is claimed once.
"""

from typing import Any

from invoicing.adapters import queues, rounds
from invoicing.adapters.operations import agenda_table
from invoicing.adapters.queues import Remind, Round
from invoicing.telemetry import by_itself, logger, metrics, tracer

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

PAGE = 500  # keys of the index; about a second's work
processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def plan(record: SQSRecord) -> None:
    """Look through a page of sellers, or of one's agenda."""
    asked = Round.model_validate_json(record.body)
    if not asked.seller:
        return rounds.walk("PLAN_QUEUE", asked)
    return _ask_buyers(asked, asked.seller)


def _ask_buyers(asked: Round, seller_id: str) -> None:
    """Ask for the buyers of a page, and for the next one when all of it is asked for."""
    page = agenda_table.due_page(seller_id, at=asked.at, after=asked.after, limit=PAGE)
    queues.remind_each(Remind(seller=seller_id, buyer=each, at=asked.at) for each in page.buyers)
    if page.buyers:
        logger.info("reminders due", seller=seller_id, buyers=len(page.buyers))
    if page.after:
        queues.go_round("PLAN_QUEUE", [asked.model_copy(update={"after": page.after})])


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Begin at a schedule's own time, or look through the pages of a batch."""
    if "Records" not in event:
        return rounds.begin("PLAN_QUEUE", event["time"])
    return process_partial_response(
        event=event, record_handler=plan, processor=processor, context=context
    )
