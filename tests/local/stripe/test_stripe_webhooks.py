"""Webhooks: signed, retried, repeated, out of order, lost; as they are in life, but now."""

import json

import pytest
import requests
import stripe

from local.stripe.server import StandIn
from tests.local.stripe.shop import control, listening, paid, types


@pytest.fixture
def secret(client, inbox):
    endpoint = client.v1.webhook_endpoints.create(
        {"url": f"{inbox.url}/hook", "enabled_events": ["*"], "api_version": "2026-08-26.dahlia"}
    )
    assert endpoint.secret
    return endpoint.secret


def test_what_happened_arrives_signed_and_in_order(client, stand_in: StandIn, inbox, secret):
    session = paid(client)
    assert stand_in.deliveries.wait_until_idle()

    events = inbox.verified(secret)

    assert [event.type for event in events] == types(client)
    assert events[-1].data.object["id"] == session.id
    assert events[-1].api_version == "2026-08-26.dahlia"


def test_a_body_that_was_touched_is_not_ours(client, stand_in: StandIn, inbox, secret):
    paid(client)
    assert stand_in.deliveries.wait_until_idle()
    body, signature = inbox.got[0]
    inbox.got = [(body.replace(b"5900", b"5901"), signature)]

    with pytest.raises(stripe.SignatureVerificationError):
        inbox.verified(secret)


def test_an_event_shows_its_object_as_it_was_then(client, stand_in: StandIn, inbox, secret):
    intent = paid(client, "sepa_debit").payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    control(stand_in.url, f"payment_intents/{intent.id}/settle", outcome="succeeded")
    assert stand_in.deliveries.wait_until_idle()

    told = {event.type: event.data.object for event in inbox.verified(secret)}

    assert told["checkout.session.completed"]["payment_status"] == "unpaid"
    assert told["checkout.session.async_payment_succeeded"]["payment_status"] == "paid"
    [read_later] = client.v1.events.list({"type": "checkout.session.completed"}).data
    assert read_later.data.object["payment_status"] == "unpaid"


def test_events_can_come_twice(client, stand_in: StandIn, inbox, secret):
    control(stand_in.url, "webhooks", repeat=2)

    paid(client)

    assert stand_in.deliveries.wait_until_idle()
    ids = [event.id for event in inbox.verified(secret)]
    assert len(ids) == 8
    assert ids[::2] == ids[1::2]


def test_events_can_come_in_reverse(client, stand_in: StandIn, inbox, secret):
    control(stand_in.url, "webhooks", order="reversed")
    paid(client)
    assert inbox.got == []

    control(stand_in.url, "webhooks", flush=True)

    assert stand_in.deliveries.wait_until_idle()
    assert [event.type for event in inbox.verified(secret)] == types(client)[::-1]


def test_events_can_be_lost_and_are_still_listed(client, stand_in: StandIn, inbox, secret):
    control(stand_in.url, "webhooks", deliver="never")

    paid(client)

    assert stand_in.deliveries.wait_until_idle()
    assert inbox.verified(secret) == []
    assert types(client)[-1] == "checkout.session.completed"


def test_a_lost_event_can_be_sent_again(client, stand_in: StandIn, inbox, secret):
    control(stand_in.url, "webhooks", deliver="never")
    paid(client)
    lost = client.v1.events.list({"type": "checkout.session.completed"}).data[0]

    control(stand_in.url, f"events/{lost.id}/resend")

    assert stand_in.deliveries.wait_until_idle()
    assert [event.id for event in inbox.verified(secret)] == [lost.id]


def test_an_endpoint_that_fails_is_tried_again(client, stand_in: StandIn):
    with listening(500, 302) as inbox:
        client.v1.webhook_endpoints.create(
            {"url": inbox.url, "enabled_events": ["checkout.session.completed"]}
        )
        paid(client)
        assert stand_in.deliveries.wait_until_idle()

    sent = requests.get(f"{stand_in.url}/_control/deliveries", timeout=10).json()["deliveries"][-3:]

    assert [(one["attempt"], one["outcome"], one["status"]) for one in sent] == [
        (1, "refused", 500),
        (2, "refused", 302),
        (3, "delivered", 200),
    ]
    assert len({body for body, _ in inbox.got}) == 1


def test_while_a_secret_is_rolled_both_sign(client, stand_in: StandIn, inbox, secret):
    [endpoint] = client.v1.webhook_endpoints.list().data
    new = control(stand_in.url, f"webhook_endpoints/{endpoint.id}/roll_secret")["secret"]

    paid(client)

    assert stand_in.deliveries.wait_until_idle()
    assert len(inbox.verified(secret)) == len(inbox.verified(new)) == 4


def test_an_endpoint_hears_only_what_it_asked_for(client, stand_in: StandIn, inbox):
    client.v1.webhook_endpoints.create(
        {"url": inbox.url, "enabled_events": ["charge.succeeded", "charge.refunded"]}
    )

    paid(client)

    assert stand_in.deliveries.wait_until_idle()
    assert [json.loads(body)["type"] for body, _ in inbox.got] == ["charge.succeeded"]


def test_a_deleted_endpoint_hears_nothing(client, stand_in: StandIn, inbox, secret):
    [endpoint] = client.v1.webhook_endpoints.list().data
    assert "secret" not in endpoint

    client.v1.webhook_endpoints.delete(endpoint.id)
    paid(client)

    assert stand_in.deliveries.wait_until_idle()
    assert inbox.verified(secret) == []


def test_a_rule_that_does_not_exist_is_refused(stand_in: StandIn):
    answer = requests.post(f"{stand_in.url}/_control/webhooks", json={"repet": 2}, timeout=10)

    assert answer.status_code == 400
