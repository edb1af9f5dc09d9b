"""A function's door as AWS opens it: its events, its context, and the function by its folder."""

import base64
import importlib.util
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from boto3.dynamodb.types import TypeSerializer

from invoicing.records import Record, plain
from tests import contract, roles

FUNCTIONS = Path(__file__).parents[1] / "functions"
HOST = "api.example"
KEY = "fk_test"
ASKED_AT = 1_795_262_400_000  # noon of 21 November 2026, in milliseconds


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function about itself."""

    function_name: str = "test"
    function_version: str = "1"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-3:123456789012:function:test"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


@cache
def function(name: str) -> ModuleType:
    """Load functions/<name>/app.py; all of them are called `app`, so the name is made longer."""
    spec = importlib.util.spec_from_file_location(f"app_{name}", FUNCTIONS / name / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    module.handler = _within_its_role(name, module.handler)
    return module


def _within_its_role(name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Fail where a function asks AWS for anything that its role does not let it do."""

    def handled(event: object, context: object) -> Any:  # noqa: ANN401  the function's own
        with roles.held(name) as refused:
            answer = handler(event, context)
        assert not refused, f"{name} has no permission for {refused}"
        return answer

    return handled


def a_call(  # noqa: PLR0913  a request has all of these
    method: str,
    path: str,
    *,
    body: object = None,
    key: str | None = KEY,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give an HTTP API event (payload format 2.0); a body that is not text is sent as JSON."""
    sent = {"content-type": "application/json"} | dict(headers or {})
    if key:
        sent["authorization"] = f"Bearer {key}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "&".join(f"{name}={value}" for name, value in (query or {}).items()),
        "headers": sent,
        "requestContext": {
            "domainName": HOST,
            "stage": "$default",
            "requestId": "r",
            "timeEpoch": ASKED_AT,
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = dict(query)
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


@dataclass(frozen=True)
class Answer:
    """What a caller sees."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:  # noqa: ANN401  any JSON
        return json.loads(self.body)


def call(name: str, method: str, path: str, **how: Any) -> Answer:  # noqa: ANN401  passed on
    """Call a function behind the HTTP API; its answer is as docs/openapi.json says, and guarded."""
    given = function(name).handler(a_call(method, path, **how), Context())
    headers = {key.lower(): value for key, value in given.get("headers", {}).items()}
    headers |= {
        key.lower(): ", ".join(value) for key, value in given.get("multiValueHeaders", {}).items()
    }
    body = given.get("body") or ""
    raw = base64.b64decode(body) if given.get("isBase64Encoded") else body.encode()
    contract.hold(method, path, (given["statusCode"], headers, raw))
    contract.guarded(headers)
    return Answer(given["statusCode"], headers, raw)


def deliver(
    name: str,
    *messages: Record | Mapping[str, Any] | str,
    group: str | None = None,
    receives: int = 1,
) -> list[int]:
    """Hand messages of a queue, a text as it is, to a function; give the positions that failed."""
    suffix = ".fifo" if group else ""
    arn = f"arn:aws:sqs:eu-west-3:123456789012:queue{suffix}"
    records: list[dict[str, Any]] = [
        {
            "messageId": f"{uuid4()}",
            "receiptHandle": "handle",
            "body": _body(message),
            "attributes": {"ApproximateReceiveCount": f"{receives}"} | _of_group(group),
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": arn,
            "awsRegion": "eu-west-3",
        }
        for message in messages
    ]
    return _failed(name, records, [record["messageId"] for record in records])


def _of_group(group: str | None) -> dict[str, str]:
    return {"MessageGroupId": group} if group else {}


def _body(message: Record | Mapping[str, Any] | str) -> str:
    if isinstance(message, str):
        return message
    return json.dumps(plain(message) if isinstance(message, Record) else message)


def stream(name: str, *items: Mapping[str, Any]) -> list[int]:
    """Hand new items of a table to a function; give the positions of those that failed."""
    return stream_changes(name, *(("INSERT", item) for item in items))


def stream_changes(name: str, *changes: tuple[str, Mapping[str, Any]]) -> list[int]:
    """Hand changes of a table to a function: INSERT, MODIFY or REMOVE, and the item."""
    records = [_record(n, change, item) for n, (change, item) in enumerate(changes)]
    return _failed(name, records, [f"{n}" for n in range(len(records))])


def _record(n: int, change: str, item: Mapping[str, Any]) -> dict[str, Any]:
    write = TypeSerializer().serialize
    image = {key: write(value) for key, value in item.items()}
    told: dict[str, Any] = {
        "Keys": {key: image[key] for key in ("pk", "sk") if key in image},
        "SequenceNumber": f"{n}",
        "StreamViewType": "NEW_IMAGE",
    }
    if change != "REMOVE":
        told["NewImage"] = image
    return {
        "eventID": f"{n}",
        "eventName": change,
        "eventSource": "aws:dynamodb",
        "dynamodb": told,
    }


def _failed(name: str, records: list[dict[str, Any]], ids: list[str]) -> list[int]:
    try:
        answer = function(name).handler({"Records": records}, Context())
    except BatchProcessingError:  # all of them: Powertools lets the invocation fail
        return list(range(len(records)))
    return sorted(ids.index(each["itemIdentifier"]) for each in answer["batchItemFailures"])


def tick(name: str, at: datetime) -> None:
    """Run a scheduled function at a time."""
    event = {
        "version": "0",
        "id": "1",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "123456789012",
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "eu-west-3",
        "resources": [],
        "detail": "{}",
    }
    function(name).handler(event, Context())
