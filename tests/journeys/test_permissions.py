"""What each function may do, tried with the credentials of its role.

Every call is made so that it changes nothing where it is allowed: its condition never holds, or
what it names is not there.
"""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.emulator import REGION
from local.stack import Stack
from tests.running import wait_for

NEVER = {"ConditionExpression": "attribute_exists(pk)"}
DENIED = {"AccessDenied", "AccessDeniedException"}

Call = Callable[[Any, str], object]

KEYS = {
    "LedgerTable": {"pk": {"S": "nowhere"}, "sk": {"S": "nowhere"}},
    "HeadsTable": {"pk": {"S": "nowhere"}},
}


def attempts(key: dict[str, Any]) -> dict[str, Call]:
    """Give every way to write an item, and to have it forgotten."""
    where = " AND ".join(f"{name}='nowhere'" for name in key)
    return {
        "put": lambda table, name: table.put_item(TableName=name, Item=key, **NEVER),
        "update": lambda table, name: table.update_item(TableName=name, Key=key, **NEVER),
        "delete": lambda table, name: table.delete_item(TableName=name, Key=key, **NEVER),
        "delete in a batch": lambda table, name: table.batch_write_item(
            RequestItems={name: [{"DeleteRequest": {"Key": key}}]}
        ),
        "delete in a transaction": lambda table, name: table.transact_write_items(
            TransactItems=[{"Delete": {"TableName": name, "Key": key, **NEVER}}]
        ),
        "delete by a statement": lambda table, name: table.execute_statement(
            Statement=f'DELETE FROM "{name}" WHERE {where}'  # noqa: S608  ours
        ),
        "forget in time": lambda table, name: table.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "never"}
        ),
    }


@pytest.fixture(scope="module")
def roles(stack: Stack) -> dict[str, boto3.session.Session]:
    """Give a session with each role's credentials, by the role's logical id."""
    resources = stack.deployment.template["Resources"].items()
    names = [name for name, resource in resources if resource["Type"] == "AWS::IAM::Role"]
    return {name: assumed(stack, stack.resources[name]) for name in names}


@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        (
            "LedgerTable",
            {
                ("IssueDocumentRole", "put"),
                ("RenderDocumentRole", "put"),
                ("CloseLedgerRole", "put"),
            },
        ),
        (
            "HeadsTable",
            {
                ("IssueDocumentRole", "put"),
                ("IssueDocumentRole", "update"),
                ("CloseLedgerRole", "put"),
            },
        ),
    ],
)
def test_only_what_issues_and_closes_may_write_the_books_and_nobody_takes_anything_out(
    stack, roles, table, allowed
):
    assert {
        (name, attempt)
        for name, role in roles.items()
        for attempt, call in attempts(KEYS[table]).items()
        if may(call, role, "dynamodb", stack, stack.outputs[table])
    } == allowed


def test_who_alters_the_ledger_by_force_is_told_on(stack):
    table, ledger = stack.outputs["LedgerTable"], stack.client("dynamodb")
    key = {"pk": {"S": "altered"}, "sk": {"S": "by force"}}
    ledger.put_item(TableName=table, Item=key)
    assert not told_on(stack, "INSERT")

    ledger.put_item(TableName=table, Item=key | {"entry": {"S": "Camille Moreau"}})
    ledger.delete_item(TableName=table, Key=key)

    wait_for(lambda: told_on(stack, "MODIFY") and told_on(stack, "REMOVE"))
    assert any('"LedgerAltered":[' in line for line in stack.logs("PublishChanges"))
    assert not any("Camille" in line for line in stack.logs("PublishChanges"))


def told_on(stack: Stack, change: str) -> bool:
    lines = [line for line in stack.logs("PublishChanges") if "the ledger was altered" in line]
    return any(f'"{change}"' in line and '"altered"' in line for line in lines)


@pytest.mark.parametrize("output", ["DocumentsBucket", "AnchorsBucket"])
def test_nobody_may_delete_what_is_stored(stack, roles, output):
    bucket = stack.outputs[output]

    def delete(s3, bucket: str) -> object:
        return s3.delete_object(Bucket=bucket, Key="nowhere")

    def delete_for_ever(s3, bucket: str) -> object:
        return s3.delete_object(Bucket=bucket, Key="nowhere", VersionId="none")

    assert not [
        name
        for name, role in roles.items()
        if may(delete, role, "s3", stack, bucket) or may(delete_for_ever, role, "s3", stack, bucket)
    ]


def may(call: Call, role: boto3.session.Session, service: Any, stack: Stack, name: str) -> bool:  # noqa: ANN401
    try:
        call(role.client(service, endpoint_url=stack.emulator_url), name)
    except ClientError as error:
        return error.response["Error"]["Code"] not in DENIED
    return True


def assumed(stack: Stack, role: str) -> boto3.session.Session:
    """Take a role as its function does; that we may is all that changes, and only meanwhile."""
    iam = stack.client("iam")
    found = iam.get_role(RoleName=role)["Role"]
    trust = found["AssumeRolePolicyDocument"]
    ours = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    also = json.dumps({**trust, "Statement": [*trust["Statement"], ours]})
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=also)
    given = stack.client("sts").assume_role(RoleArn=found["Arn"], RoleSessionName="auditor")
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    keys = given["Credentials"]
    return boto3.session.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION
    )
