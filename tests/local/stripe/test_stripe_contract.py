"""The contract: what Stripe's OpenAPI does not allow is refused, and breaches do not go unseen."""

import json
from pathlib import Path

import pytest
import requests
import stripe

from local.stripe.server import StandIn
from local.stripe.wire.openapi import load
from tests.local.stripe.shop import a_client, a_session, paid

OFFICIAL = Path(__file__).parents[4] / "shared/data/stripe/objects_official"
CONTRADICTS_THE_FILE = {"source"}  # a field of Stripe's fixtures that its own OpenAPI lacks


def test_an_unknown_parameter_is_refused_by_name(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        a_session(client, line_items=[{"quantity": 1, "colour": "red"}])

    assert refused.value.code == "parameter_unknown"
    assert refused.value.param == "line_items[0][colour]"


@pytest.mark.parametrize(
    ("asked", "param", "code"),
    [
        ({"expires_at": "soon"}, "expires_at", "parameter_invalid_integer"),
        ({"locale": "xx"}, "locale", None),
        ({"customer_email": ""}, "customer_email", "parameter_invalid_empty"),
        ({"customer_email": "ada"}, "customer_email", "email_invalid"),
        ({"success_url": "paid.html"}, "success_url", "url_invalid"),
        ({"metadata": {"k" * 41: "v"}}, "metadata", None),
        ({"line_items": [{"price_data": {"currency": "eur"}}]}, "line_items[0][quantity]", None),
    ],
)
def test_a_parameter_that_stripe_would_refuse_is_refused(client, asked, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        a_session(client, **asked)

    assert refused.value.param == param
    assert code in {None, refused.value.code}


@pytest.mark.parametrize(
    "asked",
    [
        {"customer_account": "acct_1"},
        {"mode": "subscription"},
        {"automatic_tax": {"enabled": True}},
    ],
)
def test_what_stripe_can_and_the_stand_in_cannot_is_said(client, asked):
    with pytest.raises(stripe.InvalidRequestError, match="stand-in for Stripe does not cover"):
        a_session(client, **asked)


def test_an_operation_that_is_not_covered_is_said(client):
    with pytest.raises(stripe.InvalidRequestError, match="does not cover GET /v1/customers"):
        client.v1.customers.list()


def test_an_answer_that_breaks_the_contract_is_an_error_and_is_recorded(client, stand_in: StandIn):
    session = a_session(client)
    held = stand_in.accounts.holding("checkout.session", session.id)
    held.objects["checkout.session"][session.id] |= {"status": "opened", "colour": "red"}

    with pytest.raises(stripe.APIError, match="violates Stripe's OpenAPI"):
        client.v1.checkout.sessions.retrieve(session.id)

    recorded = requests.get(f"{stand_in.url}/_control/violations", timeout=10).json()["violations"]
    assert len(recorded) == 2
    assert "'opened' is not one of" in json.dumps(recorded)
    assert "'colour' was unexpected" in json.dumps(recorded)
    stand_in.violations.clear()


def test_a_list_that_breaks_the_contract_is_caught_each_time(client, stand_in: StandIn):
    session = a_session(client)
    client.v1.checkout.sessions.list()
    held = stand_in.accounts.holding("checkout.session", session.id)
    held.objects["checkout.session"][session.id]["status"] = "opened"

    for _ in range(2):
        with pytest.raises(stripe.APIError, match="violates Stripe's OpenAPI"):
            client.v1.checkout.sessions.list()

    stand_in.violations.clear()


def test_an_event_that_breaks_the_contract_is_recorded():
    contract = load()

    problems = contract.check_event(
        {"type": "charge.imagined", "data": {"object": {"object": "charge", "id": "ch_1"}}}
    )

    assert any("'amount' is a required property" in one for one in problems)
    assert any("no event of this type" in one for one in problems)
    assert len(contract.violations) == len(problems)


def test_a_nullable_field_is_null_and_not_absent(client):
    charge = paid(client).payment_intent
    assert isinstance(charge, stripe.PaymentIntent)

    assert charge.canceled_at is None
    assert charge.review is None


@pytest.mark.skipif(not OFFICIAL.exists(), reason="Stripe's fixtures lie beside the repository")
@pytest.mark.parametrize(
    "kind", ["checkout.session", "payment_intent", "charge", "refund", "balance_transaction"]
)
def test_objects_have_the_fields_of_stripe_s_own_fixtures(client, kind):
    intent = paid(client).payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    client.v1.refunds.create({"payment_intent": intent.id})
    lists = {
        "checkout.session": client.v1.checkout.sessions,
        "payment_intent": client.v1.payment_intents,
        "charge": client.v1.charges,
        "refund": client.v1.refunds,
        "balance_transaction": client.v1.balance_transactions,
    }
    official = set(json.loads((OFFICIAL / f"{kind}.json").read_text()))

    ours = set(lists[kind].list({"limit": 1}).data[0].to_dict())

    assert official - ours - CONTRADICTS_THE_FILE - {"refunds"} == set()


@pytest.mark.parametrize("key", ["sk_live_1", "nonsense"])
def test_a_key_that_is_not_a_test_key_opens_nothing(stand_in: StandIn, key):
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        a_client(stand_in.url, key).v1.charges.list()


def test_without_a_key_there_is_no_answer(stand_in: StandIn):
    assert requests.get(f"{stand_in.url}/v1/charges", timeout=10).status_code == 401


def test_one_account_does_not_see_another_s(client, stand_in: StandIn):
    session = a_session(client)

    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session") as refused:
        a_client(stand_in.url, "sk_test_stranger").v1.checkout.sessions.retrieve(session.id)

    assert refused.value.code == "resource_missing"


def test_what_cannot_be_expanded_is_refused(client):
    session = a_session(client)

    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.checkout.sessions.retrieve(session.id, {"expand": ["amount_total"]})
