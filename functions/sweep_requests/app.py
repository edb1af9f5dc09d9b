"""Every minute: what a lost message left behind is set going again."""

from datetime import datetime, timedelta

from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import requests
from invoicing.adapters import queues
from invoicing.adapters.operations_table import inbox
from invoicing.telemetry import logger, metrics, tracer

PATIENCE = timedelta(minutes=1)  # what is on its way is left alone


def push(key: requests.Key, state: requests.State) -> None:
    """Repeat the message that should have moved this request on."""
    match state:
        case "RECEIVED":
            queues.check(key)
        case "READY":
            queues.ring(key)
        case "NUMBERED":
            place = inbox().read(key).place
            if place:
                queues.render(place)
    logger.info("request pushed", series=str(key.series), source=key.source, state=state)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _: LambdaContext) -> None:
    """Push every request that has stood still for longer than it should."""
    before = datetime.fromisoformat(event.time) - PATIENCE
    for key, state, since in inbox().undone():
        if state != "HELD" and datetime.fromisoformat(since) < before:
            push(key, state)
