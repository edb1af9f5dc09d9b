from datetime import timedelta

import pytest

from invoicing.adapters.operations import watch_table
from invoicing.habits import Habits, Trait
from tests import aws
from tests.builders import TOKYO
from tests.habits import TODAY, YESTERDAY, a_count, a_day

pytestmark = pytest.mark.usefixtures("deployed")

COUNTED = a_count(10)
JAPAN = Trait(aspect="country", value="JP")


def test_a_pause_and_what_is_learnt_do_not_touch_each_other(deployed):
    watch_table.pause("atelier", table=deployed["OPERATIONS_TABLE"])
    watch_table.learn("atelier", a_day(TODAY, 5), COUNTED)
    paused = watch_table.read("atelier")
    watch_table.resume("atelier", table=deployed["OPERATIONS_TABLE"])
    resumed = watch_table.read("atelier")

    assert paused
    assert resumed
    assert (paused.paused, resumed.paused) == (True, False)
    assert paused.habits == resumed.habits == Habits.none(TODAY).learnt(a_day(TODAY, 5), COUNTED)


def test_nothing_is_known_of_a_seller_before_his_first_day_was_learnt():
    assert watch_table.read("atelier") is None

    watch_table.welcome("atelier", [JAPAN])

    assert watch_table.read("atelier") is None


def test_days_are_learnt_one_after_the_other():
    watch_table.learn("atelier", a_day(YESTERDAY, 10), COUNTED)
    watch_table.learn("atelier", a_day(TODAY, 5), a_count(15))

    watch = watch_table.read("atelier")

    assert watch
    assert (watch.habits.since, watch.habits.until) == (YESTERDAY, TODAY)
    assert (watch.habits.invoices, watch.habits.counted["invoice"].n) == (15, 15)
    assert watch_table.read("lampes") is None


def test_a_day_is_learnt_once_and_never_after_a_later_one():
    watch_table.learn("atelier", a_day(TODAY, 5), COUNTED)
    known = watch_table.read("atelier")

    watch_table.learn("atelier", a_day(TODAY, 7), COUNTED)
    watch_table.learn("atelier", a_day(TODAY - timedelta(days=9), 7), COUNTED)

    assert watch_table.read("atelier") == known


def test_who_learns_at_the_same_time_learns_nothing_twice(monkeypatch):
    watch_table.learn("atelier", a_day(YESTERDAY, 5), COUNTED)
    stale = watch_table.read("atelier")
    watch_table.learn("atelier", a_day(TODAY, 5), COUNTED)
    known = watch_table.read("atelier")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(watch_table, "read", lambda _: stale)
        watch_table.learn("atelier", a_day(TODAY, 7), COUNTED)

    assert watch_table.read("atelier") == known


def test_what_was_said_stands_beside_what_is_known():
    watch_table.learn("atelier", a_day(YESTERDAY, 10), COUNTED)
    watch_table.welcome("atelier", [JAPAN])
    watch_table.welcome("atelier", [Trait(aspect="vat", value="export"), JAPAN])
    watch_table.waive("atelier", "invoice", ["unusual_rate", "unusual_vat"], until=TODAY)
    watch_table.learn("atelier", a_day(TODAY, 5), COUNTED)

    watch = watch_table.read("atelier")

    assert watch
    assert watch.welcome == {"country:JP", "vat:export"}
    assert watch.waived == {"invoice.unusual_rate": TODAY, "invoice.unusual_vat": TODAY}
    assert watch.habits.until == TODAY


def test_of_buyers_nothing_is_kept_but_their_countries():
    watch_table.learn("atelier", a_day(YESTERDAY, 10), COUNTED)
    watch_table.welcome("atelier", [Trait(aspect="country", value=TOKYO["country"])])

    [item] = aws.items("Operations")

    assert set(item) == {"pk", "sk", "habits", "until", "welcome"}
