"""What a function asks of AWS, held against its role in template.yaml.

The emulator holds only what a journey plays. This holds whatever a function's own tests and the
simulation make it ask: a condition that leaves a partition out would show nowhere else before AWS.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

from botocore.handlers import BUILTIN_HANDLERS

from local.witness import leading_keys
from tests import aws
from tests.least_privilege.permissions import STACK, declared_partitions

Request = Mapping[str, Any]
_Held = tuple[str, list[str]]
_running: ContextVar[_Held | None] = ContextVar("whose calls are held", default=None)
_TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


class Asked(NamedTuple):
    """One action on one resource, by the template's name, and of which kinds the partitions are."""

    action: str
    resource: str
    kinds: tuple[str, ...] = ()  # `NOTICE#`, each once

    def __str__(self) -> str:
        return " ".join((self.action, self.resource, *self.kinds))


@contextmanager
def held(folder: str) -> Iterator[list[str]]:
    """Hold what the function of a folder asks in this process; give what it may not."""
    [function] = [
        name
        for name, block in aws.resources("AWS::Serverless::Function").items()
        if block["CodeUri"] == f"functions/{folder}"
    ]
    token = _running.set((function, found := []))
    try:
        yield found
    finally:
        _running.reset(token)


@contextmanager
def somebody_else() -> Iterator[None]:
    """Let a test do meanwhile what is no doing of the function that it looks at."""
    token = _running.set(None)
    try:
        yield
    finally:
        _running.reset(token)


def _heard(params: Request, model: Any, **_: object) -> None:  # noqa: ANN401  botocore's
    """Hear of a call that botocore is about to make."""
    if said := _running.get():
        function, found = said
        found += refused(function, model.service_model.service_name, model.name, params)


BUILTIN_HANDLERS.append(("before-parameter-build", _heard))  # of every session made from now on


def refused(function: str, service: str, operation: str, request: Request) -> list[str]:
    """Name what a function may not do of what it asks with one call of AWS's SDK."""
    return [f"{each}" for each in asked(service, operation, request) if not _may(function, each)]


@cache
def _may(function: str, what: Asked) -> bool:
    return any(
        fnmatchcase(what.action, permission.action)
        and fnmatchcase(what.resource, permission.resource)
        and (not patterns or all(_matches(kind, patterns) for kind in what.kinds))
        for permission, patterns in _declared()[function]
    )


def _matches(kind: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(kind, each) for each in patterns)


@cache
def _declared() -> Mapping[str, list[Any]]:
    found = defaultdict(list)
    for permission, patterns in declared_partitions():
        found[permission.function].append((permission, patterns))
    return found


def asked(service: str, operation: str, request: Request) -> Iterator[Asked]:
    """Give what a call needs permission for; both spellings of an operation are understood."""
    what = operation if operation[0].isupper() else operation.title().replace("_", "")
    match service, what:
        case "dynamodb", "TransactWriteItems":
            yield from _together(request["TransactItems"])
        case "dynamodb", _:
            yield _alone(what, dict(request))
        case "sqs", "SendMessage" | "SendMessageBatch":
            name = request["QueueUrl"].rpartition("/")[2].removesuffix(".fifo")
            yield Asked("sqs:SendMessage", name)
        case "s3", _:
            yield from _of_objects(what, request)
        case "secretsmanager", "GetSecretValue":
            name = request["SecretId"].split("/", 2)[2]
            yield Asked("secretsmanager:GetSecretValue", f"secret:facturier/{STACK}/{name}")
        case "kms", "GetPublicKey" | "Sign":
            yield Asked(f"kms:{what}", "SigningKey")
        case "sesv2", "SendEmail":
            yield Asked("ses:SendRawEmail", "identity/")  # its name is in the mail's own bytes
            if name := request.get("ConfigurationSetName"):
                yield Asked("ses:SendRawEmail", f"configuration-set/{name}")
        case _:
            raise NotImplementedError(f"what permission does {service} want for {operation}?")


def _together(transacted: list[dict[str, Request]]) -> Iterator[Asked]:
    """Ask for each part of a transaction with all partitions that it is about in the table.

    AWS does not say whether it looks at them one by one; whoever may all of them may each.
    """
    keys = defaultdict(list)
    for each in transacted:
        for part in each.values():
            keys[part["TableName"]].append((part.get("Key") or part["Item"])["pk"]["S"])
    kinds = {table: _kinds(about) for table, about in keys.items()}
    for each in transacted:
        for kind, part in each.items():
            table = part["TableName"]
            yield Asked(f"dynamodb:{_TRANSACTED[kind]}", _of_template(table), kinds[table])


def _alone(operation: str, request: dict[str, Any]) -> Asked:
    [table] = request.get("RequestItems") or [request["TableName"]]
    index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
    action = f"dynamodb:{operation}"
    return Asked(
        action, f"{_of_template(table)}{index}", _kinds(leading_keys(action, table, request))
    )


def _of_template(table: str) -> str:
    """Give what the template calls a table, in a second deployment too."""
    return table.removeprefix(aws.ANOTHER)


def _kinds(keys: list[str]) -> tuple[str, ...]:
    return tuple(sorted({key[: key.find("#") + 1] or key for key in keys}))


def _of_objects(operation: str, request: Request) -> Iterator[Asked]:
    match operation:
        case "PutObject":
            yield Asked("s3:PutObject", _place(request))
            if "ObjectLockMode" in request:
                yield Asked("s3:PutObjectRetention", _place(request))
        case "GetObject" | "HeadObject":
            version = "Version" if "VersionId" in request else ""
            yield Asked(f"s3:GetObject{version}", _place(request))
        case _:
            raise NotImplementedError(f"what permission does S3 want for {operation}?")


def _place(request: Request) -> str:
    """Name an object; in small letters, as S3 wants, a bucket of the tests has its logical id."""
    named = {name.lower(): name for name in aws.resources("AWS::S3::Bucket")}
    bucket = request["Bucket"].lower().removeprefix(aws.ANOTHER.lower())
    return f"{named.get(bucket, request['Bucket'])}/{request['Key']}"
