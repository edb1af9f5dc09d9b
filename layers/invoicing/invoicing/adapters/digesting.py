"""The facts of a seller's digest: what waits, what was issued and paid, who was reminded."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from invoicing import digests, settings
from invoicing.adapters import tasks_list
from invoicing.adapters.ledger import ledger_pages
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import notices_table, reconciliations_table
from invoicing.digests import Digest, Row, Span
from invoicing.errors import NotFoundError
from invoicing.ledger import Kind, Series
from invoicing.parties import Seller

_LATEST = timedelta(days=14)
"""How long after its day a report may be made: Stripe was away, or an earlier day differed."""

_KINDS: tuple[Kind, ...] = ("invoice", "credit_note", "receipt", "late_payment")


def digest(seller: Seller, span: Span) -> Digest:
    """Read what a digest tells."""
    waiting, mark = tasks_list.page(seller, after=None, limit=digests.MOST_COUNTED)
    documents = chain.from_iterable(_documents(kind, span) for kind in _KINDS)
    return digests.make(
        span,
        waiting,
        chain(documents, _payouts(seller, span)),
        more=mark is not None,
        reminders=notices_table.reminders(seller.id, begin=span.since, end=span.until),
    )


def _documents(kind: Kind, span: Span) -> Iterator[Row]:
    series = Series(seller=span.seller, kind=kind)
    table, until = settings.get("LEDGER_TABLE"), book().head(series)
    found = ledger_pages.issued(table, series, until=until, begin=span.since, end=span.until)
    return map(digests.row, found)


def _payouts(seller: Seller, span: Span) -> Iterator[Row]:
    """Walk over what Stripe paid out by the reports that were made meanwhile."""
    day = seller.day(span.since) - _LATEST
    while day < span.day:
        try:
            report = reconciliations_table.report(seller.id, day)
        except NotFoundError:
            report = None
        for total in report.account if report and span.since <= report.made_at < span.until else ():
            if total.paid_out:
                yield Row(kind="payout", count=1, amount=total.paid_out)
        day += timedelta(days=1)
