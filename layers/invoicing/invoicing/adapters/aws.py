"""AWS clients, each made once and at first use.

botocore's, which boto3 only hands on: boto3 itself brings the threads and processes of S3's
transfers along, a tenth of the time in which a function starts.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import Session

from invoicing.telemetry import tracer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# Short time-outs: a retry inside the function is cheaper than the function's own time-out.
_CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)

Item = dict[str, Any]
"""An item of DynamoDB in Python values: str, int, bytes, list, dict."""


def client(service: str, config: Config = _CONFIG, *, endpoint: str | None = None) -> Any:  # noqa: ANN401  by name
    """Make a client; its calls are traced."""
    tracer.patch(["botocore"])
    return _session().create_client(service, config=config, endpoint_url=endpoint)


@cache
def _session() -> Session:
    """Read what all services have in common once, instead of for each client."""
    return Session()


@cache
def dynamodb() -> "DynamoDBClient":
    """Give the DynamoDB client."""
    return cast("DynamoDBClient", client("dynamodb"))


@cache
def sqs() -> "SQSClient":
    """Give the SQS client."""
    return cast("SQSClient", client("sqs"))


@cache
def s3() -> "S3Client":
    """Give the S3 client."""
    return cast("S3Client", client("s3"))


@cache
def kms() -> Any:  # noqa: ANN401  its stubs are not among our requirements
    """Give the KMS client."""
    return client("kms")


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Give the Secrets Manager client."""
    return cast("SecretsManagerClient", client("secretsmanager"))


def to_item(values: Item) -> dict[str, Any]:
    """Write values as DynamoDB attributes; None means that there is no such attribute."""
    return {name: _attribute(value) for name, value in values.items() if value is not None}


def _attribute(value: object) -> Any:  # noqa: ANN401, PLR0911  any attribute; a line for each type
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": f"{value}"}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [_attribute(each) for each in value]}
        case dict():
            return {"M": {name: _attribute(each) for name, each in value.items()}}
        case set():
            return {"SS": sorted(value)}
        case None:
            return {"NULL": True}
    raise TypeError(f"no item of ours has a {type(value).__name__}")


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


def _value(attribute: dict[str, Any]) -> Any:  # noqa: ANN401  any value
    [(kind, value)] = attribute.items()
    return _READ[kind](value)


_READ: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "BOOL": bool,
    "N": Decimal,
    "B": bytes,
    "L": lambda values: [_value(each) for each in values],
    "M": from_item,
    "SS": set,
    "NULL": lambda _: None,
}
