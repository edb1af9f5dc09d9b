"""Once an hour: whose next reminder is due, page by page, a message for each buyer.

The schedule asks for the first page of sellers. Each page is a message of its own, so a crash at
any of them repeats that one alone, and nobody's memory holds more than a page. What is asked for
twice is claimed once.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing.adapters import queues, schedule
from invoicing.adapters.operations import agenda_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import PlanReminders, Remind
from invoicing.telemetry import logger, metrics, tracer

PAGE = 500  # keys of the index; about a second's work
processor = BatchProcessor(event_type=EventType.SQS)


def plan(record: SQSRecord) -> None:
    """Look through one page, and ask for the next one when all of it is asked for."""
    asked = PlanReminders.model_validate_json(record.body)
    after = _ask_buyers(asked, asked.seller) if asked.seller else _ask_sellers(asked)
    if after:
        queues.plan_reminders(asked.model_copy(update={"after": after}))


def _ask_sellers(asked: PlanReminders) -> dict[str, str] | None:
    page = sellers().page(asked.after, limit=PAGE)
    queues.plan_each(PlanReminders(at=asked.at, seller=each) for each in page.ids)
    return page.after


def _ask_buyers(asked: PlanReminders, seller_id: str) -> dict[str, str] | None:
    page = agenda_table.due_page(seller_id, at=asked.at, after=asked.after, limit=PAGE)
    queues.remind_each(Remind(seller=seller_id, buyer=each, at=asked.at) for each in page.buyers)
    if page.buyers:
        logger.info("reminders due", seller=seller_id, buyers=len(page.buyers))
    return page.after


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Begin at a schedule's own time, or look through the pages of a batch."""
    if "Records" not in event:
        begun = PlanReminders(at=schedule.moment(event["time"]))
        return queues.plan_reminders(begun)
    return process_partial_response(
        event=event, record_handler=plan, processor=processor, context=context
    )
