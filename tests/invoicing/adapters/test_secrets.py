from datetime import UTC, datetime, timedelta

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from botocore.exceptions import ClientError

from invoicing.adapters import secrets
from tests import aws

TEXT = '{"api_key": "sk_test_1", "webhook_secrets": ["whsec_1"]}'


def save(text, name="facturier/test/sellers/atelier/stripe"):
    boto3.client("secretsmanager", aws.REGION).create_secret(Name=name, SecretString=text)


@pytest.mark.usefixtures("deployed")
def test_a_sellers_secrets_are_read_and_never_shown():
    save(TEXT)

    known = secrets.stripe("atelier")

    assert known
    assert known.api_key.get_secret_value() == "sk_test_1"
    assert "sk_test_1" not in repr(known)
    assert "whsec_1" not in repr(known)


@pytest.mark.usefixtures("deployed")
def test_a_seller_without_secrets_takes_no_card_payments():
    assert secrets.stripe("atelier") is None


@pytest.mark.usefixtures("deployed")
def test_secrets_that_cannot_be_read_now_are_not_taken_for_none(monkeypatch):
    # Taken for none, the hint of a payment would be dropped.
    throttled = ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue")

    class Provider(parameters.SecretsProvider):
        def _get(self, *_: object, **__: object) -> str:
            raise throttled

    monkeypatch.setitem(parameters.base.DEFAULT_PROVIDERS, "secrets", Provider())

    with pytest.raises(parameters.GetParameterError):
        secrets.stripe("atelier")


@pytest.mark.usefixtures("deployed")
def test_a_rotated_secret_is_taken_up_within_a_minute_without_a_deployment(monkeypatch):
    """In the same warm process: what was read is kept for a minute and then read again."""
    now = [datetime(2026, 11, 21, 12, tzinfo=UTC)]

    class Clock(datetime):
        @classmethod
        def now(cls, _zone=None) -> datetime:
            return now[0]

    monkeypatch.setattr(parameters.base, "datetime", Clock)
    save(TEXT)
    before = secrets.stripe("atelier")
    client = boto3.client("secretsmanager", aws.REGION)
    client.put_secret_value(
        SecretId=secrets.secret_name("atelier"), SecretString=TEXT.replace("sk_test_1", "sk_test_2")
    )

    assert secrets.stripe("atelier") == before
    now[0] += timedelta(seconds=secrets.MAX_AGE_SECONDS + 1)
    assert secrets.stripe("atelier").api_key.get_secret_value() == "sk_test_2"
