"""Stripe's own fixtures of its objects, read as our payments would be."""

import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from stripe import StripeObject

from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account
from invoicing.adapters.stripe.history import Payments
from invoicing.adapters.stripe.paybacks import left_of
from invoicing.money import Money

OFFICIAL = Path(__file__).parents[5] / "shared/data/stripe/objects_official"
SECRETS = StripeSecrets(api_key=SecretStr("sk_test_1"), webhook_secrets=())
OURS = {"facturier_seller": "atelier", "facturier_invoice": "FA-2026-000001"}

pytestmark = pytest.mark.skipif(not OFFICIAL.exists(), reason="needs the objects in ../shared")


def official(name: str, **changes):
    return json.loads((OFFICIAL / f"{name}.json").read_text()) | changes


@pytest.fixture
def stripe(monkeypatch):
    """An account that has what a test puts there, in the shapes that Stripe publishes."""
    kept = {}

    def retrieve(name, params=None):
        found = dict(kept[name])
        if params and found.get("latest_charge") in kept:
            found["latest_charge"] = kept[found["latest_charge"]]
        return StripeObject.construct_from(found, "sk_test_1")

    def listing(kind):
        def list_(_):
            found = [each for each in kept.values() if each["object"] == kind]
            read = [StripeObject.construct_from(each, "sk_test_1") for each in found]
            return SimpleNamespace(auto_paging_iter=lambda: iter(read))

        return SimpleNamespace(retrieve=retrieve, list=list_)

    sessions = SimpleNamespace(retrieve=retrieve)
    v1 = SimpleNamespace(
        checkout=SimpleNamespace(sessions=sessions),
        payment_intents=listing("payment_intent"),
        charges=listing("charge"),
        refunds=listing("refund"),
        disputes=listing("dispute"),
    )
    monkeypatch.setattr(account, "_client", lambda _: SimpleNamespace(v1=v1))
    return kept


def keep(stripe, *objects: dict[str, Any]):
    stripe.update({each["id"]: each for each in objects})
    return objects[0]["id"]


def a_paid_intent(**changes):
    charge = official("charge", payment_intent="pi_1", amount=1099)
    intent = official(
        "payment_intent",
        id="pi_1",
        status="succeeded",
        amount_received=1099,
        latest_charge=charge["id"],
        metadata=OURS,
    )
    return intent | changes, charge


def read(object_id):
    return Payments(SECRETS).behind(object_id, seller="atelier")


@pytest.mark.parametrize("name", ["payment_intent", "charge", "refund", "dispute"])
def test_an_object_as_stripe_publishes_it_belongs_to_none_of_our_invoices(stripe, name):
    assert read(keep(stripe, official(name))) is None


def test_a_session_of_another_mode_has_no_payment(stripe):
    session = official("checkout.session", mode="setup", payment_intent=None)

    assert read(keep(stripe, session)) is None


def test_an_intent_with_its_charge_is_read(stripe):
    keep(stripe, *a_paid_intent())

    history = read("pi_1")

    assert history
    assert [(f"{each.amount}", each.means) for each in history.movements] == [("10.99 USD", "card")]


def test_a_refund_that_waits_has_moved_nothing_and_one_that_went_has(stripe):
    keep(stripe, *a_paid_intent())
    waiting = official("refund", payment_intent="pi_1", balance_transaction=None, status="pending")
    keep(stripe, waiting)
    assert [each.kind for each in read(waiting["id"]).movements] == ["payment"]

    keep(stripe, waiting | {"balance_transaction": "txn_1", "status": "succeeded"})

    assert [each.kind for each in read(waiting["id"]).movements] == ["payment", "refund"]


@pytest.mark.parametrize(
    ("status", "left"),
    [("pending", "5.99"), ("requires_action", "5.99"), ("canceled", "10.99"), ("failed", "10.99")],
)
def test_what_is_on_its_way_back_is_not_left_to_be_sent_back_again(stripe, status, left):
    keep(stripe, *a_paid_intent())
    waiting = official("refund", payment_intent="pi_1", amount=500, currency="usd", status=status)
    keep(stripe, waiting | {"balance_transaction": None})

    assert left_of(read("pi_1")).amount == Money(Decimal(left), "USD")


@pytest.mark.parametrize(
    ("nets", "kinds"),
    [
        ([], []),
        ([-1000], ["dispute_withdrawn"]),
        ([1000, -1000], ["dispute_withdrawn", "dispute_reinstated"]),
    ],
)
def test_a_dispute_moved_what_its_lines_say_whatever_their_order(stripe, nets, kinds):
    keep(stripe, *a_paid_intent())
    line = official("balance_transaction")
    lines = [
        line | {"id": f"txn_{net}", "amount": net, "created": line["created"] + (net > 0)}
        for net in nets
    ]
    dispute = official("dispute", payment_intent="pi_1", balance_transactions=lines)

    history = read(keep(stripe, dispute))

    assert [each.kind for each in history.movements] == ["payment", *kinds]
