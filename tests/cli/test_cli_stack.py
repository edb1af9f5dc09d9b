"""What an operator reads when his command could not even begin."""

from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import Stubber

from cli import __main__ as facturier
from cli import stack

SAID = "User is not authorized to perform: cloudformation:DescribeStacks"


@pytest.fixture
def cloudformation(monkeypatch):
    client = boto3.client("cloudformation", "eu-west-3")
    monkeypatch.setattr(stack.boto3, "client", lambda _: client)
    with Stubber(client) as answers:
        yield answers


@pytest.mark.parametrize(
    ("code", "told"), [("ValidationError", "no stack 'facturier'"), ("AccessDenied", SAID)]
)
def test_a_stack_that_one_may_not_see_is_not_said_to_be_missing(cloudformation, capsys, code, told):
    cloudformation.add_client_error("describe_stacks", code, SAID)

    assert facturier.main(["key", "list", "atelier"]) == 2

    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said


@pytest.mark.parametrize("outputs", [[], [{"OutputKey": "Distribution", "OutputValue": "d1"}]])
def test_a_stack_that_is_another_or_not_ready_is_told(cloudformation, capsys, outputs):
    there = {
        "StackName": "facturier",
        "CreationTime": datetime.now(UTC),
        "StackStatus": "CREATE_IN_PROGRESS",
        "Outputs": outputs,
    }
    cloudformation.add_response("describe_stacks", {"Stacks": [there]})

    assert facturier.main(["held"]) == 2
    assert "'facturier' is no Facturier, or is not deployed yet" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("--stack", "", "held"),
        ("--stack", "", "destroy", "--confirm", ""),
        ("--stack", "arn:aws:cloudformation:eu-west-3:1:stack/facturier/1", "held"),
        ("export", "--seller", "atelier", "--output", ""),
        ("export", "--seller", "atelier", "--output", "/"),
        ("webhook", "repair", "atelier", "--from", "2999-01-01"),
        ("webhook", "repair", "atelier", "--from", "yesterday"),
    ],
)
def test_words_that_name_nothing_are_refused_before_anything_is_done(capsys, words):
    with pytest.raises(SystemExit) as refused:
        facturier.main(list(words))

    assert refused.value.code == 2
    assert "needed" in capsys.readouterr().err


def test_a_bundle_is_checked_whatever_the_stack_is(tmp_path, capsys):
    for words in (("--stack", "x", "verify"), ("--stack=x", "verify"), ("verify",)):
        assert facturier.main([*words, f"{tmp_path / 'nowhere.zip'}"]) == 2
        assert "nowhere.zip" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(capsys):
    assert facturier.main(["seller", "create", "nowhere.json"]) == 2

    assert "nowhere.json" in capsys.readouterr().err
