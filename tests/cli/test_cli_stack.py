"""What an operator reads when his command could not even begin."""

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


def test_a_file_that_is_not_there_is_named(capsys):
    assert facturier.main(["seller", "create", "nowhere.json"]) == 2

    assert "nowhere.json" in capsys.readouterr().err
