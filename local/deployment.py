"""The deployed template: what `sam deploy` does, in seconds and without the SAM command.

The template is changed in nothing but where its code lies, and in what the emulator cannot make.
"""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local.emulator import Emulator
from local.packages import CODE_PROPERTY, Package, Template, read

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

CODE_BUCKET = "facturier-code"
_GLANCE = 0.05
_NOT_MADE = {"AWS::CloudWatch::CompositeAlarm"}  # by the emulator, which refuses the whole stack


class DeploymentFailedError(RuntimeError):
    """CloudFormation refused; the text names each resource and its reason."""


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: its outputs, what each logical id became, its processed template."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    parameters: Mapping[str, str]
    template: Template


def deploy(
    emulator: Emulator,
    built_template: Path,
    packages: Sequence[Package],
    *,
    name: str,
    parameters: Mapping[str, str],
) -> Deployment:
    """Upload the packages, create the stack, wait. Parameters it does not declare are left out."""
    template = read(built_template)
    declared = template.get("Parameters", {})
    given = {key: value for key, value in parameters.items() if key in declared}
    _upload(emulator, packages)
    _point_to_bucket(template, packages)
    _leave_out(template)
    _create(emulator, name, template, given)
    return _describe(emulator, name)


def _upload(emulator: Emulator, packages: Sequence[Package]) -> None:
    s3 = emulator.client("s3")
    if CODE_BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        place = {"LocationConstraint": s3.meta.region_name}
        s3.create_bucket(Bucket=CODE_BUCKET, CreateBucketConfiguration=place)
    once = {package.key: package.file for package in packages}
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda key: s3.upload_file(str(once[key]), CODE_BUCKET, key), once))


def _point_to_bucket(template: Template, packages: Sequence[Package]) -> None:
    for package in packages:
        resource = template["Resources"][package.logical_id]
        place = {"Bucket": CODE_BUCKET, "Key": package.key}
        resource["Properties"][CODE_PROPERTY[resource["Type"]]] = place


def _leave_out(template: Template) -> None:
    made = template["Resources"].items()
    template["Resources"] = {k: each for k, each in made if each["Type"] not in _NOT_MADE}


def _create(
    emulator: Emulator, name: str, template: Template, parameters: Mapping[str, str]
) -> None:
    """Create the stack from a template in the bucket: a body in the call ends at 51,200 bytes."""
    key = f"{name}.json"
    emulator.client("s3").put_object(Bucket=CODE_BUCKET, Key=key, Body=json.dumps(template))
    cloudformation: CloudFormationClient = emulator.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=f"{emulator.url}/{CODE_BUCKET}/{key}",
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    status = _settled(cloudformation, name)
    if status != "CREATE_COMPLETE":
        raise DeploymentFailedError(f"{name}: {status}\n{_reasons(cloudformation, name)}")


def _settled(cloudformation: "CloudFormationClient", name: str) -> str:
    status: str = "CREATE_IN_PROGRESS"
    while status.endswith("_IN_PROGRESS"):
        time.sleep(_GLANCE)
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    return status


def _reasons(cloudformation: "CloudFormationClient", name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    )


def _describe(emulator: Emulator, name: str) -> Deployment:
    cloudformation: CloudFormationClient = emulator.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    processed = cloudformation.get_template(StackName=name, TemplateStage="Processed")
    body = processed["TemplateBody"]
    return Deployment(
        name=name,
        outputs={out["OutputKey"]: out["OutputValue"] for out in stack.get("Outputs", [])},
        resources={r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources},
        parameters={p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])},
        template=json.loads(body) if isinstance(body, str) else dict(body),
    )
