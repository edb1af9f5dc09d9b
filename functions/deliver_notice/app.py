"""One notice, one mail: claimed, sent at most once, and its outcome written down."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import notices, settings
from invoicing.adapters import correspondence, notices_table, queues
from invoicing.adapters.mailer import Mailer, OutcomeUnknownError, RefusedError, ThrottledError
from invoicing.adapters.mime import HeaderError
from invoicing.notices import Notice
from invoicing.telemetry import logger, metrics, tracer

QUICK_TRIES = 4  # then it is left to the sweeper, and its message does not end as a dead letter
processor = BatchProcessor(event_type=EventType.SQS)


@cache
def mailer() -> Mailer:
    """Give the way out."""
    return Mailer(
        endpoint=settings.optional("SES_ENDPOINT"),
        configuration_set=settings.get("CONFIGURATION_SET"),
    )


def deliver(record: SQSRecord) -> None:
    """Deliver a notice that is queued; one whose sender vanished is marked, not sent again.

    Another worker's claim is left alone: the sweeper asks again until its lease is over.
    """
    notice = notices_table.read(queues.Deliver.model_validate_json(record.body).notice)
    at = datetime.now(UTC)
    if notices.is_lost(notice, at):
        _end(notice, notice.ended("UNKNOWN", "the sender vanished before it saw SES's answer"))
    if notice.state == "QUEUED":
        _end(*_sent(notice, at))


def _sent(notice: Notice, at: datetime) -> tuple[Notice, Notice]:
    """Claim and send; give the notice as claimed and as it ended."""
    try:
        letter = correspondence.letter(notice)
    except HeaderError as error:
        return notice, notice.ended("REFUSED", str(error))
    if not letter:
        return notice, notice.ended("CANCELLED", "nothing is open any more, or it is frozen")
    claimed = notice.claim(at)
    notices_table.move(notice, claimed)
    tags = {"notice": notice.key.tag, "attempt": str(claimed.attempt)}
    try:
        ses_id = mailer().send(letter, to=notice.recipient, tags=tags)
    except RefusedError as error:
        return claimed, claimed.ended("REFUSED", str(error))
    except OutcomeUnknownError as error:
        return claimed, claimed.ended("UNKNOWN", str(error))
    except ThrottledError:
        if claimed.attempt <= QUICK_TRIES:
            notices_table.move(claimed, claimed.requeued())
            raise
        return claimed, claimed.requeued()
    return claimed, claimed.sent(ses_id)


def _end(before: Notice, after: Notice) -> None:
    notices_table.move(before, after)
    if after.state in {"REFUSED", "UNKNOWN"}:
        metrics.add_metric(name="NoticesNotDelivered", unit=MetricUnit.Count, value=1)
    logger.info("notice moved", notice=str(after.key), state=after.state)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Deliver the notices of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=deliver, processor=processor, context=context
    )
