"""Bank transfers: a customer's cash, and the payments that Stripe applies it to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.stripe.resources import transfers
from tests.local.stripe.shop import a_session, again, control, press, types

TO_EUROPE = {
    "customer_balance": {
        "funding_type": "bank_transfer",
        "bank_transfer": {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "FR"}},
    }
}


@pytest.fixture
def customer(client):
    return client.v1.customers.create({"email": "ada@buyer.example"}).id


def awaited(client, customer, amount=5900):
    session = a_session(client, amount=amount, customer=customer, payment_method_options=TO_EUROPE)
    press(session, "transfer")
    return again(client, session)


def fund(stand_in, customer, amount):
    return control(stand_in.url, f"customers/{customer}/fund", amount=amount)["available"]


def left(client, session):
    return again(
        client, session
    ).payment_intent.next_action.display_bank_transfer_instructions.amount_remaining


def test_who_will_transfer_has_completed_the_session_and_paid_nothing(client, customer):
    session = awaited(client, customer)

    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert session.payment_intent.status == "requires_action"
    assert left(client, session) == 5900
    assert "payment_intent.requires_action" in types(client)


def test_a_part_is_applied_and_the_payment_waits_for_the_rest(client, stand_in, customer):
    session = awaited(client, customer)

    assert fund(stand_in, customer, 2000) == {"eur": 0}

    assert left(client, session) == 3900
    assert types(client)[-1] == "payment_intent.partially_funded"
    assert client.v1.balance_transactions.list().data == []


def test_the_rest_pays_once_and_what_is_too_much_stays_the_customers(client, stand_in, customer):
    session = awaited(client, customer)
    fund(stand_in, customer, 2000)

    assert fund(stand_in, customer, 5000) == {"eur": 1100}

    paid = again(client, session)
    assert (paid.payment_status, paid.payment_intent.amount_received) == ("paid", 5900)
    moved = client.v1.customers.cash_balance_transactions.list(customer).data
    assert [each.net_amount for each in moved] == [-3900, 5000, -2000, 2000]
    assert [each.amount for each in client.v1.balance_transactions.list().data] == [5900]
    assert types(client)[-2:] == [
        "checkout.session.async_payment_succeeded",
        "cash_balance.funds_available",
    ]


def test_what_was_paid_too_much_pays_for_the_next(client, stand_in, customer):
    awaited(client, customer)
    fund(stand_in, customer, 7900)

    following = awaited(client, customer, 2000)

    assert following.payment_status == "paid"


def test_what_is_free_pays_the_payment_of_just_that_amount_first(client, stand_in, customer):
    older, exact = awaited(client, customer, 5900), awaited(client, customer, 2000)

    fund(stand_in, customer, 2000)

    assert again(client, exact).payment_status == "paid"
    assert left(client, older) == 5900


def test_no_transfer_is_offered_to_whom_nobody_knows(client):
    page = press(a_session(client), "transfer")

    assert page.status_code == 400


@given(st.integers(1, 10_000), st.lists(st.integers(1, 5_000), max_size=6))
def test_what_comes_is_shared_to_the_cent_and_no_payment_gets_more_than_it_asks(amount, asked):
    waiting = [
        {"next_action": {"display_bank_transfer_instructions": {"amount_remaining": each}}}
        for each in asked
    ]

    parts = transfers.shared(amount, waiting)

    assert all(0 < part <= transfers.missing(intent) for intent, part in parts)
    assert sum(part for _, part in parts) <= min(amount, sum(asked))
    if amount not in asked:
        assert sum(part for _, part in parts) == min(amount, sum(asked))
