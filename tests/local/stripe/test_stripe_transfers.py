"""Bank transfers: a customer's cash, and the payments that Stripe applies it to."""

import pytest
import stripe
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


def cash(client, customer):
    found = client.v1.customers.retrieve(customer, params={"expand": ["cash_balance"]})
    return found.cash_balance.available["eur"]


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


def asked(client, customer, amount=5900):
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "eur",
            "customer": customer,
            "confirm": True,
            "allowed_payment_method_types": ["customer_balance"],
            "payment_method_data": {"type": "customer_balance"},
            "payment_method_options": TO_EUROPE,
            "return_url": "https://shop.example/",
        }
    )


def test_a_transfer_is_asked_for_without_a_session_and_cancelled_with_what_came(
    client, stand_in, customer
):
    intent = asked(client, customer)
    fund(stand_in, customer, 2000)

    ended = client.v1.payment_intents.cancel(intent.id)

    assert intent.next_action.display_bank_transfer_instructions.hosted_instructions_url
    assert (ended.status, ended.next_action) == ("canceled", None)
    [back, *_] = client.v1.customers.cash_balance_transactions.list(customer).data
    assert (back.type, back.net_amount, back.ending_balance) == (
        "unapplied_from_payment",
        2000,
        2000,
    )
    assert asked(client, customer, 2000).status == "succeeded"


def test_what_a_session_asked_for_is_not_cancelled_by_itself(client, customer):
    session = awaited(client, customer)

    with pytest.raises(stripe.InvalidRequestError, match="created by Checkout"):
        client.v1.payment_intents.cancel(session.payment_intent.id)


def test_free_cash_goes_back_and_is_free_again_if_nobody_says_where_to(client, stand_in, customer):
    fund(stand_in, customer, 2000)
    wanted = {"amount": 1500, "currency": "eur", "customer": customer, "origin": "customer_balance"}

    refund = client.v1.refunds.create(wanted)
    with pytest.raises(stripe.InvalidRequestError, match="greater than the cash balance"):
        client.v1.refunds.create(wanted)
    between = cash(client, customer)
    control(stand_in.url, f"refunds/{refund.id}/settle", outcome="expired")

    assert (refund.status, refund.payment_intent) == ("requires_action", None)
    assert (between, cash(client, customer)) == (500, 2000)
    assert client.v1.balance_transactions.list().data == []


def test_a_refund_of_a_transfer_that_nobody_claims_is_cash(client, stand_in, customer):
    intent = asked(client, customer)
    fund(stand_in, customer, 5900)
    refund = client.v1.refunds.create({"payment_intent": intent.id})

    control(stand_in.url, f"refunds/{refund.id}/settle", outcome="expired")

    ended = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, ended.status) == ("requires_action", "failed")
    assert "failure_balance_transaction" not in ended
    assert cash(client, customer) == 5900
    assert sum(each.amount for each in client.v1.balance_transactions.list().data) == 0


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
