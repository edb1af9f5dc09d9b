"""How much goes back, and out of which payment; sums are drawn."""

from hypothesis import given
from hypothesis import strategies as st

from invoicing import refunds
from invoicing.money import Money, total
from invoicing.payments import Balance
from invoicing.refunds import Key, Part, Refund
from tests.builders import NOON, eur

CENTS = st.integers(0, 50_000).map(lambda cents: Money.from_minor(cents, "EUR"))
PAYMENTS = st.lists(CENTS, max_size=5).map(
    lambda sums: [Part(payment=f"pi_{n}", amount=each) for n, each in enumerate(sums)]
)


def a_refund(amount=None):
    key = Key(seller="atelier", id="R-1")
    return Refund(key=key, invoice="FA-2026-000001", amount=amount, reason="Trop payé", since=NOON)


@given(CENTS, PAYMENTS)
def test_parts_and_what_is_left_come_to_what_is_to_go_back(amount, payments):
    parts, left = refunds.parts(amount, payments)

    assert total((each.amount for each in parts), "EUR") + left == amount
    paid = {each.payment: each.amount for each in payments}
    assert all(eur("0.00") < each.amount <= paid[each.payment] for each in parts)
    assert left == eur("0.00") or all(part in parts for part in payments if part.amount)


@given(asked=CENTS, credited=CENTS, kept=CENTS, wish=st.none() | CENTS, already=CENTS)
def test_never_more_than_is_owed_goes_back(asked, credited, kept, wish, already):
    balance = Balance(asked=asked, credited=min(asked, credited), paid=kept)

    amount = refunds.wanted(a_refund(wish), balance, kept=kept, already=already)

    assert eur("0.00") <= amount <= balance.owed_of(kept)
    if wish is not None:
        assert amount + already <= max(wish, already)


def test_what_was_sent_before_a_worker_died_is_not_sent_again():
    balance = Balance(asked=eur("120.00"), credited=eur("120.00"), paid=eur("120.00"))

    # Stripe has sent 120.00 back already, the books do not know it yet.
    sent = eur("120.00")
    amount = refunds.wanted(a_refund(sent), balance, kept=eur("0.00"), already=sent)

    assert amount == eur("0.00")


def test_without_an_amount_all_that_is_owed_goes_back():
    balance = Balance(asked=eur("120.00"), paid=eur("150.00"))

    amount = refunds.wanted(a_refund(), balance, kept=balance.kept, already=eur("0.00"))

    assert amount == eur("30.00")
