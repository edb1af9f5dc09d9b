import json
import time

import pytest

from invoicing.adapters.stripe.events import UnsignedError, signed_event
from tests.stripe_accounts import an_event, signed


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_an_event_is_believed_under_either_secret_while_one_is_replaced(account, secret):
    body = an_event(of="cs_1")

    event = signed_event(body.encode(), signed(body, secret), account.secrets)

    assert (event.id, event.type, event.about) == (
        "evt_1",
        "checkout.session.completed",
        "cs_1",
    )


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "v1=00",
        "t=x,v1=00",
        f"t={int(time.time())},v1={'0' * 64}",
        f"t={int(time.time())},v1=é",
        signed(an_event(), "whsec_another"),
        signed(an_event() + " "),
        signed(an_event(), at=int(time.time()) - 301),
    ],
    ids=["none", "undated", "unreadable", "wrong", "not ASCII", "another", "other body", "old"],
)
def test_what_stripe_did_not_sign_just_now_is_not_believed(account, signature):
    with pytest.raises(UnsignedError):
        signed_event(an_event().encode(), signature, account.secrets)


def test_bytes_that_are_no_text_are_not_believed(account):
    with pytest.raises(UnsignedError):
        signed_event(b"\xff\xfe", signed("x"), account.secrets)


def test_nobody_signs_for_a_seller_without_an_account():
    with pytest.raises(UnsignedError):
        signed_event(an_event().encode(), signed(an_event()), None)


@pytest.mark.parametrize("kind", ["cash_balance", "customer_cash_balance_transaction"])
def test_cash_is_read_again_with_the_customer_whose_it_is(account, kind):
    about = {"object": kind, "customer": "cus_1"}
    body = json.dumps({"id": "evt_1", "type": f"{kind}.created", "data": {"object": about}})

    assert signed_event(body.encode(), signed(body), account.secrets).about == "cus_1"
