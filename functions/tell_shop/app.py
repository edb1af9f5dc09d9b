"""A shop is told: a change becomes events, and each is tried until it arrives."""

from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from invoicing import webhooks
from invoicing.adapters import secrets
from invoicing.adapters.operations import deliveries_table
from invoicing.adapters.queues import Tell
from invoicing.adapters.webhooks import calls, happened
from invoicing.errors import OvertakenError
from invoicing.records import canonical
from invoicing.telemetry import by_itself, logger, metrics, tracer, write_under
from invoicing.webhooks import Delivery, Tried

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
def tell(record: SQSRecord) -> None:
    """Keep what is new, and try it; or try again what waits."""
    asked = Tell.model_validate_json(record.body)
    url = deliveries_table.endpoint(asked.seller)
    if not url:
        return  # the shop wants to know no more
    names = [asked.event] if asked.event else []
    if asked.subject:
        now = datetime.now(UTC)
        for event in happened.events(asked.subject, at=now):
            deliveries_table.plan(Delivery.of(event, at=now))
            names.append(event.id)
    for name in names:
        attempt(deliveries_table.read(asked.seller, name), url)


def attempt(waiting: Delivery, url: str) -> None:
    """Try once, if it is due; the next attempt is planned before this one begins."""
    at = datetime.now(UTC)
    if not waiting.is_due(at):
        return
    write_under(waiting.event.data.get("correlation_id"))
    claimed = waiting.claimed(at)
    try:
        deliveries_table.move(waiting, claimed)
    except OvertakenError:
        return  # another message of it came first
    if claimed.state == "waiting":
        after = claimed.answered(_call(claimed, url, at))
        deliveries_table.move(claimed, after)
        claimed = after
    if claimed.state == "dead":
        metrics.add_metric(name="WebhooksGivenUp", unit=MetricUnit.Count, value=1)
    event, last = claimed.event, claimed.last
    logger.info(
        "shop told" if claimed.state == "delivered" else "shop not told",
        seller=event.seller,
        webhook=event.id,
        type=event.type,
        state=claimed.state,
        answer=last and (last.status or last.error),
    )


def _call(delivery: Delivery, url: str, at: datetime) -> Tried:
    body, event = canonical(delivery.payload), delivery.event
    signed = webhooks.headers(event.id, body, secrets.webhook(event.seller), at=at)
    try:
        return Tried(at=at, status=calls.post(url, body, signed))
    except (OSError, HTTPException, calls.UnsafeEndpointError) as error:
        return Tried(at=at, error=calls.told(error))


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to the queue
    """Tell shops."""
    return process_partial_response(
        event=event, record_handler=tell, processor=processor, context=context
    )
