"""Money back: whole, in parts, never too much, from the API and from the dashboard."""

import pytest
import stripe

from tests.local.stripe.shop import control, paid, types


@pytest.fixture
def intent(client):
    payment = paid(client).payment_intent
    assert isinstance(payment, stripe.PaymentIntent)
    return payment.id


def the_charge(client, intent):
    [charge] = client.v1.charges.list({"payment_intent": intent, "expand": ["data.refunds"]}).data
    return charge


def test_a_refund_without_an_amount_returns_everything(client, intent):
    refund = client.v1.refunds.create({"payment_intent": intent, "metadata": {"note": "C-1"}})

    assert (refund.amount, refund.status) == (5900, "succeeded")
    assert refund.metadata["note"] == "C-1"
    assert the_charge(client, intent).refunded
    assert types(client)[-2:] == ["refund.created", "charge.refunded"]


def test_parts_add_up_to_the_whole(client, intent):
    first = client.v1.refunds.create({"payment_intent": intent, "amount": 900})
    second = client.v1.refunds.create({"charge": the_charge(client, intent).id})

    charge = the_charge(client, intent)
    assert (first.amount, second.amount) == (900, 5000)
    assert (charge.amount_refunded, charge.refunded) == (5900, True)
    assert charge.refunds
    assert [one.id for one in charge.refunds.data] == [second.id, first.id]


def test_more_than_is_left_is_refused(client, intent):
    client.v1.refunds.create({"payment_intent": intent, "amount": 900})

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as refused:
        client.v1.refunds.create({"payment_intent": intent, "amount": 5001})

    assert refused.value.param == "amount"
    assert the_charge(client, intent).amount_refunded == 900


def test_nothing_is_refunded_twice(client, intent):
    client.v1.refunds.create({"payment_intent": intent})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})

    assert refused.value.code == "charge_already_refunded"


def test_what_was_never_paid_is_not_refunded(client):
    waiting = client.v1.payment_intents.create({"amount": 700, "currency": "eur"})

    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": waiting.id})


def test_a_refund_in_the_dashboard_is_told_in_events(client, stand_in, intent):
    refund = control(stand_in.url, f"payment_intents/{intent}/refund", amount=100)

    event = client.v1.events.list({"type": "refund.created"}).data[0]
    assert event.data.object["id"] == refund["id"]
    assert event.request
    assert event.request.id is None


def test_a_refund_may_fail_later_and_then_counts_no_more(client, stand_in, intent):
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 900})

    control(stand_in.url, f"refunds/{refund.id}/settle", outcome="failed")

    assert client.v1.refunds.retrieve(refund.id).status == "failed"
    assert the_charge(client, intent).amount_refunded == 0
    assert "refund.failed" in types(client)


def test_the_balance_tells_payment_fee_and_refund(client, intent):
    client.v1.refunds.create({"payment_intent": intent, "amount": 900})

    moves = client.v1.balance_transactions.list().data

    assert [(one.type, one.amount, one.net) for one in moves] == [
        ("refund", -900, -900),
        ("charge", 5900, 5900 - 89),
    ]
