"""AWS clients, each made once and at first use."""

from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# Short time-outs: a retry inside the function is cheaper than the function's own time-out.
_CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)

_SERIALIZER, _DESERIALIZER = TypeSerializer(), TypeDeserializer()

Item = dict[str, Any]
"""An item of DynamoDB in Python values: str, int, bytes, list, dict."""


@cache
def dynamodb() -> "DynamoDBClient":
    """Give the DynamoDB client."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def sqs() -> "SQSClient":
    """Give the SQS client."""
    return boto3.client("sqs", config=_CONFIG)


@cache
def s3() -> "S3Client":
    """Give the S3 client."""
    return boto3.client("s3", config=_CONFIG)


@cache
def kms() -> Any:  # noqa: ANN401  its stubs are not among our requirements
    """Give the KMS client."""
    return boto3.client("kms", config=_CONFIG)


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Give the Secrets Manager client."""
    return boto3.client("secretsmanager", config=_CONFIG)


def to_item(values: Item) -> dict[str, Any]:
    """Write values as DynamoDB attributes; None means that there is no such attribute."""
    return {name: _attribute(value) for name, value in values.items() if value is not None}


def _attribute(value: object) -> Any:  # noqa: ANN401  any attribute
    """Write a value; nearly all are text, which the SDK finds after five other types."""
    return {"S": value} if type(value) is str else _SERIALIZER.serialize(value)


def size(values: Item) -> int:
    """Count the bytes of an item as DynamoDB does: names and values, text in UTF-8.

    An item has 400 KB at most; what has no value takes no room.
    """
    return sum(len(name.encode()) + _size(each) for name, each in values.items())


def _size(value: object) -> int:
    match value:
        case None:
            return 0
        case bytes():
            return len(value)
        case list():
            return 3 + sum(1 + _size(each) for each in value)
    return len(str(value).encode())


def from_item(attributes: dict[str, Any]) -> Item:
    """Read DynamoDB attributes; binaries come back as bytes."""
    return {name: _value(attribute) for name, attribute in attributes.items()}


def _value(attribute: Any) -> Any:  # noqa: ANN401  any attribute, and its value
    if "S" in attribute:
        return attribute["S"]
    value = _DESERIALIZER.deserialize(attribute)
    return value.value if isinstance(value, Binary) else value  # type: ignore[attr-defined]  # the stubs forgot it
