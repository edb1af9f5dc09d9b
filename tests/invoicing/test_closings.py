"""Closings over documents of any kind and time: nothing is left out, nothing is counted twice."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import closings, credit_notes, ledger, tallies, turnover
from invoicing.closings import KINDS, Covered, Position, SigningKey, Span
from invoicing.ledger import BEGINNING, GENESIS, Series
from invoicing.money import Money
from invoicing.periods import CivilPeriod
from invoicing.records import canonical, plain
from invoicing.tallies import BrokenChainError, Tally
from tests.builders import (
    INVOICES,
    NOON,
    TOKYO,
    a_buyer,
    a_credit,
    a_draft,
    a_late_payment_draft,
    a_line,
    a_movement,
    a_receipt_draft,
    a_seller,
    an_invoice,
    eur,
)
from tests.closed import KEY, close_all, stored

SELLER = a_seller()
HOME = a_draft()
MIXED = a_draft(lines=[a_line("60.00"), a_line("105.50", vat="second_reduced")])
YEN = a_draft(currency="JPY", buyer=a_buyer(address=TOKYO).model_dump(), lines=[a_line("5900")])


def credit_of(draft):
    note = credit_notes.draft(a_credit(whole=True), an_invoice(draft))
    assert isinstance(note, credit_notes.CreditNoteDraft)
    return note


LATE = a_late_payment_draft()
DRAFTS = {
    "invoice": [HOME, MIXED, YEN],
    "credit_note": [credit_of(HOME), credit_of(MIXED), credit_of(YEN)],
    "receipt": [
        a_receipt_draft(),
        a_receipt_draft(an_invoice(YEN), a_movement("5900", "JPY")),
        a_receipt_draft(movement=a_movement("20.00", id="re_1", kind="refund")),
    ],
    "late_payment": [LATE, LATE.model_copy(update={"amount": -LATE.amount})],
}
# The end of March has a day of 23 hours, the end of October one of 25, and then a year ends.
EVES = (
    datetime(2026, 3, 27, tzinfo=UTC),
    datetime(2026, 10, 23, tzinfo=UTC),
    datetime(2026, 12, 30, tzinfo=UTC),
)
MINUTES = st.integers(0, 5 * 24 * 60)


@st.composite
def issued(draw, kind, begin):
    """Draw the documents of a series over some days."""
    moments = sorted(draw(st.lists(MINUTES, max_size=5)))
    entries, head = [], BEGINNING
    for minutes in moments:
        ready = [ledger.Ready(str(minutes), draw(st.sampled_from(DRAFTS[kind])))]
        at = begin + timedelta(minutes=minutes)
        batch = ledger.seal(ready, Series(seller="atelier", kind=kind), after=head, at=at)
        head, entries = batch.head, entries + list(batch.entries)
    return entries


@st.composite
def books(draw):
    """Draw documents, and the closings that are due over them ten days later."""
    begin = draw(st.sampled_from(EVES))
    documents = {kind: draw(issued(kind, begin)) for kind in KINDS}
    return documents, close_all(documents, until=begin + timedelta(days=10))


def read(entries, level=None):
    done = [closings.read(entry) for entry in entries]
    return [each for each in done if level in {None, each.level}]


def all_of(documents):
    return [entry for entries in documents.values() for entry in entries]


def total_of(documents):
    return turnover.summed(turnover.total(entry) for entry in all_of(documents))


@given(books())
def test_every_document_lies_in_the_one_day_that_it_was_issued_on(books):
    documents, entries = books
    for kind, several in documents.items():
        places = [(entry.place.year, entry.place.n) for entry in several]
        counted = 0
        for day in read(entries, "day"):
            covered = day.covered(kind)
            mine = several[counted : counted + covered.count]
            counted += covered.count
            assert all(day.begins <= entry.at < day.ends for entry in mine)
            assert {entry.at.astimezone(SELLER.timezone).date() for entry in mine} <= {
                day.civil.first
            }
            if mine:
                assert (covered.first.year, covered.first.n) == places[counted - covered.count]
                assert covered.last.hash == mine[-1].hash
        assert counted == len(several)


@given(books())
def test_days_follow_each_other_without_a_gap(books):
    _, entries = books

    for one, other in pairwise(read(entries, "day")):
        assert one.ends == other.begins
    for one, other in pairwise(read(entries)):
        assert one.civil.following() == other.civil


@given(books())
def test_the_sums_of_the_days_are_the_sums_of_the_documents(books):
    documents, entries = books
    days = read(entries, "day")

    assert turnover.summed(row for day in days for row in day.totals) == total_of(documents)
    assert turnover.summed(row for day in days for row in day.vat) == turnover.summed(
        row for entry in all_of(documents) for row in turnover.of_vat(entry)
    )


@given(books())
def test_a_month_is_the_sum_of_its_days_and_a_year_of_its_months(books):
    _, entries = books

    for level, part in (("month", "day"), ("year", "month")):
        for whole in read(entries, level):
            parts = [each for each in read(entries, part) if whole.civil.holds(each.civil)]
            assert whole.totals == turnover.summed(row for each in parts for row in each.totals)
            assert whole.vat == turnover.summed(row for each in parts for row in each.vat)
            assert (whole.begins, whole.ends) == (parts[0].begins, parts[-1].ends)
            for kind in KINDS:
                counts = [each.covered(kind).count for each in parts]
                assert whole.covered(kind).count == sum(counts)
                assert whole.covered(kind).last == parts[-1].covered(kind).last


@given(books())
def test_the_grand_totals_grow_by_each_day_and_a_credit_note_counts_against_them(books):
    _, entries = books
    running = {}
    for closing in read(entries):
        for row in closing.totals if closing.level == "day" else ():
            sums = running.setdefault(row.total.currency, {})
            sums[row.kind] = sums.get(row.kind, Decimal(0)) + row.total.amount
        for grand in closing.perpetual:
            sums = running[grand.net.currency]
            assert grand.invoiced.amount == sums.get("invoice", 0)
            assert grand.credited.amount == sums.get("credit_note", 0)
            assert grand.received.amount == sums.get("receipt", 0)
            assert grand.net == grand.invoiced - grand.credited
        assert len(closing.perpetual) == len(running)


@given(books())
def test_base_and_vat_of_all_rates_come_to_the_documents_net_and_vat(books):
    _, entries = books
    for closing in read(entries):
        for row in closing.totals:
            if row.kind in {"invoice", "credit_note"}:
                rates = [
                    each
                    for each in closing.vat
                    if (each.kind, each.base.currency) == (row.kind, row.total.currency)
                ]
                assert sum(each.base.amount for each in rates) == row.net.amount
                assert sum(each.vat.amount for each in rates) == row.vat.amount
                assert row.net + row.vat + row.rounding == row.total


@given(books())
def test_each_closing_seals_the_one_before_it_and_says_where_that_stands(books):
    _, entries = books
    before = Position(year=0, n=0, hash=GENESIS)
    for entry in entries:
        assert entry.previous == before.hash
        assert closings.read(entry).before == before
        before = Position(year=entry.place.year, n=entry.place.n, hash=entry.hash)


def a_day(*, at=NOON, closed=NOON + timedelta(days=1), drafts=(HOME,)):
    batch = ledger.seal(
        [ledger.Ready("1", each) for each in drafts], INVOICES, after=BEGINNING, at=at
    )
    return close_all({"invoice": batch.entries}, until=closed), batch.entries


def test_a_closing_has_a_number_of_its_own_series_and_names_its_period():
    [entry], _ = a_day()

    assert entry.body["number"] == "CL-2026-000001"
    assert entry.source == "day:2026-11-21"
    assert (entry.body["begins"], entry.body["ends"]) == (
        "2026-11-20T23:00:00Z",
        "2026-11-21T23:00:00Z",
    )


def test_a_closing_says_how_much_vat_was_charged_where():
    [entry], _ = a_day(drafts=(HOME, MIXED))

    rows = closings.read(entry).vat
    assert [(row.place, str(row.rate), str(row.base), str(row.vat)) for row in rows] == [
        ("FR", "5.5", "100.00 EUR", "5.50 EUR"),
        ("FR", "20", "150.00 EUR", "30.00 EUR"),
    ]


def test_foreign_money_has_a_sum_of_its_own():
    [entry], _ = a_day(drafts=(HOME, YEN))

    totals = {row.total.currency: row.total for row in closings.read(entry).totals}
    assert totals == {"EUR": eur("120.00"), "JPY": Money(Decimal(5900), "JPY")}


def test_a_day_on_which_nothing_happened_is_closed_all_the_same():
    entries, _ = a_day(closed=NOON + timedelta(days=3))

    [_, empty, _] = read(entries)
    assert (empty.period, empty.totals, empty.vat) == ("2026-11-22", (), ())
    assert empty.covered("invoice").last == read(entries)[0].covered("invoice").last
    assert empty.perpetual == read(entries)[0].perpetual


def test_nothing_is_closed_before_the_sellers_first_document():
    assert close_all({}, until=NOON) == []


@pytest.mark.parametrize(("minutes", "closed"), [(4, 0), (5, 1)])
def test_a_day_is_closed_when_no_clock_can_still_be_before_its_end(minutes, closed):
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)

    assert len(a_day(closed=midnight + timedelta(minutes=minutes))[0]) == closed


def test_the_last_moment_of_a_day_belongs_to_it_and_the_next_to_the_next_day():
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)
    for at, first in (
        (midnight - timedelta(milliseconds=1), "2026-11-21"),
        (midnight, "2026-11-22"),
    ):
        [entry, *_], _ = a_day(at=at, closed=midnight + timedelta(days=1, hours=1))
        assert entry.body["period"] == first


def test_a_seller_who_moves_to_another_zone_leaves_no_moment_out():
    [entry], _ = a_day()
    before = closings.read(entry)
    moved = a_seller(zone="Pacific/Kiritimati")  # thirteen hours ahead

    begins, ends = closings.bounds(before.civil.following(), moved, before)

    assert begins == before.ends
    assert ends == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_document_that_does_not_follow_the_one_before_it_is_never_closed_over():
    _, [first, second] = a_day(drafts=(HOME, HOME))
    tally = Tally("invoice")
    tally.add(first.model_copy(update={"source": "another"}), None)

    with pytest.raises(BrokenChainError):
        tally.add(second, None)


# Files


def tally_of(entries, *, without=(), before=None):
    tally = Tally("invoice", before)
    for entry in entries:
        tally.add(entry, None if entry.place.n in without else stored(entry))
    return tally.result()


def test_whatever_is_changed_in_a_file_changes_the_closings_hash_over_them():
    _, entries = a_day(drafts=(HOME, HOME))
    tally = Tally("invoice")
    for entry in entries:
        file = stored(entry)
        tally.add(entry, file.model_copy(update={"xml": None}))

    assert tally.result().covered.files != tally_of(entries).covered.files


def test_a_file_that_is_not_there_yet_is_waited_for_and_then_named():
    _, entries = a_day(drafts=[HOME] * 5)
    tallied = tally_of(entries, without=(2, 3, 5))

    assert tallied.covered.files.count == 2
    assert [(each.first, each.last) for each in tallied.covered.missing] == [(2, 3), (5, 5)]
    assert not tallies.may_close([tallied], ended=timedelta(hours=5))
    assert tallies.may_close([tallied], ended=timedelta(hours=6))
    assert tallies.may_close([tally_of(entries)], ended=timedelta())


def test_a_file_that_came_late_is_covered_by_the_next_day():
    _, entries = a_day(drafts=[HOME] * 3)
    tally = Tally("invoice", tally_of(entries, without=(2, 3)).covered)
    tally.add_late(2026, 2, stored(entries[1]))
    tally.add_late(2026, 3, None)

    covered = tally.result().covered
    assert covered.late.count == 1
    assert covered.missing == (Span(year=2026, first=3, last=3),)
    assert tally.result().unfiled == 0  # what was waited for once is not waited for again


def test_more_missing_files_than_a_closing_can_name_stop_it(monkeypatch):
    monkeypatch.setattr(tallies, "MOST_SPANS", 2)
    _, entries = a_day(drafts=[HOME] * 6)

    assert tallies.may_close([tally_of(entries, without=(1, 3))], ended=timedelta(days=1))
    assert not tallies.may_close([tally_of(entries, without=(1, 3, 5))], ended=timedelta(days=1))


def test_a_closing_fits_into_an_item_however_much_it_has_to_say():
    [entry], _ = a_day()
    covered = Covered(
        kind="invoice",
        count=100_000,
        last=Position(year=2026, n=100_000, hash=GENESIS),
        missing=tuple(Span(year=2026, first=2 * n, last=2 * n) for n in range(tallies.MOST_SPANS)),
    )
    full = closings.read(entry).model_copy(update={"series": (covered,) * 3})

    assert len(canonical(plain(full))) < 400_000


def test_a_month_still_names_what_its_last_day_named():
    entries, _ = a_day(at=NOON + timedelta(days=9), closed=NOON + timedelta(days=10))
    [day, _] = read(entries)
    named = day.covered("invoice").model_copy(
        update={"missing": (Span(year=2026, first=1, last=1),)}
    )
    day = day.model_copy(update={"series": (named, *day.series[1:])})

    month = closings.whole(CivilPeriod.parse("month", "2026-11"), SELLER, [day], KEY)

    assert month.covered("invoice").missing == named.missing


def test_a_closing_is_read_back_as_it_was_sealed():
    [entry], _ = a_day()

    assert plain(closings.read(entry)) == entry.body


def test_a_key_is_known_by_its_fingerprint():
    assert SigningKey.of(b"one").fingerprint != SigningKey.of(b"other").fingerprint
    assert len(KEY.fingerprint) == 64
