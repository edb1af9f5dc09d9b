"""Every minute: what a lost message left behind is set going again."""

from datetime import datetime, timedelta

from invoicing import documents, notices, refunds, requests, settings
from invoicing.adapters import queues, schedule
from invoicing.adapters.ledger import ledger_pages
from invoicing.adapters.operations import (
    deliveries_table,
    inbox_index,
    notices_table,
    refunds_table,
)
from invoicing.adapters.operations.inbox_index import Undone
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import FacturierError
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer, write_under

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import ValidationError

PATIENCE = timedelta(minutes=1)  # what is on its way is left alone
MOST_TOLD = 500  # events of one minute; the longest waiting come first
ROUND = 10  # minutes; documents, mails and refunds may wait behind others: asked for less often


class NotAllPushedError(FacturierError):
    """Some of what stands still could not be pushed; the log says what."""


def push(undone: Undone) -> None:
    """Repeat the message that should have moved this on."""
    write_under(undone.key.trail if isinstance(undone.key, requests.Key) else None)
    match undone.key:
        case notices.Key() as notice:
            queues.deliver(notice)
        case refunds.Key() as refund:
            queues.pay_back(refund, invoice=refunds_table.read(refund).invoice)
        case requests.Key() as key if undone.state == "NUMBERED":
            push_documents(key)
        case requests.Key() as key:
            push_request(inbox().read(key))
    logger.info("pushed", key=plain(undone.key), state=undone.state)


def _pushed(undone: Undone) -> bool:
    """Push one; what cannot be read keeps nothing behind it waiting."""
    try:
        push(undone)
    except (FacturierError, ClientError, ValidationError):
        logger.exception("not pushed", key=plain(undone.key), state=undone.state)
        return False
    return True


def _stands_still(undone: Undone, waited: timedelta) -> bool:
    """Tell what somebody should have moved by now; what is held waits for a person."""
    if undone.state == "HELD" or waited <= PATIENCE:
        return False
    if isinstance(undone.key, requests.Key) and undone.state != "NUMBERED":
        return True
    in_doubt = undone.state == "UNKNOWN" and waited <= notices.GRACE
    return not in_doubt and waited // PATIENCE % ROUND in {1, 2}  # the tick of one may be lost


def push_request(request: requests.Request) -> None:
    """Repeat the message that should have moved a request on from the state in which it is."""
    match request.state:
        case "RECEIVED":
            queues.check(request.key)
        case "READY":
            queues.ring(request.key)


def push_documents(key: requests.Key) -> None:
    """Ask again for what a batch lacks: files, or the first attempt at a mail.

    Its last request stands in the list for all of it, until nothing is missing; a mail that was
    attempted stands there by itself.
    """
    span = inbox().stands_for(key)
    if not span:
        return
    found = list(ledger_pages.spanned(settings.get("LEDGER_TABLE"), key.series, span))
    unstored = [entry.place for entry, stored in found if not stored]
    owed = [each.key for entry, stored in found if stored for each in documents.mails(entry)]
    attempted = notices_table.read_all(owed)
    unsent = [each for each in owed if each not in attempted]
    for place in unstored:
        queues.render(place)
    for notice in unsent:
        queues.deliver(notice)
    if not unstored and not unsent:
        inbox().dismiss(key)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _: LambdaContext) -> None:
    """Push whatever has stood still for longer than it should, and count what is held.

    Shops are told first: of what is in the list there may be more than a minute is enough for.
    """
    at, held, failed = schedule.moment(event.time), 0, 0
    for seller, name in deliveries_table.due(until=at, most=MOST_TOLD):
        queues.tell(queues.Tell(seller=seller, event=name))
    for undone in inbox_index.undone():
        held += undone.state == "HELD"
        if _stands_still(undone, at - datetime.fromisoformat(undone.since)):
            failed += not _pushed(undone)
    metrics.add_metric(name="OrdersHeld", unit=MetricUnit.Count, value=held)
    if failed:
        raise NotAllPushedError(failed)
