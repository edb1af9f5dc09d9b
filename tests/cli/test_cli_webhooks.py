import json

import boto3
import pytest
import stripe

from cli import webhooks
from invoicing.adapters.stripe.events import FOLLOWED
from tests import aws
from tests.builders import a_seller
from tests.deployments import the_stack

SITE = "https://api.example"
NAME = "facturier/test/sellers/atelier/stripe"


@pytest.fixture
def connect(deployed, account):
    """Connect the seller as the command does, again and again."""

    def again(key=account.key):
        told = webhooks.connect(a_seller(), the_stack(deployed), site=SITE, api_key=key)
        assert told == kept()["webhook_endpoint"]
        return kept()

    return again


def kept():
    secret = boto3.client("secretsmanager", aws.REGION).get_secret_value(SecretId=NAME)
    return json.loads(secret["SecretString"])


def endpoints(account):
    return list(account.client.v1.webhook_endpoints.list({"limit": 100}).data)


def test_the_webhook_asks_for_all_that_is_followed_in_one_version(connect, account):
    secrets = connect()

    [endpoint] = endpoints(account)
    assert endpoint.url == "https://api.example/v1/stripe/atelier"
    assert set(endpoint.enabled_events) == set(FOLLOWED)
    assert endpoint.api_version == stripe.api_version
    assert secrets["webhook_endpoint"] == endpoint.id
    assert secrets["api_key"] == account.key


def test_a_webhook_of_before_learns_what_is_followed_now_and_keeps_its_secret(connect, account):
    before = connect()
    [endpoint] = endpoints(account)
    client = account.client.v1.webhook_endpoints
    client.update(endpoint.id, {"enabled_events": ["checkout.session.completed"]})

    assert connect() == before

    [again] = endpoints(account)
    assert (again.id, set(again.enabled_events)) == (endpoint.id, set(FOLLOWED))


def test_a_webhook_whose_secret_nobody_has_is_replaced_and_not_doubled(connect, account):
    connect()
    [lost] = endpoints(account)
    boto3.client("secretsmanager", aws.REGION).delete_secret(
        SecretId=NAME, ForceDeleteWithoutRecovery=True
    )

    secrets = connect()

    [made] = endpoints(account)
    assert made.id != lost.id
    assert len(secrets["webhook_secrets"]) == 1


def test_what_another_account_still_sends_is_believed_for_a_while(connect):
    [old] = connect()["webhook_secrets"]

    secrets = connect("sk_test_of_another_account")

    new, before = secrets["webhook_secrets"]
    assert (before, new != old) == (old, True)


def test_endpoints_that_point_elsewhere_are_left_alone(connect, account):
    elsewhere = account.client.v1.webhook_endpoints.create(
        {"url": "https://shop.example/hook", "enabled_events": ["*"]}
    )

    connect()

    assert elsewhere.id in {each.id for each in endpoints(account)}
