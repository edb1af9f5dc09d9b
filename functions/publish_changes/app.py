"""The outbox: what changed in the tables becomes a message to the worker that follows.

What was issued never changes; whoever changed it all the same is told on.
"""

import json
from typing import Any

from invoicing import notices, refunds
from invoicing.adapters import queues
from invoicing.adapters.operations import deliveries_table
from invoicing.adapters.webhooks import subjects
from invoicing.ledger import Place
from invoicing.telemetry import by_itself, logger, metrics, tracer

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecord,
    DynamoDBRecordEventName,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

MAY_CHANGE = ("NOTICE#", "REQ#", "CASE#")  # by the filters of template.yaml, in `Operations` alone

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


@by_itself
def publish(record: DynamoDBRecord) -> None:
    """Hand on what is new: a document to the renderer, a closing, a notice, a refund.

    Who has an endpoint is told of it, and of what may change and did.
    """
    item = record.dynamodb.new_image if record.dynamodb else {}
    is_new = record.event_name == DynamoDBRecordEventName.INSERT
    if not is_new and not f"{item.get('pk')}".startswith(MAY_CHANGE):
        return _tell_of(record)
    if is_new:
        _hand_on(item)
    return _tell_shop(item)


def _hand_on(item: dict[str, Any]) -> None:
    match item.get("type"):
        case "DOC":
            _hand_on_document(Place.model_validate_json(item["place"]))
        case "NOTICE":
            _hand_on_notice(notices.Key.model_validate(json.loads(item["key"])))
        case "REFUND":
            key = refunds.Key.model_validate(json.loads(item["key"]))
            queues.pay_back(key, invoice=item["invoice"])


def _tell_shop(item: dict[str, Any]) -> None:
    seller, subject = subjects.of(item)
    if subject and deliveries_table.endpoint(seller):
        queues.tell(queues.Tell(seller=seller, subject=subject))


def _hand_on_document(place: Place) -> None:
    if place.series.kind == "closing":
        queues.anchor(place)
    else:
        queues.render(place)


def _hand_on_notice(key: notices.Key) -> None:
    if key.occasion == "reminder":
        queues.draw(key)
    else:
        queues.deliver(key)


def _tell_of(record: DynamoDBRecord) -> None:
    """Ring the alarm: no role may change the ledger, so somebody did it by force.

    The place is told and nothing of the item, which is a document with a buyer's name.
    """
    keys = record.dynamodb.keys if record.dynamodb else {}
    metrics.add_metric(name="LedgerAltered", unit=MetricUnit.Count, value=1)
    change = record.raw_event["eventName"]
    logger.error("the ledger was altered", change=change, pk=keys.get("pk"), sk=keys.get("sk"))


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to the stream
    """Publish the changes of a stream's batch."""
    return process_partial_response(
        event=event, record_handler=publish, processor=processor, context=context
    )
