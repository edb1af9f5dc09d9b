import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import credit_notes, guard, habits
from invoicing.credit_notes import CreditNoteDraft
from invoicing.guard import Watch
from invoicing.habits import Habits
from invoicing.ledger import BEGINNING
from tests.builders import TOKYO, a_buyer, a_credit, a_draft, a_line, an_invoice
from tests.habits import TODAY, YESTERDAY, a_count, a_day, a_head, some_habits


@dataclass(frozen=True)
class Waiting:
    overruled: tuple[str, ...] = ()


def to(address, **changes):
    return a_draft(buyer=a_buyer(address=address).model_dump(), **changes)


def a_draft_to(country):
    """An invoice that only its country makes new."""
    draft = a_draft()
    address = draft.buyer.address.model_copy(update={"country": country})
    return draft.model_copy(update={"buyer": draft.buyer.model_copy(update={"address": address})})


def found(draft, known, *, n=None, **watch):
    head = a_head(known.counted["invoice"].n if n is None else n)
    reasons = guard.reasons(draft, Watch(known, **watch), head, today=TODAY)
    assert all(each.releasable for each in reasons)
    return [each.code for each in reasons]


# Who stays as he was is left alone

STEADY = st.builds(
    some_habits,
    days=st.integers(1, 100),
    a_day_has=st.integers(1, 5_000),
    largest=st.decimals("0.01", "100000", places=2).map(str),
)


@given(STEADY, st.data())
def test_a_steady_seller_is_never_held(known, data):
    busiest, largest = known.busiest("invoice"), known.largest("EUR")
    today = data.draw(st.integers(0, busiest))
    price = data.draw(st.integers(1, largest.minor).map(lambda n: Decimal(n).scaleb(-2)))
    draft = a_draft(lines=[a_line(str(price))])

    assert found(draft, known, n=known.counted["invoice"].n + today) == []


@given(STEADY)
def test_the_day_of_a_sale_stops_no_shop(known):
    busy = known.counted["invoice"].n + max(199, 10 * known.busiest("invoice") - 1)

    assert "unusual_rate" not in found(a_draft(), known, n=busy)


def test_a_shop_that_sells_all_over_the_world_is_hardly_ever_asked():
    """Two thirds at home, the rest over forty countries, most of them seldom."""
    chance = random.Random(7)  # noqa: S311  it has to be the same each time
    countries = ["FR", "BE", "DE", "CH", "IT", *(f"Q{n:02}" for n in range(35))]
    drafts = {country: a_draft_to(country) for country in countries}
    weights = [200] + [100 / (n + 1) ** 1.3 for n in range(len(countries) - 1)]
    known, asked, sold = Habits.none(TODAY - timedelta(days=80)), 0, 0
    for day in range(80):
        met: dict[str, int] = {}
        for country in chance.choices(countries, weights, k=60):
            asked += found(drafts[country], known, n=0) != [] if known.counted else False
            met[f"country:{country}"] = met.get(f"country:{country}", 0) + 1
            sold += 1
        on = known.until + timedelta(days=1)
        met |= {"vat:domestic": 60, "currency:EUR": 60}
        known = known.learnt(a_day(on, 60, met=met), a_count((day + 1) * 60))

    assert sold == 4_800
    assert asked <= 5
    assert known.times(habits.Trait(aspect="country", value="Q34"))


@pytest.mark.parametrize(
    "known",
    [some_habits(days=3, a_day_has=100), some_habits(days=29, a_day_has=1)],
    ids=["a few days", "a few invoices"],
)
def test_of_a_new_seller_nothing_is_said(known):
    draft = to(TOKYO, lines=[a_line("99999.00")])

    assert found(draft, known, n=10_000) == []


# Who does not, is not


def test_ten_times_the_largest_invoice_is_held_with_the_figures():
    known = some_habits(largest="250.00")
    [reason] = guard.reasons(
        a_draft(lines=[a_line("3000.00")]), Watch(known), a_head(300), today=TODAY
    )

    assert reason.code == "unusual_amount"
    assert reason.message == (
        "3000.00 EUR is 12 times the largest invoice of the last 90 days (250.00 EUR)"
    )
    assert found(a_draft(lines=[a_line("2500.00")]), known) == []


def test_a_country_that_nothing_went_to_is_held():
    [reason] = guard.reasons(a_draft_to("ES"), Watch(some_habits()), a_head(300), today=TODAY)

    assert reason.code == "unusual_country"
    assert reason.message == "none of 300 invoices went to ES before"


def test_a_treatment_and_a_currency_that_were_never_used_are_held():
    assert found(to(TOKYO), some_habits()) == ["unusual_country", "unusual_vat"]
    assert found(in_dollars(), some_habits()) == ["unusual_currency"]


def in_dollars():
    # A draft in USD needs a rate of exchange, which is not what this is about.
    return a_draft().model_copy(update={"currency": "USD"})


def test_a_country_is_new_only_to_who_sells_to_few():
    known = some_habits(days=19, a_day_has=10)  # one new country in 190 invoices would be usual

    assert found(a_draft_to("ES"), known) == []


def test_more_than_ten_times_the_busiest_day_is_held_with_the_figures():
    known = some_habits(days=30, a_day_has=40)
    [reason] = guard.reasons(a_draft(), Watch(known), a_head(1200 + 400), today=TODAY)

    assert reason.code == "unusual_rate"
    assert reason.message == (
        f"400 invoices since {YESTERDAY}, the busiest day of the last 90 had 40: "
        "more than 400 are not usual"
    )


def test_where_days_were_not_learnt_each_has_its_own_measure():
    known = some_habits(days=30, a_day_has=40)
    later = TODAY + timedelta(days=2)

    def held(n):
        return guard.reasons(a_draft(), Watch(known), a_head(1200 + n), today=later)

    assert not held(3 * 400 - 1)
    assert held(3 * 400)


def test_at_new_year_the_count_begins_again_for_the_guard_too():
    known = some_habits(days=30, a_day_has=400)

    assert not guard.reasons(a_draft(), Watch(known), a_head(3_999, year=2027), today=TODAY)
    assert guard.reasons(a_draft(), Watch(known), a_head(4_000, year=2027), today=TODAY)


def test_a_series_that_opened_at_a_high_number_has_not_issued_so_many():
    known = some_habits()

    assert not guard.reasons(a_credit_note(), Watch(known), BEGINNING, today=TODAY)
    assert not guard.reasons(
        a_credit_note(), Watch(known), a_head(10_049, first=10_001), today=TODAY
    )
    assert guard.reasons(a_credit_note(), Watch(known), a_head(10_050, first=10_001), today=TODAY)


def a_credit_note():
    made = credit_notes.draft(a_credit(whole=True), an_invoice())
    assert isinstance(made, CreditNoteDraft)
    return made


def test_a_flood_of_credit_notes_is_held_and_their_amounts_are_those_of_invoices():
    known = some_habits(largest="0.01")

    assert not guard.reasons(a_credit_note(), Watch(known), a_head(49), today=TODAY)
    [reason] = guard.reasons(a_credit_note(), Watch(known), a_head(50), today=TODAY)
    assert reason.code == "unusual_rate"


# Until it is released


def test_what_was_released_is_usual_from_then_on():
    draft, known = to(TOKYO), some_habits()

    welcome = frozenset(map(str, guard.welcomed(draft, ["unusual_country"])))

    assert welcome == {"country:JP"}
    assert found(draft, known, welcome=welcome) == ["unusual_vat"]


def test_what_is_waived_passes_to_the_end_of_the_day():
    flood = {"n": 300 + 10_000}

    assert found(a_draft(), some_habits(), **flood) == ["unusual_rate"]
    assert found(a_draft(), some_habits(), **flood, waived={"invoice.unusual_rate": TODAY}) == []
    lapsed = {"invoice.unusual_rate": YESTERDAY}
    assert found(a_draft(), some_habits(), **flood, waived=lapsed) == ["unusual_rate"]


# Where numbers are given the count is exact


def issued(orders, known, **watch):
    """Number orders batch after batch, until no more are admitted; give how many were."""
    before = known.counted["invoice"].n
    n, left = before, orders
    while left:
        batch = left[:49]
        some = guard.admitted(batch, "invoice", Watch(known, **watch), a_head(n), today=TODAY)
        if not some:
            break
        n, left = n + len(some), [each for each in batch if each not in some] + left[49:]
    return n - before


@given(STEADY.filter(lambda known: Watch(known).knows_enough))
def test_a_stolen_key_that_posts_ten_thousand_orders_is_stopped(known):
    class Order(Waiting):
        __eq__ = object.__eq__
        __hash__ = object.__hash__

    orders = [Order() for _ in range(10_000)]

    limit = max(200, 10 * known.busiest("invoice"))
    assert issued(orders, known) == min(limit, 10_000)


def test_what_was_released_takes_no_room_and_needs_none():
    known = some_habits()
    full, almost = a_head(300 + 200), a_head(300 + 199)
    waiting = [Waiting(), Waiting(("unusual_rate",)), Waiting()]

    def admitted(head, **watch):
        return guard.admitted(waiting, "invoice", Watch(known, **watch), head, today=TODAY)

    assert admitted(full) == waiting[1:2]
    assert admitted(almost) == waiting[:2]
    # What was released takes nobody's room.
    turned = [waiting[1], waiting[0]]
    assert guard.admitted(turned, "invoice", Watch(known), almost, today=TODAY) == turned
    assert admitted(full, waived={"invoice.unusual_rate": TODAY}) == waiting


def test_of_a_new_seller_all_are_admitted():
    known = some_habits(days=3)

    waiting = [Waiting()] * 300
    assert guard.admitted(waiting, "invoice", Watch(known), a_head(9_999), today=TODAY) == waiting
