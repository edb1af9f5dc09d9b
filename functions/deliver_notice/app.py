"""One notice, one mail: claimed, sent at most once, and its outcome written down."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from invoicing import notices, settings
from invoicing.adapters import queues, reminding, unreached
from invoicing.adapters.mails import correspondence
from invoicing.adapters.mails.mailer import (
    Mailer,
    OutcomeUnknownError,
    RefusedError,
    ThrottledError,
)
from invoicing.adapters.mails.mime import HeaderError
from invoicing.adapters.mails.reminder_facts import NotDrawnError
from invoicing.adapters.operations import notices_table, returns_table
from invoicing.errors import NotStoredError, OvertakenError
from invoicing.notices import Notice
from invoicing.telemetry import by_itself, logger, metrics, tracer, write_under

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)  # SQS delays no longer
MOMENT = timedelta(seconds=30)  # until the files that are being stored are there
processor = BatchProcessor(event_type=EventType.SQS)


@cache
def mailer() -> Mailer:
    """Give the way out."""
    return Mailer(
        endpoint=settings.optional("SES_ENDPOINT"),
        configuration_set=settings.get("CONFIGURATION_SET"),
    )


@by_itself
def deliver(record: SQSRecord) -> None:
    """Deliver a notice whose attempt is due; one whose sender vanished is in doubt for a while.

    A document's first attempt makes its notice. Another worker's claim is left alone: the sweeper
    asks again until its lease is over.
    """
    key = queues.Deliver.model_validate_json(record.body).notice
    notice = notices_table.find(key) or correspondence.owed(key)
    write_under(notice.trail)
    at = datetime.now(UTC)
    if notices.is_lost(notice, at):
        _end(notice, notice.doubted("the sender vanished before it saw SES's answer", at))
    elif notice.may_be_sent(at) and reminding.is_time(notice, at):
        _attempt(notice, at)


def _attempt(notice: Notice, at: datetime) -> None:
    """Write the mail, claim the notice, send: in this order, so that a claim means a mail."""
    if returns_table.holds(notice.key.seller, notice.recipient):
        return _end(notice, notice.ended("REFUSED", "the address gave a mail back"))
    try:
        letter = correspondence.letter(notice)
    except NotStoredError:
        return queues.deliver(notice.key, after=MOMENT)
    except NotDrawnError:
        return queues.draw(notice.key)
    except HeaderError as error:
        return _end(notice, notice.ended("REFUSED", str(error)))
    if not letter:
        return _end(notice, notice.ended("CANCELLED", "nothing is open any more, or it is frozen"))
    claimed = notice.claim(uuid4().hex, at)
    notices_table.claim(notice, claimed)
    return _end(claimed, _sent(claimed, letter))


def _sent(claimed: Notice, letter: bytes) -> Notice:
    """Send what is claimed; give the notice as it ended."""
    tags = {"notice": claimed.key.tag, "attempt": str(claimed.attempt)}
    try:
        ses_id = mailer().send(letter, to=claimed.recipient, tags=tags)
    except RefusedError as error:
        return claimed.ended("REFUSED", f"SES refused it: {error}")
    except OutcomeUnknownError as error:
        return claimed.doubted(str(error), datetime.now(UTC))
    except ThrottledError:
        return claimed.put_off(datetime.now(UTC) + _pause(claimed))
    return claimed.sent(ses_id)


def _pause(notice: Notice) -> timedelta:
    return min(PAUSE * notice.attempt, LONGEST_PAUSE)


def _end(before: Notice, after: Notice) -> None:
    """Write the outcome down, unless SES was quicker to tell that it took the mail."""
    try:
        unreached.ended(before, after)
    except OvertakenError:
        if not notices_table.read(before.key).is_out:
            raise
        return logger.info("notice moved by what SES told", notice=str(before.key))
    if after.state == "QUEUED":
        queues.deliver(after.key, after=_pause(after))
    if after.state in {"REFUSED", "UNKNOWN"}:
        metrics.add_metric(name="NoticesNotDelivered", unit=MetricUnit.Count, value=1)
    return logger.info("notice moved", notice=str(after.key), state=after.state)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Deliver the notices of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=deliver, processor=processor, context=context
    )
