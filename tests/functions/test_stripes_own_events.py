"""Captured and official events of several API versions, each signed and posted as Stripe would."""

import json
from pathlib import Path

import pytest

from invoicing.adapters.queues import PaymentHint
from tests import aws
from tests.doors import call
from tests.stripe_accounts import an_event, signed

SHARED = Path(__file__).parents[3] / "shared/data/stripe"
CAPTURED = sorted(SHARED.glob("events_*/*.json"))

pytestmark = pytest.mark.usefixtures("connected")


def post(body, signature=None):
    headers = {"stripe-signature": signed(body) if signature is None else signature}
    path = "/v1/stripe/atelier"
    return call("receive_stripe_event", "POST", path, body=body, key=None, headers=headers)


def hints(shop):
    return [PaymentHint(**message["body"]) for message in aws.received(shop["PAYMENT_QUEUE"])]


@pytest.mark.skipif(not CAPTURED, reason="needs the events in ../shared")
def test_events_of_every_version_are_kept_as_hints_to_their_object(shop):
    versions = set()
    for each in CAPTURED:
        body = each.read_text()
        event = json.loads(body)
        happened = event["data"]["object"]
        about = happened["customer"] if "cash" in happened["object"] else happened.get("id")
        versions.add(event.get("api_version"))

        assert post(body).status == 200, each.name

        wanted = [PaymentHint(seller="atelier", type=event["type"], object=about)] if about else []
        assert hints(shop) == wanted, each.name
    assert len(versions) > 3


def thin() -> str:
    """An event of Stripe's second API, which names its object and does not carry it."""
    event = {
        "id": "evt_test_1",
        "object": "v2.core.event",
        "type": "v2.core.account.updated",
        "livemode": False,
        "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/1"},
    }
    return json.dumps(event)


def envelope(about: str) -> str:
    """An event as EventBridge hands it over, and as Event Grid does."""
    event = json.loads(an_event(of=about))
    return json.dumps({"detail-type": event["type"], "detail": event, "data": event})


@pytest.mark.parametrize(
    "body",
    [
        thin(),
        envelope("pi_1"),
        json.dumps({"id": "evt_1", "type": "charge.dispute.closed", "data": {"object": {}}}),
        json.dumps({"id": "evt_1", "type": "charge.dispute.closed", "data": {"object": "pi_1"}}),
        json.dumps({"id": "evt_1", "type": "charge.succeeded", "data": {"object": {"id": 5}}}),
        json.dumps([json.loads(an_event())]),
        "null",
        "{}",
        "",
        "no JSON",
    ],
)
def test_what_is_signed_and_points_at_nothing_is_taken_and_forgotten(shop, body):
    assert post(body).status == 200
    assert hints(shop) == []


@pytest.mark.parametrize("body", [envelope("pi_1"), thin()])
@pytest.mark.parametrize("signature", ["", signed("another body")], ids=["none", "of another"])
def test_an_envelope_is_no_way_round_the_signature(shop, body, signature):
    assert post(body, signature).status == 400
    assert hints(shop) == []
