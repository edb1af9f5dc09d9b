"""Once an hour: whose day, month or year has ended is asked to be closed, missed ones too."""

from datetime import datetime

from invoicing import closings
from invoicing.adapters import queues, schedule
from invoicing.adapters.documents_bucket import anchors_bucket
from invoicing.adapters.ledger.closed_books import Signed, closed_books
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import FacturierError
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import ValidationError


class NotAllPlannedError(FacturierError):
    """Some sellers' books could not be read; the log says whose, and the next run tries again."""


def plan(seller_id: str, at: datetime) -> bool:
    """Ask for what a seller's books still need; say whether a closing is overdue."""
    seller, standing = sellers().read(seller_id), closed_books().standing(seller_id)
    if standing.last:
        _see_anchored(standing.last)
    period = closings.upcoming(seller, standing.closing, list(standing.heads.values()))
    if not period or not closings.has_ended(period, seller, at=at):
        return False
    queues.close(seller_id, at)
    return closings.is_overdue(period, seller, at=at)


def _see_anchored(last: Signed) -> None:
    """Repeat a message that was lost: who anchors a closing anchors those before it as well."""
    if not anchors_bucket().holds(last.anchor_key):
        queues.anchor(last.entry.place)


def _planned(seller_id: str, at: datetime) -> str:
    try:
        overdue = plan(seller_id, at)
    except (FacturierError, ClientError, ValidationError):
        logger.exception("no plan", seller=seller_id)
        return "failed"
    return "overdue" if overdue else "planned"


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _: LambdaContext) -> None:
    """Plan at the event's own time; count whose closing is overdue, or cannot even be planned."""
    at = schedule.moment(event.time)
    found = [_planned(seller_id, at) for seller_id in sellers().ids()]
    late = len(found) - found.count("planned")
    metrics.add_metric(name="ClosingsOverdue", unit=MetricUnit.Count, value=late)
    if "failed" in found:
        raise NotAllPlannedError(found.count("failed"))
