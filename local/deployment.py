"""The deployed template: what `sam deploy` does, in seconds and without the SAM command.

The template is changed in nothing but where its code lies. Each code folder becomes a zip named by
its content, so an unchanged layer of 100 MB is not zipped again at the next start.
"""

import hashlib
import json
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml  # type: ignore[import-untyped]  # types-PyYAML is not among our requirements

from local.emulator import Emulator

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

CODE_BUCKET = "facturier-code"
# Where SAM's resources name their code folder.
_CODE_PROPERTY = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: equal content, equal bytes
_GLANCE = 0.05

Template = dict[str, Any]


class DeploymentFailedError(RuntimeError):
    """CloudFormation refused; the text names each resource and its reason."""


@dataclass(frozen=True)
class Package:
    """A code folder's zip. `key` is its name in the bucket."""

    logical_id: str
    file: Path

    @property
    def key(self) -> str:
        """Content names it, so the same code is the same object."""
        return self.file.name


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: its outputs, what each logical id became, its processed template."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    parameters: Mapping[str, str]
    template: Template


def package(built_template: Path) -> Sequence[Package]:
    """Zip every local code folder of a built template, unless that content is zipped already."""
    folders = _code_folders(built_template)
    cache = built_template.parents[1] / "packages"
    cache.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        files = pool.map(lambda folder: _zipped(folder, cache), folders.values())
        return [Package(logical_id, file) for logical_id, file in zip(folders, files, strict=True)]


def deploy(
    emulator: Emulator,
    built_template: Path,
    packages: Sequence[Package],
    *,
    name: str,
    parameters: Mapping[str, str],
) -> Deployment:
    """Upload the packages, create the stack, wait. Parameters it does not declare are left out."""
    template = _read(built_template)
    declared = template.get("Parameters", {})
    given = {key: value for key, value in parameters.items() if key in declared}
    _upload(emulator, packages)
    _point_to_bucket(template, packages)
    _create(emulator, name, template, given)
    return _describe(emulator, name)


def _read(built_template: Path) -> Template:
    template: Template = yaml.safe_load(built_template.read_text())
    return template


def _code_folders(built_template: Path) -> dict[str, Path]:
    """Find each resource's local code folder. `sam build` writes them relative to the template."""
    found = {}
    for logical_id, resource in _read(built_template)["Resources"].items():
        place = resource.get("Properties", {}).get(_CODE_PROPERTY.get(resource["Type"], ""))
        if isinstance(place, str) and not place.startswith("s3://"):
            found[logical_id] = built_template.parent / place
    return found


def _zipped(folder: Path, cache: Path) -> Path:
    """Give the folder's zip, made under another name first: a broken-off start leaves no half."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    target = cache / f"{_digest(folder, files)}.zip"
    if target.exists():
        return target
    draft = cache / f"{folder.name}.{target.name}.draft"
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = file.stat().st_mode << 16  # Lambda keeps the execute bit
            archive.writestr(entry, file.read_bytes())
    return draft.replace(target)


def _digest(folder: Path, files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(folder)} {file.stat().st_mode:o}\n".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:32]


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
        resource["Properties"][_CODE_PROPERTY[resource["Type"]]] = place


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
        parameters={
            p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])
        },
        template=json.loads(body) if isinstance(body, str) else dict(body),
    )
