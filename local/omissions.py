"""What the emulator's CloudFormation reads and silently drops, set afterwards from the template.

Without this the emulator would allow what AWS refuses: an issued invoice could be deleted from a
bucket whose object lock exists only on paper.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.deployment import Deployment
from local.emulator import Emulator
from local.intrinsics import resolve

Properties = dict[str, Any]


def complete(emulator: Emulator, deployment: Deployment) -> None:
    """Set on each deployed resource what its creation left out."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: _complete(emulator, deployment, name), deployment.resources))


def _complete(emulator: Emulator, deployment: Deployment, logical_id: str) -> None:
    resource = deployment.template["Resources"][logical_id]
    properties = resource.get("Properties", {})
    for (kind, name), put in _DROPPED.items():
        setting = resolve(properties.get(name), deployment) if kind == resource["Type"] else None
        if setting is not None:
            put(emulator, deployment.resources[logical_id], setting)


def _lockable(emulator: Emulator, bucket: str, _enabled: str) -> None:
    setting = {"ObjectLockEnabled": "Enabled"}
    emulator.client("s3").put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration=setting
    )


def _object_lock(emulator: Emulator, bucket: str, setting: Properties) -> None:
    retention = setting.get("Rule", {}).get("DefaultRetention", {})
    for unit in retention.keys() & {"Days", "Years"}:
        retention[unit] = int(retention[unit])  # a parameter's value is text
    emulator.client("s3").put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration=setting
    )


def _time_to_live(emulator: Emulator, table: str, setting: Properties) -> None:
    emulator.client("dynamodb").update_time_to_live(
        TableName=table, TimeToLiveSpecification=setting
    )


def _point_in_time_recovery(emulator: Emulator, table: str, setting: Properties) -> None:
    emulator.client("dynamodb").update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification=setting
    )


def _reserved_concurrency(emulator: Emulator, function: str, setting: int) -> None:
    emulator.client("lambda").put_function_concurrency(
        FunctionName=function, ReservedConcurrentExecutions=int(setting)
    )


def _scaling(emulator: Emulator, mapping: str, setting: Properties) -> None:
    most = int(setting["MaximumConcurrency"])  # a parameter's value is text
    emulator.client("lambda").update_event_source_mapping(
        UUID=mapping, ScalingConfig={"MaximumConcurrency": most}
    )


def _plain_http(emulator: Emulator, _policy: str, bucket: str) -> None:
    """Take out what asks for TLS: the emulator listens on this machine's loopback without it."""
    s3 = emulator.client("s3")
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    left = [each for each in policy["Statement"] if "aws:SecureTransport" not in str(each)]
    s3.delete_bucket_policy(Bucket=bucket)
    if left:
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**policy, "Statement": left}))


_DROPPED: dict[tuple[str, str], Callable[[Emulator, str, Any], None]] = {
    ("AWS::S3::Bucket", "ObjectLockEnabled"): _lockable,
    ("AWS::S3::Bucket", "ObjectLockConfiguration"): _object_lock,
    ("AWS::S3::BucketPolicy", "Bucket"): _plain_http,
    ("AWS::DynamoDB::Table", "TimeToLiveSpecification"): _time_to_live,
    ("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification"): _point_in_time_recovery,
    ("AWS::Lambda::Function", "ReservedConcurrentExecutions"): _reserved_concurrency,
    ("AWS::Lambda::EventSourceMapping", "ScalingConfig"): _scaling,
}
