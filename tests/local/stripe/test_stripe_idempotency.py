"""Idempotency keys: the same question gets the same answer, another question none."""

import pytest
import requests
import stripe

from tests.local.stripe.shop import a_session, control, paid

KEY = {"idempotency_key": "seller.R2026-0042.1"}


def test_the_same_request_gets_the_same_session(client):
    first = a_session(client, options=KEY)
    second = a_session(client, options=KEY)

    assert first.id == second.id
    assert first.last_response
    assert second.last_response
    assert "idempotent-replayed" not in first.last_response.headers
    assert second.last_response.headers["idempotent-replayed"] == "true"
    assert second.last_response.headers["original-request"] == first.last_response.request_id
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_the_stored_answer_stays_although_the_session_moved_on(client):
    first = a_session(client, options=KEY)
    client.v1.checkout.sessions.expire(first.id)

    assert a_session(client, options=KEY).status == "open"


def test_other_parameters_under_the_same_key_are_refused(client):
    a_session(client, options=KEY)

    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        a_session(client, amount=6000, options=KEY)


def test_another_endpoint_under_the_same_key_is_refused(client):
    session = a_session(client, options=KEY)

    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.checkout.sessions.expire(session.id, options=KEY)


def test_a_request_that_never_began_leaves_its_key_free(client):
    with pytest.raises(stripe.InvalidRequestError):
        a_session(client, colour="red", options=KEY)

    assert a_session(client, options=KEY).status == "open"


def test_an_error_of_the_work_itself_is_kept(client):
    charge = paid(client).payment_intent
    assert isinstance(charge, stripe.PaymentIntent)
    asked = {"payment_intent": charge.id, "amount": 5901}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than") as refused:
            client.v1.refunds.create(asked, KEY)

    assert refused.value.headers
    assert refused.value.headers["idempotent-replayed"] == "true"


def test_a_key_is_forgotten_after_a_day(client, stand_in):
    first = a_session(client, options=KEY)

    control(stand_in.url, "clock", advance=24 * 60 * 60)

    assert a_session(client, options=KEY).id != first.id


def test_another_account_has_keys_of_its_own(client, stand_in):
    a_session(client, options=KEY)
    answer = requests.post(
        f"{stand_in.url}/v1/payment_intents",
        {"amount": "500", "currency": "eur"},
        headers={"Idempotency-Key": KEY["idempotency_key"]},
        auth=("sk_test_another", ""),
        timeout=10,
    )

    assert answer.status_code == 200
