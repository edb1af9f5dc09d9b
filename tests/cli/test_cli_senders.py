"""What SES is asked about a sender, and what his domain has to publish."""

import boto3
import pytest
from botocore.stub import Stubber

from cli import senders

LENGTH = {"NextSigningKeyLength": "RSA_2048_BIT"}
WHO = {"EmailIdentity": "factures@atelier.example"}
WHERE = {"EmailIdentity": "atelier.example"}
PENDING = {"Status": "PENDING", "Tokens": ["one", "two", "three"]}


@pytest.fixture
def ses(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("sesv2", "eu-west-3")
    monkeypatch.setattr(boto3, "client", lambda _: client)
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_a_new_sender_is_verified_and_his_domain_gets_three_records_to_sign_by(ses):
    ses.add_response("create_email_identity", {}, WHO)
    ses.add_response(
        "create_email_identity",
        {"DkimAttributes": PENDING},
        WHERE | {"DkimSigningAttributes": LENGTH},
    )

    records = senders.introduce("factures@atelier.example")

    assert len(records) == 3
    assert records[0] == {
        "type": "CNAME",
        "name": "one._domainkey.atelier.example",
        "value": "one.dkim.amazonses.com",
    }


def test_in_a_region_with_a_zone_of_its_own_the_records_lead_there(ses):
    ses.add_client_error("create_email_identity", "AlreadyExistsException")
    ses.add_response("get_email_identity", {}, WHO)
    ses.add_client_error("create_email_identity", "AlreadyExistsException")
    zone = {"SigningHostedZone": "dkim.eu-central-2.amazonses.com"}
    ses.add_response("get_email_identity", {"DkimAttributes": PENDING | zone}, WHERE)

    records = senders.introduce("factures@atelier.example")

    assert {each["value"].partition(".")[2] for each in records} == {zone["SigningHostedZone"]}


def test_a_domain_that_signs_already_has_nothing_to_publish(ses):
    ses.add_response("create_email_identity", {}, WHO)
    ses.add_client_error("create_email_identity", "AlreadyExistsException")
    ses.add_response("get_email_identity", {"DkimAttributes": {"Status": "SUCCESS"}}, WHERE)

    assert senders.introduce("factures@atelier.example") == []
