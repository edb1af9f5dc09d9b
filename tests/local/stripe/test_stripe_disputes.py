"""A buyer's bank asks for a payment back: inquiry, chargeback, won, lost."""

import pytest
import stripe

from tests.local.stripe.shop import control, paid, types


@pytest.fixture
def intent(client):
    payment = paid(client).payment_intent
    assert isinstance(payment, stripe.PaymentIntent)
    return payment.id


def disputed(stand_in, intent, **wish):
    return control(stand_in.url, f"payment_intents/{intent}/dispute", **wish)["id"]


def moved(client, dispute):
    return [one.net for one in client.v1.disputes.retrieve(dispute).balance_transactions]


def test_a_chargeback_withdraws_the_amount_and_a_fee_at_once(client, stand_in, intent):
    dispute = disputed(stand_in, intent)

    read = client.v1.disputes.retrieve(dispute)
    assert (read.status, read.amount, moved(client, dispute)) == ("needs_response", 5900, [-7400])
    assert types(client)[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def test_an_inquiry_moves_nothing(client, stand_in, intent):
    dispute = disputed(stand_in, intent, inquiry=True)
    control(stand_in.url, f"disputes/{dispute}/settle", outcome="warning_closed")

    assert client.v1.disputes.retrieve(dispute).status == "warning_closed"
    assert moved(client, dispute) == []


def test_an_inquiry_may_become_a_chargeback(client, stand_in, intent):
    dispute = disputed(stand_in, intent, inquiry=True)

    control(stand_in.url, f"disputes/{dispute}/settle", outcome="escalated")

    assert client.v1.disputes.retrieve(dispute).status == "needs_response"
    assert moved(client, dispute) == [-7400]


def test_a_dispute_that_is_won_gives_amount_and_fee_back(client, stand_in, intent):
    dispute = disputed(stand_in, intent)

    control(stand_in.url, f"disputes/{dispute}/settle", outcome="won")

    assert moved(client, dispute) == [-7400, 7400]
    assert types(client)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]


def test_a_dispute_that_is_lost_gives_nothing_back(client, stand_in, intent):
    dispute = disputed(stand_in, intent)

    control(stand_in.url, f"disputes/{dispute}/settle", outcome="lost")

    assert moved(client, dispute) == [-7400]


def test_evidence_goes_to_the_bank_for_review(client, stand_in, intent):
    dispute = disputed(stand_in, intent)

    read = client.v1.disputes.update(dispute, {"evidence": {"customer_name": "Camille Moreau"}})

    assert (read.status, read.evidence.customer_name) == ("under_review", "Camille Moreau")
    assert read.evidence_details.submission_count == 1


def test_a_seller_may_give_in(client, stand_in, intent):
    assert client.v1.disputes.close(disputed(stand_in, intent)).status == "lost"


def test_a_payment_lists_its_disputes(client, stand_in, intent):
    dispute = disputed(stand_in, intent)

    assert [one.id for one in client.v1.disputes.list({"payment_intent": intent})] == [dispute]
    assert not client.v1.disputes.list({"payment_intent": "pi_another"}).data


def test_a_payout_empties_what_is_available(client, stand_in, intent):
    control(stand_in.url, "payouts")
    assert client.v1.payouts.list().data == []

    control(stand_in.url, "clock", advance=8 * 86400)
    control(stand_in.url, "payouts")

    [payout] = client.v1.payouts.list().data
    booked = client.v1.balance_transactions.list({"payout": payout.id})
    assert payout.amount == 5900 - 89
    assert sorted(one.type for one in booked) == ["charge", "payout"]
    assert sum(one.net for one in booked) == 0
    charge = client.v1.charges.list({"payment_intent": intent}).data[0]
    assert charge.balance_transaction in {one.id for one in booked}
