"""Taking a deployment away: only by its name said twice, and never past compliance mode."""

import json
import re
from dataclasses import replace
from unittest.mock import Mock

import boto3
import pytest
from moto import mock_aws

from cli import __main__ as facturier
from cli import removal
from cli.removal import Deployed
from tests import aws

NAME, BUCKET = "trial", "trial-documents"
[OURS] = re.findall(r"^Description: (.*)", aws.TEMPLATE.read_text(), re.MULTILINE)


@pytest.fixture
def deploy(monkeypatch):
    """A stack with a document in it; moto's CloudFormation wants what we do not have."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    gone = []

    def deployed(retention, *, protected=False):
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        boto3.client("s3").put_object(Bucket=BUCKET, Key="invoice.pdf", Body=b"%PDF")
        resources = {"AWS::S3::Bucket": [BUCKET]}
        there = Deployed(
            "arn:trial", NAME, retention, is_there=True, is_protected=protected, resources=resources
        )
        monkeypatch.setattr(Deployed, "find", lambda _: replace(there, is_there=not gone))
        monkeypatch.setattr(removal, "_delete_stack", gone.append)
        return gone

    with mock_aws():
        yield deployed


def said(capsys, words):
    answer = facturier.main(["--stack", NAME, "destroy", *words])
    told = capsys.readouterr()
    return answer, told.out + told.err


def is_there():
    found = boto3.client("s3").list_objects_v2(Bucket=BUCKET)
    return [each["Key"] for each in found["Contents"]] == ["invoice.pdf"]


@pytest.mark.parametrize("words", [(), ("--confirm", "facturier"), ("--confirm", "")])
def test_nothing_is_removed_unless_the_name_is_said_again(deploy, capsys, words):
    deploy("")

    answer, told = said(capsys, words)

    assert (answer, is_there()) == (2, True)
    assert "say --confirm trial" in told


def test_documents_in_compliance_mode_stay_with_all_that_is_around_them(deploy, capsys):
    gone = deploy("COMPLIANCE")

    answer, told = said(capsys, ("--confirm", NAME))

    assert (answer, is_there(), gone) == (2, True, [])
    assert "compliance mode" in told


def test_a_stack_that_may_not_be_deleted_keeps_its_documents(deploy, capsys):
    gone = deploy("GOVERNANCE", protected=True)

    answer, told = said(capsys, ("--confirm", NAME))

    assert (answer, is_there(), gone) == (2, True, [])
    assert "protected from termination" in told


@pytest.mark.parametrize("described", [{}, {"Description": "Something else"}])
def test_a_stack_that_is_no_facturier_stays(monkeypatch, capsys, described):
    """CloudFormation names whichever it finds."""
    cloudformation = Mock()
    stack = {"StackId": "arn:trial", "StackStatus": "CREATE_COMPLETE"} | described
    cloudformation.describe_stacks.return_value = {"Stacks": [stack]}
    monkeypatch.setattr(boto3, "client", lambda _: cloudformation)

    answer, told = said(capsys, ("--confirm", NAME))

    assert answer == 2
    assert "no Facturier 'trial'" in told
    assert [name for name, *_ in cloudformation.mock_calls] == ["describe_stacks"]


def test_a_key_that_is_gone_already_stops_nothing(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        assert removal._retire("mrk-gone") is False  # noqa: SLF001  AWS forgets a key in a week


def test_a_trial_goes_with_its_documents_and_a_second_run_finds_nothing_left(deploy, capsys):
    gone = deploy("GOVERNANCE")

    first, told = said(capsys, ("--confirm", NAME))
    again, then = said(capsys, ("--confirm", NAME))

    assert (first, again) == (0, 0)
    assert (json.loads(told)["objects"], json.loads(then)["objects"]) == (1, 0)
    assert len(gone) == 1
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_what_a_deployment_that_failed_never_made_is_not_looked_for(monkeypatch):
    """AWS names no id for it: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceSummary.html."""
    listed = [
        {"ResourceType": "AWS::S3::Bucket", "PhysicalResourceId": BUCKET},
        {"ResourceType": "AWS::DynamoDB::Table"},
    ]
    stack = {"StackId": "arn:trial", "StackStatus": "ROLLBACK_COMPLETE", "Description": OURS}
    cloudformation = Mock()
    cloudformation.describe_stacks.return_value = {"Stacks": [stack]}
    pages = cloudformation.get_paginator.return_value.paginate
    pages.return_value = [{"StackResourceSummaries": listed}]
    monkeypatch.setattr(boto3, "client", lambda _: cloudformation)

    assert Deployed.find(NAME).resources == {"AWS::S3::Bucket": [BUCKET]}
