"""A day at Stripe against the journal; amounts are drawn, in two currencies."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from invoicing import reconciliations
from invoicing.money import Money
from invoicing.reconciliations import Booking, Ledgered
from tests.builders import NOON, a_movement, eur

DAY = date(2026, 11, 21)


def a_booking(n: int, amount: Money, **changes: object) -> Booking:
    plain = {
        "id": f"txn_{n}",
        "kind": "movement",
        "at": NOON,
        "about": f"ch_{n}",
        "movement": f"pi_{n}",
        "payment": f"pi_{n}",
        "moved": amount,
        "net": amount,
        "fee": Money.zero(amount.currency),
    }
    return Booking.model_validate(plain | changes)


def reconciled(bookings, recorded, foreign=()):
    ledgered = Ledgered(recorded=recorded, foreign=frozenset(foreign))
    return reconciliations.reconcile("atelier", DAY, bookings, ledgered, at=NOON)


AMOUNTS = st.builds(Money.from_minor, st.integers(-10_000, 10_000), st.sampled_from(("EUR", "JPY")))
BOOKED = st.lists(AMOUNTS, max_size=20).map(
    lambda amounts: [a_booking(n, amount) for n, amount in enumerate(amounts)]
)


@given(BOOKED, st.data())
def test_what_stripe_moved_less_what_the_journal_has_is_what_differs(bookings, data):
    recorded = {
        each.movement: data.draw(st.sampled_from((each.moved, each.moved + each.moved)))
        for each in bookings
        if data.draw(st.booleans())
    }

    found = reconciled(bookings, recorded)

    for row in found.moved:
        apart = Decimal(0)
        for each in found.differences:
            if each.at_stripe.currency == row.at_stripe.currency:
                apart += each.at_stripe.amount - (each.recorded.amount if each.recorded else 0)
        assert row.at_stripe.amount - row.recorded.amount == apart
    assert found.different == len(found.differences)


@given(BOOKED)
def test_a_journal_that_has_everything_differs_in_nothing(bookings):
    found = reconciled(bookings, {each.movement: each.moved for each in bookings})

    assert (found.different, found.movements) == (0, len(bookings))
    assert all(row.at_stripe == row.recorded for row in found.moved)


def test_what_only_the_journal_has_differs_and_counts_as_recorded():
    recorded = [a_movement("7.00", id="pi_9"), a_movement("120.00", id="pi_1")]
    unknown = reconciliations.unknown(recorded, {"pi_1": eur("120.00")})
    ledgered = Ledgered(recorded={}, unknown=tuple(unknown))

    found = reconciliations.reconcile("atelier", DAY, [], ledgered, at=NOON)

    assert [(each.movement, each.at_stripe) for each in found.differences] == [("pi_9", None)]
    assert [(each.at_stripe, each.recorded) for each in found.moved] == [(eur("0.00"), eur("7.00"))]


def test_what_is_foreign_is_named_and_counts_as_nothing_of_ours():
    found = reconciled([a_booking(1, eur("59.00"))], {}, foreign=["pi_1"])

    assert (found.different, found.movements, found.foreign) == (0, 0, 1)
    assert found.foreigners[0].about == "ch_1"


def test_a_payout_is_no_income_and_a_cost_is_one():
    payout = a_booking(1, eur("0.00"), kind="payout", movement=None, moved=None, net=eur("-50.00"))
    cost = a_booking(2, eur("0.00"), kind="cost", movement=None, moved=None, net=eur("-2.00"))
    sale = a_booking(3, eur("60.00"), net=eur("59.10"), fee=eur("0.90"))

    [account] = reconciled([payout, cost, sale], {"pi_3": eur("60.00")}).account

    assert (account.net, account.fees, account.paid_out) == (
        eur("57.10"),
        eur("0.90"),
        eur("50.00"),
    )


def test_a_report_of_a_bad_day_names_a_hundred_and_counts_all():
    found = reconciled([a_booking(n, eur("1.00")) for n in range(250)], {})

    assert (found.different, len(found.differences)) == (250, 100)
