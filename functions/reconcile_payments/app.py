"""Once an hour: what Stripe's balance knows and no webhook told; once a day, the two compared."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import takewhile

from invoicing import refunds
from invoicing.adapters import casework, queues, schedule, secrets
from invoicing.adapters.operations import reconciliations_table, refunds_table
from invoicing.adapters.operations.reconciliations_table import Cursor
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.stripe import audits, bookings
from invoicing.adapters.stripe.audits import Account
from invoicing.adapters.stripe.history import History
from invoicing.errors import FacturierError, NotFoundError
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod
from invoicing.reconciliations import Reconciliation
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes import EventBridgeEvent, event_source
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from stripe import StripeError

FIRST_LOOK = timedelta(days=90)  # back, at an account that was never read to the end
OVERLAP = timedelta(hours=1)  # what Stripe books late is read once more
SETTLING = timedelta(hours=3)  # after a day's end, for webhooks that are on their way
PATIENCE = timedelta(hours=12)  # after a day's end; what differs then is told to a person


class NotAllReconciledError(FacturierError):
    """Some accounts could not be read; the log says which, and the next run tries them again."""


def catch_up(account: Account, cursor: Cursor, at: datetime) -> None:
    """Record all that was booked since the last look and is not in the journal.

    No message is trusted with it: the account is not read so far back a second time.
    """
    begin, seller = cursor.until - OVERLAP, account.seller
    found = audits.unrecorded(account, begin=begin, end=at)
    for history in found:
        _take_in(seller, history, at)
    for about in bookings.happened(account.secrets, begin=begin, end=at):
        queues.payment(queues.PaymentHint(seller=seller.id, type="reconciliation", object=about))
    if found:
        metrics.add_metric(name="PaymentsFound", unit=MetricUnit.Count, value=len(found))
    logger.info("account read", seller=seller.id, found=len(found))


def _take_in(seller: Seller, history: History, at: datetime) -> None:
    """Record a payment; one whose invoice is not in these books is a difference of its day."""
    try:
        casework.take_in(seller, history, at=at)
    except NotFoundError:
        logger.exception("paid is what was not issued here", seller=seller.id, of=history.intent)


def keep(report: Reconciliation, account: Account, at: datetime) -> bool:
    """Keep the report of a day and count what differs.

    False if something differs that a later run may find recorded.
    """
    ended = CivilPeriod("day", report.day).ends(account.seller.timezone)
    if report.different and at < ended + PATIENCE:
        return False
    reconciliations_table.save(report)
    _give_back(account.seller, report, ended, at)
    if report.different:
        metrics.add_metric("ReconciliationDifferences", MetricUnit.Count, report.different)
    logger.info(
        "day reconciled", seller=report.seller, day=f"{report.day}", different=report.different
    )
    return True


def _give_back(seller: Seller, report: Reconciliation, ended: datetime, at: datetime) -> None:
    """Owe buyers what Stripe holds of them for nothing, if their seller wants that."""
    if seller.overpayments != "refunded":
        return
    owed = (refunds.of_holding(each, seller=seller.id, at=at) for each in report.lay_before(ended))
    for refund in filter(None, owed):
        refunds_table.accept(refund)


def _days(cursor: Cursor, account: Account, at: datetime) -> Iterator[date]:
    """Walk over the days that are over and have no report yet."""
    last = account.seller.day(at - SETTLING) - timedelta(days=1)
    day = cursor.day
    while day < last:
        day += timedelta(days=1)
        yield day


def _follow(account: Account, at: datetime) -> None:
    seller = account.seller
    yesterday = seller.day(at) - timedelta(days=1)
    never = Cursor(until=at - FIRST_LOOK, day=yesterday)
    cursor = reconciliations_table.cursor(seller.id) or never
    catch_up(account, cursor, at)
    refunds_table.queue_waiting(seller.id)
    found = audits.reports(account, _days(cursor, account, at), at=at)
    kept = [report.day for report in takewhile(lambda report: keep(report, account, at), found)]
    day = kept[-1] if kept else cursor.day
    reconciliations_table.move(seller.id, Cursor(until=at, day=day))


def _followed(seller_id: str, at: datetime) -> bool:
    try:
        known = secrets.stripe(seller_id)
        if known:
            _follow(Account(sellers().read(seller_id), known), at)
    except (StripeError, ClientError, FacturierError):
        logger.exception("account not read", seller=seller_id)
        return False
    return True


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
@event_source(data_class=EventBridgeEvent)
def handler(event: EventBridgeEvent, _: LambdaContext) -> None:
    """Read every seller's account at the event's own time; one that fails keeps nobody waiting."""
    at = schedule.moment(event.time)
    failed = [each for each in sellers().ids() if not _followed(each, at)]
    if failed:
        raise NotAllReconciledError(len(failed))
