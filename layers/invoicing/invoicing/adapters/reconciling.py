"""A seller's account at Stripe, read on from where the last run stopped, and its days compared.

Two runs may read the same account at once: a message comes twice, or late. What is recorded is
recorded once, the first report of a day stands, and the cursor moves on from where it was read.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import takewhile

from aws_lambda_powertools.metrics import MetricUnit

from invoicing import refunds
from invoicing.adapters import casework, queues
from invoicing.adapters.operations import reconciliations_table, refunds_table
from invoicing.adapters.operations.reconciliations_table import Cursor
from invoicing.adapters.stripe import audits, bookings
from invoicing.adapters.stripe.audits import Account
from invoicing.adapters.stripe.history import History
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod
from invoicing.reconciliations import Reconciliation
from invoicing.telemetry import logger, metrics

FIRST_LOOK = timedelta(days=90)  # back, at an account that was never read to the end
OVERLAP = timedelta(hours=1)  # what Stripe books late is read once more
SETTLING = timedelta(hours=3)  # after a day's end, for webhooks that are on their way
PATIENCE = timedelta(hours=12)  # after a day's end; what differs then is told to a person


def read_on(account: Account, at: datetime) -> None:
    """Record what was booked up to a moment, and keep the reports of the days that are over.

    Nothing is left to do where another run has read as far.
    """
    seller = account.seller
    read = reconciliations_table.cursor(seller.id)
    if read and read.until >= at:
        return
    begin = read or _never(seller, at)
    _catch_up(account, begin, at)
    refunds_table.queue_waiting(seller.id)
    found = audits.reports(account, _days(begin, account, at), at=at)
    kept = [report.day for report in takewhile(lambda report: _keep(report, account, at), found)]
    day = kept[-1] if kept else begin.day
    with suppress(OvertakenError):  # by another run, and the next one begins where that ended
        reconciliations_table.move(seller.id, read, Cursor(until=at, day=day))


def _never(seller: Seller, at: datetime) -> Cursor:
    return Cursor(until=at - FIRST_LOOK, day=seller.day(at) - timedelta(days=1))


def _catch_up(account: Account, cursor: Cursor, at: datetime) -> None:
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


def _days(cursor: Cursor, account: Account, at: datetime) -> Iterator[date]:
    """Walk over the days that are over and have no report yet."""
    last = account.seller.day(at - SETTLING) - timedelta(days=1)
    day = cursor.day
    while day < last:
        day += timedelta(days=1)
        yield day


def _keep(report: Reconciliation, account: Account, at: datetime) -> bool:
    """Keep the report of a day that has none and count what differs.

    False if something differs that a later run may find recorded.
    """
    ended = CivilPeriod("day", report.day).ends(account.seller.timezone)
    if report.different and at < ended + PATIENCE:
        return False
    _give_back(account.seller, report, ended, at)
    if _save(report):
        _count(report)
    return True


def _save(report: Reconciliation) -> bool:
    """Keep the report of a day; False if another run's stands, which that run has counted.

    The SDK tries again what it had no answer to, and a message comes again whose worker died
    before it counted: they meet what they have kept themselves.
    """
    try:
        reconciliations_table.save(report)
    except OvertakenError:
        kept = reconciliations_table.report(report.seller, report.day)
        return kept.made_at == report.made_at
    return True


def _count(report: Reconciliation) -> None:
    """Count what differs, and tell at once: the report is not made again by who comes after."""
    if report.different:
        metrics.add_metric("ReconciliationDifferences", MetricUnit.Count, report.different)
        metrics.flush_metrics()
    logger.info(
        "day reconciled", seller=report.seller, day=f"{report.day}", different=report.different
    )


def _give_back(seller: Seller, report: Reconciliation, ended: datetime, at: datetime) -> None:
    """Owe buyers what Stripe holds of them for nothing, if their seller wants that."""
    if seller.overpayments != "refunded":
        return
    owed = (refunds.of_holding(each, seller=seller.id, at=at) for each in report.lay_before(ended))
    for refund in filter(None, owed):
        refunds_table.accept(refund)
