"""Once a day: whether all that should have been mailed yesterday was."""

from datetime import datetime, timedelta

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import ValidationError

from invoicing.adapters import schedule, watching
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import FacturierError
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

PATIENCE = timedelta(hours=6)  # after a day's end, for what is on its way
A_DAY = timedelta(days=1)


class NotAllWatchedError(FacturierError):
    """Some sellers' mails could not be counted; the log says whose."""


def watch(seller_id: str, at: datetime) -> int:
    """Give how many mails of a seller's last day, or reminders, are not accounted for."""
    seller = sellers().read(seller_id)
    day = (at - PATIENCE).astimezone(seller.timezone).date() - A_DAY
    tally = watching.tally(seller, day)
    paused = watch_table.is_paused(seller_id)  # and reminds nobody meanwhile
    overdue = 0 if paused else watching.overdue(seller, before=at - A_DAY)
    counts = plain(tally) | {"overdue": overdue}
    logger.info("deliveries counted", seller=seller_id, day=f"{day}", counts=counts)
    return tally.lacking + overdue


def _watched(seller_id: str, at: datetime) -> int | None:
    try:
        return watch(seller_id, at)
    except (FacturierError, ClientError, ValidationError):
        logger.exception("not watched", seller=seller_id)
        return None


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _: LambdaContext) -> None:
    """Count every seller's mails at the event's own time."""
    at = schedule.moment(event.time)
    found = [_watched(seller_id, at) for seller_id in sellers().ids()]
    lacking = sum(each or 0 for each in found)
    metrics.add_metric(name="MailsMissing", unit=MetricUnit.Count, value=lacking)
    if None in found:
        raise NotAllWatchedError(found.count(None))
