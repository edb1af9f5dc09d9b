from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import ledger, openings
from invoicing.errors import RefusedError
from invoicing.ledger import BEGINNING, GENESIS
from tests.builders import CREDIT_NOTES, INVOICES, NOON, a_draft, a_place, a_seller

READY = ledger.Ready("1001", a_draft())
TODAY = NOON.date()


def opened(number="FA-2026-001042", *, after=BEGINNING, today=TODAY):
    return openings.head(openings.place(a_seller(), number), after=after, today=today)


@given(n=st.integers(1, openings.HIGHEST), count=st.integers(1, 4))
def test_the_first_document_gets_the_number_that_the_series_opened_at(n, count):
    head = opened(ledger.number(a_seller().numbers, a_place(n)))

    batch = ledger.seal([READY] * count, INVOICES, after=head, at=NOON)

    assert [entry.place.n for entry in batch.entries] == list(range(n, n + count))
    assert batch.entries[0].previous == GENESIS


def test_a_new_year_begins_at_one_whatever_the_series_opened_at():
    batch = ledger.seal([READY], INVOICES, after=opened(), at=datetime(2027, 1, 1, 12, tzinfo=UTC))

    assert batch.entries[0].body["number"] == "FA-2027-000001"


def test_the_prefix_tells_which_series_opens():
    assert openings.place(a_seller(), "AV-2026-000007") == a_place(7, series=CREDIT_NOTES)


@pytest.mark.parametrize(
    "number",
    ["1042", "FA-2026-1042", "XX-2026-001042", "FA-2026-000000", "FA-2026-100000000", "FA-26-1042"],
)
def test_what_is_no_number_of_the_seller_opens_nothing(number):
    with pytest.raises(RefusedError, match="not_a_number"):
        opened(number)


@pytest.mark.parametrize("year", [2025, 2027, 2030])
def test_only_the_year_that_is_counted_today_can_be_opened(year):
    with pytest.raises(RefusedError, match="another_year"):
        opened(f"FA-{year}-001042")


def test_the_year_is_that_of_the_sellers_own_calendar():
    assert opened("FA-2027-001042", today=date(2027, 1, 1)).n == 1041


def test_a_series_that_has_begun_opens_no_more():
    begun = ledger.seal([READY], INVOICES, after=BEGINNING, at=NOON).head

    with pytest.raises(RefusedError, match="series_begun"):
        opened(after=begun)


def test_a_series_opens_once():
    with pytest.raises(RefusedError, match="series_begun"):
        opened("FA-2026-002000", after=opened())


def test_a_head_whose_time_was_lifted_before_any_document_keeps_its_time():
    lifted = BEGINNING.model_copy(update={"at": NOON})

    assert opened(after=lifted).at == NOON
