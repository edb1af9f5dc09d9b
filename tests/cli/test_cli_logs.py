"""The functions' logs end some day, whether they were there before or not."""

import json

import boto3
import pytest

from cli import __main__ as facturier
from cli import logs
from cli.dashboard import Resource
from tests import aws


@pytest.fixture
def functions(deployed, monkeypatch):  # noqa: ARG001  AWS in this process
    made = [Resource(name, f"test-{name}", "AWS::Lambda::Function") for name in ("Old", "New")]
    made.append(Resource("Ledger", "test-Ledger", "AWS::DynamoDB::Table"))
    monkeypatch.setattr(logs, "deployed", lambda _: made)
    monkeypatch.setenv("AWS_DEFAULT_REGION", aws.REGION)
    boto3.client("logs").create_log_group(logGroupName="/aws/lambda/test-Old")


def terms():
    groups = boto3.client("logs").describe_log_groups()["logGroups"]
    return {each["logGroupName"]: each.get("retentionInDays") for each in groups}


@pytest.mark.usefixtures("functions")
def test_each_functions_log_is_kept_for_as_long_as_was_said(capsys):
    assert facturier.main(["--stack", "test", "logs", "--days", "90"]) == 0

    assert json.loads(capsys.readouterr().out) == {"logs": 2, "days": 90}
    assert terms() == {"/aws/lambda/test-Old": 90, "/aws/lambda/test-New": 90}

    facturier.main(["--stack", "test", "logs", "--days", "365"])
    assert set(terms().values()) == {365}


@pytest.mark.usefixtures("functions")
def test_a_term_that_cloudwatch_does_not_know_is_refused(capsys):
    with pytest.raises(SystemExit):
        facturier.main(["logs", "--days", "100"])

    assert "invalid choice" in capsys.readouterr().err


def test_a_stack_without_functions_is_not_there(deployed, monkeypatch, capsys):  # noqa: ARG001
    monkeypatch.setattr(logs, "deployed", lambda _: [])

    assert facturier.main(["--stack", "nowhere", "logs", "--days", "90"]) == 2
    assert "nowhere" in capsys.readouterr().err
