from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import ledger
from invoicing.ledger import BEGINNING, GENESIS, Beginning, Entry, Head, Series
from invoicing.number_patterns import NumberPatterns
from invoicing.records import canonical, plain
from tests.builders import INVOICES, NOON, RECEIPTS, a_draft, a_place, a_seller

READY = ledger.Ready("1001", a_draft())
NEW_YEAR = datetime(2026, 12, 31, 23, tzinfo=UTC)  # in Paris
PATTERNS = NumberPatterns()

# Clocks of several machines around New Year: an hour off, a second off, and right.
CLOCKS = st.integers(-7_200, 7_200).map(lambda seconds: NEW_YEAR + timedelta(seconds=seconds))


def seal(*, count=1, after=BEGINNING, at=NOON):
    return ledger.seal([READY] * count, INVOICES, after=after, at=at)


def a_series(batches):
    """Seal one batch after the other, each of so many documents at such a time."""
    head, entries = BEGINNING, []
    for count, at in batches:
        batch = seal(count=count, after=head, at=at)
        head, entries = batch.head, entries + list(batch.entries)
    return head, entries


SERIES = st.lists(st.tuples(st.integers(1, 4), CLOCKS), min_size=1, max_size=8).map(a_series)


@given(SERIES)
def test_no_number_is_missing_and_none_is_used_twice(series):
    _, entries = series

    for year in {entry.place.year for entry in entries}:
        counted = [entry.place.n for entry in entries if entry.place.year == year]
        assert counted == list(range(1, len(counted) + 1))


@given(SERIES)
def test_neither_time_nor_year_steps_back_whatever_the_clocks_say(series):
    _, entries = series
    moments = [entry.at for entry in entries]
    years = [entry.place.year for entry in entries]

    assert moments == sorted(moments)
    assert years == sorted(years)


def test_a_batch_is_one_run_of_numbers_for_each_of_its_years():
    abroad = ledger.Ready("1002", a_draft(seller=a_seller(zone="Pacific/Noumea")))
    before = seal(count=4, at=NEW_YEAR - timedelta(hours=12)).head
    hours_early = NEW_YEAR - timedelta(hours=5)  # it is 2027 in Noumea already

    batch = ledger.seal([READY] * 3 + [abroad] * 2, INVOICES, after=before, at=hours_early)

    new_year = a_place(2).model_copy(update={"year": 2027})
    assert batch.firsts == {a_place(7): 5, new_year: 1}


@given(SERIES)
def test_each_entry_seals_the_one_before_it(series):
    head, entries = series

    before = [GENESIS, *(entry.hash for entry in entries)]
    assert [entry.previous for entry in entries] == before[:-1]
    assert head == Head(
        year=entries[-1].place.year,
        n=entries[-1].place.n,
        hash=before[-1],
        at=entries[-1].at,
        began=Beginning(year=entries[0].place.year, n=1, at=entries[0].at),
    )


@given(SERIES)
def test_the_number_is_on_the_document_with_the_date_of_its_year(series):
    _, entries = series

    for entry in entries:
        assert entry.body["number"] == ledger.number(PATTERNS, entry.place)
        assert entry.body["issued_on"].startswith(str(entry.place.year))


def test_the_first_document_is_number_one():
    [entry] = seal().entries

    assert (entry.body["number"], entry.previous) == ("FA-2026-000001", GENESIS)


def test_at_new_year_the_count_begins_again_and_the_chain_goes_on():
    last = seal(count=3, at=NEW_YEAR - timedelta(seconds=1))
    first = seal(after=last.head, at=NEW_YEAR)

    assert last.entries[-1].body["number"] == "FA-2026-000003"
    assert first.entries[0].body["number"] == "FA-2027-000001"
    assert first.entries[0].previous == last.head.hash


def test_a_clock_that_is_behind_does_not_take_the_series_back():
    head = seal(at=NEW_YEAR).head
    late = seal(after=head, at=NEW_YEAR - timedelta(hours=1))

    assert late.entries[0].at == NEW_YEAR
    assert late.entries[0].body["number"] == "FA-2027-000002"
    assert late.entries[0].body["issued_on"] == "2027-01-01"


@pytest.mark.parametrize(
    "change",
    [
        {"previous": "1" * 64},
        {"source": "1002"},
        {"at": NOON + timedelta(milliseconds=1)},
        {"place": a_place(2)},
        {"body": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_changed_in_an_entry_changes_its_seal(change):
    [entry] = seal().entries

    assert entry.model_copy(update=change).hash != entry.hash


def test_a_cent_changed_deep_inside_changes_the_seal():
    [entry] = seal().entries
    body = plain(entry)["body"]
    body["draft"]["totals"]["due"]["amount"] = "120.01"

    assert entry.model_copy(update={"body": body}).hash != entry.hash


def test_an_entry_has_the_same_seal_after_years_on_a_disk():
    [entry] = seal().entries

    assert Entry.model_validate_json(entry.model_dump_json()).hash == entry.hash


def test_a_batch_ends_before_it_outgrows_a_transaction(monkeypatch):
    [entry] = seal().entries
    size = ledger.COPIES * len(canonical(plain(entry)))
    monkeypatch.setattr(ledger, "MOST_BYTES", int(2.5 * size))

    batch = seal(count=5)

    assert len(batch.entries) == 2
    assert batch.head.n == 2
    assert batch.head.hash == batch.entries[-1].hash


def test_a_document_that_fills_a_transaction_alone_still_gets_its_number(monkeypatch):
    monkeypatch.setattr(ledger, "MOST_BYTES", 1)

    assert len(seal(count=5).entries) == 1


def test_nothing_to_seal_leaves_the_head_where_it_is():
    head = seal().head

    assert seal(count=0, after=head) == ledger.Batch(entries=(), head=head)


def test_as_many_documents_as_a_transaction_of_a_hundred_writes_holds():
    assert 1 + 2 * INVOICES.batch <= 100
    assert 1 + 3 * RECEIPTS.batch <= 100


@pytest.mark.parametrize(
    ("n", "text"), [(1, "FA-2026-000001"), (999_999, "FA-2026-999999"), (10**6, "FA-2026-1000000")]
)
def test_a_number_is_padded_and_may_outgrow_its_digits(n, text):
    assert ledger.number(PATTERNS, a_place(n)) == text


@given(
    st.sampled_from(["FA-{year}-{n}", "{n}-{year}", "{year}{n}", "X{n}{year}", "F2{year}0{n}0"]),
    st.integers(1, 12),
    st.integers(2020, 2200),
    st.integers(1, 10**9),
)
def test_a_number_is_read_back_as_the_place_it_names(pattern, digits, year, n):
    patterns = NumberPatterns(invoice=pattern, digits=digits)
    place = a_place(n, year=year)

    assert ledger.place(patterns, INVOICES, ledger.number(patterns, place)) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FA-2026",
        "FA-2026-",
        "fa-2026-000001",
        "FA-26-000001",
        "FA-2026-00000A",
        "FA-2026-000001 ",
        "FA-2026-000001\n",
        "RC-2026-000001",
        "FA-٢٠٢٦-000001",
        f"FA-2026-{'9' * 13}",
    ],
)
def test_what_cannot_be_a_number_of_the_series_is_none(text):
    assert ledger.place(PATTERNS, INVOICES, text) is None


def test_each_kind_reads_its_own_numbers():
    assert ledger.place(PATTERNS, RECEIPTS, "RC-2026-000007") == a_place(7, series=RECEIPTS)


@pytest.mark.parametrize("series", [INVOICES, RECEIPTS])
def test_a_series_is_read_back_from_its_name(series):
    assert Series.parse(str(series)) == series


def test_the_sellers_own_pattern_numbers_the_document():
    draft = a_draft(seller=a_seller(numbers=NumberPatterns(invoice="LUM{year}-{n}", digits=3)))
    [entry] = ledger.seal([ledger.Ready("1", draft)], INVOICES, after=BEGINNING, at=NOON).entries

    assert entry.body["number"] == "LUM2026-001"
