import base64
import time

import pytest
from botocore.exceptions import ClientError

from invoicing.adapters.queues import PaymentHint
from tests import aws
from tests.doors import Context, a_call, call, function
from tests.stripe_accounts import an_event, signed

pytestmark = pytest.mark.usefixtures("connected")


def receive(body, signature, seller="atelier"):
    headers = {"stripe-signature": signature}
    path = f"/v1/stripe/{seller}"
    return call("receive_stripe_event", "POST", path, body=body, key=None, headers=headers)


def hints(shop):
    return [PaymentHint(**message["body"]) for message in aws.received(shop["PAYMENT_QUEUE"])]


def test_a_signed_event_is_kept_as_a_hint_and_nothing_of_it_is_believed(shop):
    body = an_event(of="cs_1")

    answer = receive(body, signed(body))

    assert answer.status == 200
    assert hints(shop) == [
        PaymentHint(seller="atelier", type="checkout.session.completed", object="cs_1")
    ]


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_both_secrets_hold_while_one_is_replaced(shop, secret):
    assert receive(an_event(), signed(an_event(), secret)).status == 200
    assert len(hints(shop)) == 1


@pytest.mark.parametrize(
    "signature",
    ["", signed(an_event(), "whsec_another"), signed(an_event(), at=int(time.time()) - 301)],
    ids=["unsigned", "signed by another", "old"],
)
def test_whoever_cannot_sign_is_told_nothing_and_moves_nothing(shop, signature):
    answer = receive(an_event(), signature)

    assert (answer.status, answer.text) == (400, "")
    assert hints(shop) == []


@pytest.mark.parametrize("seller", ["lampes", "..", "a%20b", "%00"])
def test_nobody_can_sign_for_a_seller_who_is_not_there(shop, seller):
    assert receive(an_event(), signed(an_event()), seller).status in {400, 404}
    assert hints(shop) == []


def test_a_signature_of_one_seller_opens_no_other(shop):
    assert receive(an_event(), signed(an_event()), "lampes").status == 400
    assert hints(shop) == []


def test_a_body_that_came_encoded_is_checked_as_it_was(shop):
    body = an_event()
    encoded = base64.b64encode(body.encode()).decode()
    event = a_call(
        "POST",
        "/v1/stripe/atelier",
        body=encoded,
        key=None,
        headers={"stripe-signature": signed(body)},
    )

    answer = function("receive_stripe_event").handler(event | {"isBase64Encoded": True}, Context())

    assert answer["statusCode"] == 200
    assert len(hints(shop)) == 1


def test_an_event_that_could_not_be_kept_is_not_acknowledged(monkeypatch):
    # Stripe sends it again for three days, as long as it was not answered with success.
    monkeypatch.setenv("PAYMENT_QUEUE", "https://sqs.eu-west-3.amazonaws.com/123456789012/gone")

    with pytest.raises(ClientError, match="does not exist"):
        receive(an_event(), signed(an_event()))
