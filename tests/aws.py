"""AWS as template.yaml describes it, in this process (moto).

Tables, bucket and queues are made from the template's own definitions and named by their logical
ids, so nothing is described twice. moto loses updates under threads: nothing concurrent is proved
on it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import yaml  # type: ignore[import-untyped]  # types-PyYAML is not among our requirements
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.kms import models as kms
from moto.sqs.models import sqs_backends

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
EDGE = TEMPLATE.with_name("edge.yaml")
REGION = "eu-west-3"
_BUCKETS = ("Documents", "Anchors")
kms.generate_private_key = cache(kms.generate_private_key)  # one is as good as another, and slow
_PSEUDO = {"AWS::StackName": "test", "AWS::Region": REGION}


@cache
def template(file: Path = TEMPLATE) -> dict[str, Any]:
    """Read a template, with `!Ref x` as {"Ref": "x"}."""
    loaded: dict[str, Any] = yaml.load(file.read_text(), _Loader)  # noqa: S506  a SafeLoader
    return loaded


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # it has no types
    """A loader that reads CloudFormation's short forms."""


def _intrinsic(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name if name == "Ref" else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def resources(of_type: str) -> dict[str, dict[str, Any]]:
    """Give the properties of every resource of a type, such as AWS::DynamoDB::Table."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == of_type
    }


@contextmanager
def made() -> Iterator[Mapping[str, str]]:
    """Make what the template stores and queues in; give a function's environment."""
    with mock_aws():
        _make_stores("")
        yield _environment()


ANOTHER = "Restored"  # before the names of the template, where there is a second deployment


def make_another(prefix: str = ANOTHER) -> Mapping[str, str]:
    """Make an empty account's tables and buckets beside the first; give their settings."""
    _make_stores(prefix)
    tables = {f"{name.upper()}_TABLE": f"{prefix}{name}" for name in ("Ledger", "Heads")}
    buckets = {f"{name.upper()}_BUCKET": f"{prefix}{name}".lower() for name in _BUCKETS}
    return {**tables, "OPERATIONS_TABLE": f"{prefix}Operations", **buckets}


def _make_stores(prefix: str) -> None:
    for name, table in resources("AWS::DynamoDB::Table").items():
        _make_table(f"{prefix}{name}", table)
    for name, bucket in resources("AWS::S3::Bucket").items():
        _client("s3").create_bucket(
            Bucket=f"{prefix}{name}".lower(),
            CreateBucketConfiguration={"LocationConstraint": REGION},
            ObjectLockEnabledForBucket=bucket["ObjectLockEnabled"],
        )


@cache
def _client(service: str) -> Any:  # noqa: ANN401  boto3 makes its types at run time
    make: Any = boto3.client
    return make(service, REGION)


def _make_table(name: str, table: Mapping[str, Any]) -> None:
    taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    given = {key: table[key] for key in taken if key in table}
    _client("dynamodb").create_table(TableName=name, **given)


def _make_queue(name: str) -> str:
    """Make one without a call through boto3: so many of them made each test slow."""
    fifo = resources("AWS::SQS::Queue")[name].get("FifoQueue")
    attributes = {"FifoQueue": "true"} if fifo else {}
    made = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].create_queue(
        f"{name}.fifo" if fifo else name, **attributes
    )
    return str(made.url(urlsplit(f"https://sqs.{REGION}.amazonaws.com")))


def _make_key(name: str) -> str:
    key = resources("AWS::KMS::Key")[name]
    given = {each: key[each] for each in ("KeySpec", "KeyUsage")}
    return str(_client("kms").create_key(**given)["KeyMetadata"]["Arn"])


def _environment() -> dict[str, str]:
    globals_ = template()["Globals"]["Function"]["Environment"]["Variables"]
    return {name: _resolved(value) for name, value in globals_.items()}


def _resolved(value: Any) -> str:  # noqa: ANN401  a value of the template
    match value:
        case str():
            return value
        case {"Ref": name} if name in template()["Parameters"]:
            return str(template()["Parameters"][name]["Default"])
        case {"Ref": name}:
            return _PSEUDO.get(name) or _named(name)
        case {"Fn::GetAtt": str(name)}:
            return _make_key(name.partition(".")[0])
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{(.+?)}", lambda found: _PSEUDO[found[1]], text)
    raise ValueError(f"{value} cannot be resolved here")


def _named(name: str) -> str:
    """Give what CloudFormation says for a reference to a resource."""
    if name in resources("AWS::SQS::Queue"):
        return _make_queue(name)
    return name.lower() if name in resources("AWS::S3::Bucket") else name


def received(queue_url: str) -> list[dict[str, Any]]:
    """Take the messages of a queue, oldest first."""
    taken: list[dict[str, Any]] = []
    while messages := _some(queue_url):
        taken += messages
    return taken


def _some(queue_url: str) -> list[dict[str, Any]]:
    queue = _client("sqs")
    answer = queue.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]
    )
    found: list[dict[str, Any]] = []
    for message in answer.get("Messages", []):
        queue.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        found.append({"body": json.loads(message["Body"]), **message["Attributes"]})
    return found


def delayed(queue_url: str) -> int:
    """Count the messages of a queue that may not be taken yet."""
    names = ["ApproximateNumberOfMessagesDelayed"]
    answer = _client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)
    return int(answer["Attributes"][names[0]])


def items(table: str) -> list[dict[str, Any]]:
    """Give all items of a table as DynamoDB writes them."""
    return list(_client("dynamodb").scan(TableName=table)["Items"])
