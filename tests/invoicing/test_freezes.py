from datetime import date, timedelta

import pytest

from invoicing import freezes
from invoicing.errors import RefusedError
from invoicing.freezes import Asked, Freeze, Freezes
from tests.builders import NOON

TODAY = date(2026, 11, 21)
NONE = Freezes(seller="atelier", number="FA-2026-000001")
BY_HAND = Freeze(reason="by_hand", since=NOON)
DISPUTED = Freeze(reason="dispute", since=NOON, about="du_1")


def test_an_invoice_that_nobody_froze_is_free():
    assert NONE.holding(TODAY) == ()


def test_a_freeze_without_an_end_holds_until_it_is_lifted():
    frozen = NONE.frozen(BY_HAND)

    assert frozen.holding(date.max) == (BY_HAND,)
    assert frozen.lifted("by_hand") == NONE


def test_the_last_day_of_a_freeze_is_frozen_and_the_next_is_not():
    promised = Freeze(reason="promise", since=NOON, until=TODAY)

    assert NONE.frozen(promised).holding(TODAY) == (promised,)
    assert NONE.frozen(promised).holding(date(2026, 11, 22)) == ()


def test_lifting_one_freeze_leaves_the_others():
    both = NONE.frozen(DISPUTED).frozen(BY_HAND)

    assert both.lifted("by_hand").freezes == (DISPUTED,)
    assert both.lifted("dispute").freezes == (BY_HAND, DISPUTED), "it is about du_1"
    assert both.lifted("dispute", "du_1").freezes == (BY_HAND,)


def test_two_disputes_freeze_twice():
    other = DISPUTED.model_copy(update={"about": "du_2"})

    assert NONE.frozen(DISPUTED).frozen(other).lifted("dispute", "du_1").freezes == (other,)


def test_a_freeze_set_again_is_as_old_as_it_was():
    later = BY_HAND.model_copy(update={"since": NOON.replace(day=22), "until": TODAY})

    [kept] = NONE.frozen(BY_HAND).frozen(later).freezes

    assert (kept.since, kept.until) == (NOON, TODAY)


def test_a_freeze_that_lapsed_and_is_set_again_is_another_one():
    promised = Freeze(reason="promise", since=NOON, until=TODAY)
    again = promised.model_copy(update={"since": NOON.replace(day=25), "until": date(2026, 12, 1)})
    before = NONE.frozen(promised)

    after = before.frozen(again).remembering(before, at=again.since)

    assert after.freezes == (again,)
    assert [(each.since, each.until) for each in after.past] == [(NOON, TODAY)]


def test_a_promise_that_is_made_longer_in_time_is_still_one():
    promised = Freeze(reason="promise", since=NOON, until=TODAY)
    longer = promised.model_copy(update={"since": NOON.replace(hour=20), "until": date.max})
    before = NONE.frozen(promised)

    after = before.frozen(longer).remembering(before, at=longer.since)

    assert (after.freezes[0].since, after.past) == (NOON, ())


def test_the_one_freeze_about_something_takes_the_place_of_the_others():
    lost = DISPUTED.model_copy(update={"reason": "dispute_lost"})
    both = NONE.frozen(BY_HAND).frozen(DISPUTED)

    assert both.only(lost, about="du_1").freezes == (BY_HAND, lost)
    assert both.only(None, about="du_1").freezes == (BY_HAND,)
    assert both.only(DISPUTED, about="du_1") == both


def test_a_promise_says_until_when():
    with pytest.raises(RefusedError):
        freezes.asked(Asked(reason="promise"), today=TODAY, at=NOON)


def test_a_freeze_ends_no_earlier_than_today():
    over = Asked(reason="by_hand", until=date(2026, 11, 20))

    with pytest.raises(RefusedError):
        freezes.asked(over, today=TODAY, at=NOON)


def test_a_freeze_that_lapsed_is_not_set_anew_by_the_same_last_day():
    freeze = Freeze(reason="payment_under_way", since=NOON, until=NOON.date(), about="pi_1")
    told_again = freeze.model_copy(update={"since": NOON + timedelta(days=9)})

    before = NONE.frozen(freeze)

    assert before.frozen(told_again) == before
