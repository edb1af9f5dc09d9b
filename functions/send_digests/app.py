"""Once an hour: in whose zone it is morning is told what waits for him and what happened."""

from datetime import datetime

from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import ValidationError

from invoicing import digests, notices
from invoicing.adapters import digesting, items, schedule
from invoicing.adapters.operations import digests_table, notices_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import FacturierError, OvertakenError
from invoicing.telemetry import logger, metrics, tracer


class NotAllToldError(FacturierError):
    """Some sellers' digests could not be made; the log says whose, and the next run tries again."""


def tell(seller_id: str, at: datetime) -> str:
    """Keep a seller's digest and owe him its mail, at once or not at all; give what was done.

    The day is claimed by the write itself: of two runs one finds it taken.
    """
    seller = sellers().read(seller_id)
    span = digests.upcoming(seller, digests_table.last(seller_id), at=at)
    if seller.digest == "none" or not span:
        return "not now"
    digest = digesting.digest(seller, span)
    notice = None if digest.is_quiet else notices.to_seller(seller, span.day, at=at)
    owed = [notices_table.queue(notice)] if notice else []
    items.write_together([digests_table.keep(digest), *owed])
    return "told" if notice else "quiet"


def _told(seller_id: str, at: datetime) -> str:
    try:
        done = tell(seller_id, at)
    except OvertakenError:
        done = "told by another run"
    except (FacturierError, ClientError, ValidationError):
        logger.exception("no digest", seller=seller_id)
        return "failed"
    logger.info("digest", done=done, seller=seller_id)
    return done


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _: LambdaContext) -> None:
    """Tell every seller whose morning it is, at the event's own time."""
    at = schedule.moment(event.time)
    done = [_told(seller_id, at) for seller_id in sellers().ids()]
    if "failed" in done:
        raise NotAllToldError(done.count("failed"))
