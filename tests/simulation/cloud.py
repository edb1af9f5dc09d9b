"""The account of one run: the template's tables, queues, streams, bucket and functions."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import stripe
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from tests import roles
from tests.aws import resources
from tests.simulation import dynamodb, functions, wire, wiring
from tests.simulation.answers import Exceptions, refused
from tests.simulation.bucket import S3
from tests.simulation.dynamodb import Commit, DynamoDB, Key, Table
from tests.simulation.expressions import Attributes
from tests.simulation.messages import SQS, Poller
from tests.simulation.postbox import SES
from tests.simulation.streams import Reader
from tests.simulation.till import Till
from tests.simulation.world import World

CLOCKS = 5  # workers' clocks, each with its own skew
PAGE = 4  # items of a page, at most: pages are where walks go wrong
STRIPE_ATTEMPTS = 3


@dataclass(frozen=True)
class Surprise:
    """An error that no weather explains."""

    function: str
    error: str


class SecretsManager:
    """Secrets in memory."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803  AWS's name
        if SecretId not in self.secrets:
            raise refused("ResourceNotFoundException", "GetSecretValue")
        return {"SecretString": self.secrets[SecretId]}


class KMS:
    """A key whose signatures nobody has to verify here."""

    ARN = "arn:aws:kms:eu-west-3:123456789012:key/simulated"

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: ARG002, N803  AWS's name
        return {"KeyId": self.ARN, "PublicKey": b"simulated"}

    def sign(self, **request: Any) -> dict[str, Any]:  # noqa: ANN401  AWS's own
        assert (request["KeyId"], request["MessageType"]) == (self.ARN, "DIGEST")
        return {"Signature": b"signed " + request["Message"]}


class Cloud:
    """AWS and Stripe, and the functions that run there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.history: list[Commit] = []
        self.surprises: list[Surprise] = []
        self.sqs = SQS(world)
        self.s3, self.till = S3(), Till(world)
        self.ses = SES(world, self.sqs.queues["DeliveryEvents"].send)
        self.secretsmanager, self.kms = SecretsManager(), KMS()
        self.dynamodb = DynamoDB(
            resources("AWS::DynamoDB::Table"),
            on_commit=self._committed,
            clock=lambda: world.now,
            partial=lambda: world.chance(world.weather.partial),
        )
        self.sesv2 = self.ses
        widest = world.weather.skew
        self._skews = [world.random.randint(-widest, widest) for _ in range(CLOCKS)]
        self._due: dict[tuple[str, Key], int] = {}
        self._readers = [
            Reader(world, event, self.invoke, self._give_up) for event in wiring.events("DynamoDB")
        ]
        for event in wiring.events("SQS"):
            queue = self.sqs.queues[wiring.owner(event.properties["Queue"])]
            Poller(world, queue, event, self.invoke)

    @property
    def has_undone(self) -> bool:
        """Whether anything in the inbox waits for something else than a person."""
        waiting = self.dynamodb.tables["Operations"].indexes["inbox"].items.values()
        return any(not item["inbox"]["S"].endswith("#HELD") for item in waiting)

    def forget(self) -> None:
        """Forget what is remembered for minutes: tokens, deduplication, and what indexes follow."""
        self._due.clear()
        self.dynamodb.forget()
        for queue in self.sqs.queues.values():
            queue.forget()

    # Functions

    def invoke(self, function: str, event: dict[str, Any], done: Callable[[Any], None]) -> None:
        """Run a function of the template; `done` hears its answer, None if it failed."""

        def run() -> None:
            done(functions.run(function, event, self._surprised))

        self.world.counts[function] += 1
        skew = self.world.random.choice(self._skews)
        self.world.start(function, run, skew=skew, lifetime=wiring.timeout(function))

    def _surprised(self, function: str, error: BaseException) -> None:
        text = " ".join(repr(error).split())[:300]
        self.surprises.append(Surprise(function, text))
        self.world.note(f"surprise {type(error).__name__}")

    def _give_up(self, queue: str, body: str) -> None:
        self.sqs.queues[queue].send(body)
        self.world.counts["dead records"] += 1

    # Writes

    def _committed(
        self, table: Table, key: Key, before: Attributes | None, after: Attributes | None
    ) -> None:
        order = next(self.world.commits)
        self.history.append(Commit(order, self.world.now, table.name, key, before, after))
        for index in table.indexes.values():
            self._follow(table, index, key, after)
        for reader in self._readers:
            if reader.table == table.name:
                reader.follow(table, key, before, after)

    def _follow(
        self, table: Table, index: dynamodb.Index, key: Key, after: Attributes | None
    ) -> None:
        """Let an index see a write after a while, though never before an older one of the item."""
        lag = self.world.below(self.world.weather.index_lag)
        due = max(self._due.get((index.name, key), 0), self.world.now + lag)
        self._due[index.name, key] = due
        self.world.at(due, lambda: index.follow(key, after, table.keys))

    # Clients

    def call(self, service: str, operation: str, request: dict[str, Any], attempts: int) -> Any:  # noqa: ANN401  the service's answer
        """Make a call of AWS's SDK."""
        method = getattr(getattr(self, service), operation)
        self._hold(service, operation, request)
        if operation == "transact_write_items":  # the SDK adds it, so that its retries are safe
            token = str(UUID(bytes=self.world.entropy(16)))
            request = {"ClientRequestToken": token} | request
        what = f"{service}.{operation} {_subject(operation, request)}"
        kind = _kind(service, operation, len(request.get("TransactItems", ())))
        return wire.call(self.world, what, lambda: method(**request), kind, attempts=attempts)

    def _hold(self, service: str, operation: str, request: dict[str, Any]) -> None:
        """Hold what a function asks against its role."""
        who = self.world.running.partition(".")[0]
        if who in resources("AWS::Serverless::Function"):
            for what in roles.refused(who, service, operation, request):
                self.surprises.append(Surprise(who, f"has no permission for {what}"))

    @cached_property
    def stripe_client(self) -> Any:  # noqa: ANN401  product code takes it for a StripeClient
        """The SDK's client."""
        kind = wire.Kind(timed_out=lambda: stripe.APIConnectionError("the network is silent"))

        def call(what: str, effect: Callable[[], Any]) -> Any:  # noqa: ANN401  Stripe's answer
            return wire.call(self.world, what, effect, kind, attempts=STRIPE_ATTEMPTS)

        return self.till.client(call)


class Client:
    """What product code takes for a boto3 client."""

    exceptions = Exceptions()

    def __init__(self, service: str, attempts: int, running: Callable[[], Cloud]) -> None:
        self._service, self._attempts, self._running = service, attempts, running

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:  # noqa: ANN401  the service's answer
            return self._running().call(self._service, operation, request, self._attempts)

        setattr(self, operation, call)  # it is made once
        return call

    def get_paginator(self, operation: str) -> "Paginator":
        """Give what walks over pages."""
        return Paginator(getattr(self, operation), lambda: self._running().world)


class Paginator:
    """A walk over pages, each of them a call."""

    def __init__(self, read: Callable[..., Any], running: Callable[[], World]) -> None:
        self._read, self._running = read, running

    def paginate(self, **request: Any) -> Any:  # noqa: ANN401  an iterator of answers
        """Walk."""
        return dynamodb.pages(
            self._read, lambda: self._running().random.randint(1, PAGE), **request
        )


def _subject(operation: str, request: dict[str, Any]) -> str:
    if operation == "transact_write_items":
        actions = [next(iter(each.values())) for each in request["TransactItems"]]
        return ",".join(_pk(action) for action in actions)
    if "QueueUrl" in request:
        bodies = [each["MessageBody"] for each in request.get("Entries", (request,))]
        return " ".join([request["QueueUrl"], *bodies])
    if operation == "send_email":
        return " ".join(tag["Value"] for tag in request["EmailTags"])
    key = request.get("Key") or request.get("SecretId") or request.get("KeyId")
    return key if isinstance(key, str) else _pk(request)


def _pk(action: dict[str, Any]) -> str:
    item = action.get("Item") or action.get("Key") or {}
    return "/".join([item[name]["S"] for name in ("pk", "sk") if name in item])


@cache
def _kind(service: str, operation: str, actions: int) -> wire.Kind:
    def timed_out() -> Exception:
        return ReadTimeoutError(endpoint_url=service)

    def unreached() -> Exception:
        return EndpointConnectionError(endpoint_url=service)

    def throttled() -> Exception:
        code, status = _THROTTLED.get(service, ("ThrottlingException", 400))
        return refused(code, operation, status=status)

    def conflict() -> Exception:
        return _conflict(service, operation, actions)

    writes = operation.startswith(("put", "update", "delete", "transact"))
    return wire.Kind(
        timed_out,
        throttled=throttled,
        unreached=unreached,
        conflict=conflict if writes else None,
    )


_THROTTLED = {"sesv2": ("TooManyRequestsException", 429), "s3": ("SlowDown", 503)}


def _conflict(service: str, operation: str, actions: int) -> Exception:
    if service == "s3":
        return refused("ConditionalRequestConflict", operation, status=409)
    if operation != "transact_write_items":
        return refused("TransactionConflictException", operation)
    free = [{"Code": "None"} for _ in range(actions - 1)]
    return dynamodb.cancelled([{"Code": "TransactionConflict"}, *free])
