from datetime import UTC, datetime, timedelta

import pytest

from invoicing.adapters.ledger import ledger_pages, ledger_table
from invoicing.adapters.ledger.ledger_table import book
from invoicing.ledger import Series
from tests.books import issue_receipt

pytestmark = pytest.mark.usefixtures("deployed")

RECEIPTS = Series(seller="atelier", kind="receipt")
NEW_YEAR = datetime(2026, 12, 31, 23, tzinfo=UTC)  # in Paris
HOUR = timedelta(hours=1)


@pytest.fixture
def times(monkeypatch):
    """Receipts around New Year, three of a partition; give when each was issued."""
    for module in (ledger_table, ledger_pages):
        monkeypatch.setattr(module, "PER_PARTITION", 3)
    hours = [-40, -30, -30, -20, -3, -2, -1, 0, 0, 1, 5, 24, 30, 31]
    times = [NEW_YEAR + each * HOUR for each in hours]
    return [issue_receipt(payment=f"pi_{n}", at=at).at for n, at in enumerate(times)]


def issued(begin, end):
    head = book().head(RECEIPTS)
    walked = ledger_pages.issued("Ledger", RECEIPTS, until=head, begin=begin, end=end)
    return [each.at for each in walked]


def test_the_documents_of_any_time_are_found_and_no_others(times):
    moments = [NEW_YEAR + each * HOUR for each in (-50, -40, -30, -25, -2, 0, 1, 6, 24, 31, 40)]

    for begin in moments:
        for end in moments:
            assert issued(begin, end) == [at for at in times if begin <= at < end]


def test_a_series_without_documents_has_none():
    assert issued(NEW_YEAR, NEW_YEAR + HOUR) == []
