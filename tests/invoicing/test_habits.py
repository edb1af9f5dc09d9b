from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from invoicing import credit_notes, habits, requests
from invoicing.credit_notes import CreditNoteDraft
from invoicing.habits import Day, Familiar, Habits, Sightings, Trait
from tests.builders import (
    CREDIT_NOTES,
    NOON,
    PARIS,
    RECEIPTS,
    TOKYO,
    a_credit,
    a_draft,
    a_key,
    a_line,
    a_receipt_draft,
    a_request,
    an_invoice,
    eur,
    sealed,
)
from tests.habits import AT_HOME, TODAY, a_count, a_day, some_habits

BERLIN = {"line1": "1 Unter den Linden", "city": "Berlin", "country": "DE"}


def test_a_day_is_how_many_how_large_and_of_which_kind():
    day = a_request(id="1"), a_request(id="2", lines=[a_line("950.00")])
    sightings = Sightings(TODAY)
    for entry in sealed(*day).entries:
        sightings.add(entry)

    assert sightings.seen.day == Day(on=TODAY, invoices=2, largest=(eur("950.00"),))
    assert sightings.seen.met == dict.fromkeys(AT_HOME, 2)


def test_credit_notes_are_counted_and_receipts_are_not():
    note = credit_notes.draft(a_credit(whole=True), an_invoice())
    assert isinstance(note, CreditNoteDraft)
    credit = a_request().model_copy(update={"key": a_key(series=CREDIT_NOTES), "draft": note})
    receipt = requests.of_payment(a_receipt_draft(), at=NOON)
    sightings = Sightings(TODAY)

    for each in sealed(credit, series=CREDIT_NOTES).entries:
        sightings.add(each)
    for each in sealed(receipt, series=RECEIPTS).entries:
        sightings.add(each)

    day = sightings.seen.day
    assert (day.invoices, day.credit_notes, day.largest) == (0, 1, ())
    assert sightings.seen.met == {}


def test_where_it_goes_and_where_the_buyer_lives_are_both_countries():
    draft = a_draft(deliver_to=BERLIN)

    assert [each.value for each in habits.traits(draft) if each.aspect == "country"] == ["DE", "FR"]


def test_an_export_is_a_treatment_of_its_own():
    buyer = {"name": "Aiko", "address": TOKYO, "email": "aiko@buyer.example"}

    assert Trait(aspect="vat", value="export") in habits.traits(a_draft(buyer=buyer))
    assert Trait(aspect="vat", value="export") not in habits.traits(a_draft(deliver_to=PARIS))


def test_a_day_that_is_told_twice_counts_once():
    once = Habits.none(TODAY).learnt(a_day(TODAY, 10), a_count(10))

    assert once.learnt(a_day(TODAY, 10), a_count(10)) == once


def test_a_season_is_compared_and_a_year_is_remembered():
    long_ago = TODAY - timedelta(days=habits.WINDOW.days)
    known = Habits.none(long_ago).learnt(a_day(long_ago, 500, largest="9000.00"), {})

    known = known.learnt(a_day(TODAY, 1), {})

    assert (known.busiest("invoice"), known.largest("EUR")) == (1, eur("120.00"))
    assert known.invoices == 501


def test_what_was_not_met_for_more_than_a_year_is_forgotten():
    known = Habits.none(date(2025, 1, 1)).learnt(
        a_day(date(2025, 1, 1), 1, met={"country:ES": 1}), {}
    )

    known = known.learnt(a_day(date(2026, 3, 1), 1), {})

    assert not known.times(Trait(aspect="country", value="ES"))
    assert known.known["country:FR"] == Familiar(times=1, last=date(2026, 3, 1))


def test_days_without_documents_take_no_room():
    known = some_habits(days=10)

    later = known.learnt(a_day(TODAY, 0, met={}), a_count(100))

    assert later.until == TODAY
    assert len(later.days) == 10


@given(st.lists(st.integers(0, 40), min_size=1, max_size=200))
def test_what_is_kept_stays_small_and_adds_up(days):
    first = date(2026, 1, 1)
    known = Habits.none(first)
    for n, invoices in enumerate(days):
        known = known.learnt(a_day(first + timedelta(days=n), invoices), {})

    assert known.invoices == sum(days)
    assert known.busiest("invoice") == max(days[-90:])
    assert len(known.model_dump_json()) < 12_000
    assert Habits.model_validate_json(known.model_dump_json()) == known
