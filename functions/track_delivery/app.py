"""What SES tells of a mail moves its notice: taken, delivered, bounced, complained about."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from invoicing import returns
from invoicing.adapters import items, unreached
from invoicing.adapters.mails.ses_events import Event
from invoicing.adapters.operations import freezes_table, notices_table, returns_table
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.freezes import Freeze
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

TRIES = 5
# SES publishes this text once to see whether it may; it is about no mail, and no JSON.
TRIAL = "Successfully validated SNS topic for Amazon SES event publishing."
processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def track(record: SQSRecord) -> None:
    """Learn an event; one of a notice that is not here, after a restore, is of use to nobody.

    Events and the sender's answer come within moments, so who is overtaken looks again at once.
    """
    if record.body == TRIAL:
        return logger.info("SES reaches the topic")
    event = Event.model_validate_json(record.body)
    for tries_left in reversed(range(TRIES)):
        try:
            return _move(event)
        except NotFoundError:
            logger.warning("event of an unknown notice", notice=str(event.notice), type=event.type)
            return None
        except OvertakenError:
            if not tries_left:
                raise
    return None


def _move(event: Event) -> None:
    """Move the notice that an event is about, unless something stronger is known of it.

    An event of an earlier attempt counts as much: the mail says the same and went the same way.
    """
    before = notices_table.read(event.notice)
    write_under(before.trail)
    after = before.told(event.news(datetime.now(UTC)))
    if after == before:
        return None
    if after.state == before.state:  # only when it was delivered was learnt
        return notices_table.move(before, after)
    notices_table.move(before, after, *_what_follows(after, event))
    if after.state in {"UNDELIVERED", "BOUNCED", "COMPLAINED"}:
        metrics.add_metric(name="MailsReturned", unit=MetricUnit.Count, value=1)
    return logger.info("notice moved", notice=str(after.key), state=after.state)


def _what_follows(notice: Notice, event: Event) -> list[items.Action]:
    """Give the writes that go with it: whom not to write to again, whom instead, and the freeze.

    Nobody is reminded of what may never have reached him, until a mail to the other address did.
    """
    if event.never_left and not notice.fallback:
        return unreached.stopped(notice)
    follows = []
    if notice.state in returns.FINAL:
        stopped = returns.stopped(notice)
        follows.append(returns_table.keep(returns.of(notice), stopped))
    if notice.state in returns.FINAL | {"UNDELIVERED"}:
        other = notice.elsewhere(notice.since)
        if other and not notices_table.exists(other.key):
            follows.append(notices_table.queue(other))
    return [*follows, *_freezes(notice)]


def _freezes(notice: Notice) -> Iterator[items.Action]:
    """Freeze every invoice that the mail spoke of, or let them go."""
    for number in returns.stopped(notice):
        before = after = freezes_table.read(notice.key.seller, number)
        if notice.state in returns.FINAL:
            after = before.frozen(Freeze(reason="bounce", since=notice.since))
        if notice.state == "DELIVERED" and notice.key.way == "fallback":
            after = before.lifted("bounce")
        if after != before:
            yield freezes_table.move(before, after)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Learn the events of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=track, processor=processor, context=context
    )
