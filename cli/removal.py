"""A deployment taken away for good: the stack, and all that it keeps when it goes.

Only a trial can go. What is locked in compliance mode nobody can remove, AWS included, so there
nothing is begun. What is kept is emptied before the stack goes, so that a refusal meets it whole,
and again afterwards. A run that was broken off is repeated: a stack that is gone has its id still.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import boto3
from botocore.exceptions import ClientError

from cli.stack import UnknownStackError
from invoicing.errors import FacturierError

_SHORTEST_WAIT = 7  # days until AWS deletes a key that signs; it takes none shorter
_OURS = "Facturier,"  # how the template's description begins


class NotRemovableError(FacturierError):
    """This deployment stays; the text says why."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack that is there, or was: its id, and what was made for it by type."""

    id: str
    name: str
    retention: str
    is_there: bool
    is_protected: bool  # from being deleted, by CloudFormation
    resources: dict[str, list[str]]

    @classmethod
    def find(cls, name: str) -> Self:
        """Find it by its name; UnknownStackError if there was no Facturier in the last 90 days."""
        stack = _described(name) or _described(_id_of_the_gone(name)) or {}
        if not stack.get("Description", "").startswith(_OURS):
            raise UnknownStackError(f"no Facturier {name!r} in this account and region")
        chosen = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
        return cls(
            id=stack["StackId"],
            name=name,
            retention=chosen.get("RetentionMode", ""),
            is_there=stack["StackStatus"] != "DELETE_COMPLETE",
            is_protected=stack.get("EnableTerminationProtection", False),
            resources=_resources(stack["StackId"]),
        )

    def of(self, kind: str) -> list[str]:
        """Give the names of its resources of a type."""
        return self.resources.get(kind, [])


def remove(name: str, *, confirmed: str | None) -> dict[str, Any]:
    """Remove a deployment and tell what went; `confirmed` is its name, said again."""
    if confirmed != name:
        raise NotRemovableError(f"nothing was removed: say --confirm {name} to remove it for ever")
    stack = Deployed.find(name)
    if stack.retention == "COMPLIANCE":
        raise NotRemovableError(f"{name} keeps its documents in compliance mode until their day")
    if stack.is_protected:
        raise NotRemovableError(f"{name} is protected from termination: lift that first")
    buckets, tables = stack.of("AWS::S3::Bucket"), stack.of("AWS::DynamoDB::Table")
    for bucket in buckets:
        _take_policy_away(bucket)
    objects = sum(_empty(bucket) for bucket in buckets)
    if stack.is_there:
        _delete_stack(stack)
    return {
        "stack": name,
        "objects": objects + sum(_remove_bucket(bucket) for bucket in buckets),
        "buckets": buckets,
        "tables": [table for table in tables if _remove_table(table)],
        "secrets": list(_remove_secrets(f"facturier/{name}/")),
        "keys": [key for key in stack.of("AWS::KMS::Key") if _retire(key)],
        "dashboards": _remove_dashboard(stack.name),
        "logs": [name for name in stack.of("AWS::Lambda::Function") if _remove_log(name)],
        "layers": [arn for arn in stack.of("AWS::Lambda::LayerVersion") if _remove_layer(arn)],
    }


def _described(name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    try:
        found = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return None
    return dict(found[0])


def _id_of_the_gone(name: str) -> str | None:
    """Give the id of the last stack of that name, which AWS can tell of for 90 days."""
    pages = boto3.client("cloudformation").get_paginator("list_stacks")
    gone = pages.paginate(StackStatusFilter=["DELETE_COMPLETE", "DELETE_FAILED"])
    found = [s for page in gone for s in page["StackSummaries"] if s["StackName"] == name]
    last = max(found, key=lambda stack: stack["CreationTime"], default=None)
    return last["StackId"] if last else None


def _resources(stack: str) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {}
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=stack):
        for each in page["StackResourceSummaries"]:
            if each.get("PhysicalResourceId"):  # what was never made has none
                made.setdefault(each["ResourceType"], []).append(each["PhysicalResourceId"])
    return made


def _delete_stack(stack: Deployed) -> None:
    cloudformation = boto3.client("cloudformation")
    cloudformation.delete_stack(StackName=stack.name)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=stack.id, WaiterConfig={"Delay": 2, "MaxAttempts": 600}
    )


def _take_policy_away(bucket: str) -> None:
    """Lift what forbids everybody to delete in it."""
    s3 = boto3.client("s3")
    with suppress(s3.exceptions.NoSuchBucket):
        s3.delete_bucket_policy(Bucket=bucket)


def _empty(bucket: str) -> int:
    """Delete every version of every object, past what governance mode locks; count them."""
    s3, count = boto3.client("s3"), 0
    try:
        for versions in _versions(bucket):
            answer = s3.delete_objects(
                Bucket=bucket,
                Delete={"Objects": versions, "Quiet": True},
                BypassGovernanceRetention=True,
            )
            for error in answer.get("Errors", []):
                raise NotRemovableError(f"{error['Key']} in {bucket} stays: {error['Message']}")
            count += len(versions)
    except s3.exceptions.NoSuchBucket:
        return 0
    return count


def _versions(bucket: str) -> Iterator[Any]:
    for page in boto3.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if found:
            yield [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in found]


def _remove_bucket(bucket: str) -> int:
    """Empty it of what came in the meantime, and delete it."""
    s3, late = boto3.client("s3"), _empty(bucket)
    try:
        s3.delete_bucket(Bucket=bucket)
    except s3.exceptions.NoSuchBucket:
        return 0
    return late


def _remove_table(table: str) -> bool:
    dynamodb = boto3.client("dynamodb")
    try:
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
        dynamodb.get_waiter("table_exists").wait(TableName=table)
        dynamodb.delete_table(TableName=table)
        dynamodb.get_waiter("table_not_exists").wait(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        return False
    return True


def _remove_secrets(prefix: str) -> Iterator[str]:
    secrets = boto3.client("secretsmanager")
    pages = secrets.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": [prefix]}]
    )
    for name in [each["Name"] for page in pages for each in page["SecretList"]]:
        if name.startswith(prefix):  # the filter knows no case
            secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
            yield name


def _retire(key: str) -> bool:
    """Have a key deleted as soon as AWS does it; False for one that is gone or on its way."""
    kms: Any = boto3.client("kms")
    try:
        if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion":
            return False
    except kms.exceptions.NotFoundException:
        return False
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=_SHORTEST_WAIT)
    return True


def _remove_dashboard(name: str) -> list[str]:
    """Delete what `make deploy` puts beside the stack; give its name, if it was there."""
    cloudwatch = boto3.client("cloudwatch")
    listed = cloudwatch.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    found = [each["DashboardName"] for each in listed if each["DashboardName"] == name]
    if found:
        cloudwatch.delete_dashboards(DashboardNames=found)
    return found


def _remove_layer(arn: str) -> bool:
    """Delete a version of a layer that was the stack's last; SAM has each kept."""
    *_, name, version = arn.split(":")
    functions = boto3.client("lambda")
    try:
        functions.get_layer_version_by_arn(Arn=arn)
    except functions.exceptions.ResourceNotFoundException:
        return False
    functions.delete_layer_version(LayerName=name, VersionNumber=int(version))
    return True


def _remove_log(function: str) -> bool:
    """Delete what a function wrote: Lambda makes the log, so the stack does not know it."""
    logs = boto3.client("logs")
    try:
        logs.delete_log_group(logGroupName=f"/aws/lambda/{function}")
    except logs.exceptions.ResourceNotFoundException:
        return False
    return True
