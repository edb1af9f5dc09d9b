"""The product's functions, loaded by path, several copies of each as Lambda would have them.

Only what lies beyond the adapters is replaced: AWS's clients, Stripe's client, the clock, random
bytes, and the slow crafts whose results the simulation does not look at (templates, MIME, XML, PDF,
the official rules).
"""

import gc
import inspect
import logging
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.batch.exceptions import (
    BatchProcessingError,
    SQSFifoCircuitBreakerError,
    SQSFifoMessageGroupCircuitBreakerError,
)
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from stripe import StripeError

from invoicing import telemetry
from invoicing.adapters import aws, documents_bucket, secrets, templates
from invoicing.adapters.einvoices import einvoice_xml, schematron
from invoicing.adapters.ledger import closed_books, ledger_table
from invoicing.adapters.mails import mime
from invoicing.adapters.operations import keys_table, requests_table, sellers_table
from invoicing.adapters.paper import letters, renderer
from invoicing.adapters.stripe import account
from invoicing.archive import Content
from invoicing.errors import FacturierError, Reason
from invoicing.open_invoices import OpenInvoice
from invoicing.records import canonical, plain
from tests.aws import resources
from tests.doors import FUNCTIONS, Context
from tests.simulation import wiring
from tests.simulation.readings import remembered
from tests.simulation.world import Died, clock_of

if TYPE_CHECKING:
    from tests.simulation.cloud import Cloud

REFUSED = "what the official rules refuse"
_DEFAULT_ATTEMPTS = 3
_IDS = 16  # bytes: of a segment and of what lies within it
_WEATHER = (
    FacturierError,
    ClientError,
    BotoCoreError,
    StripeError,
    GetParameterError,
    BatchProcessingError,
    SQSFifoCircuitBreakerError,
    SQSFifoMessageGroupCircuitBreakerError,
)

_running: list["Cloud"] = []
_free: dict[str, list[ModuleType]] = defaultdict(list)
_edits: dict[str, Callable[[str], str]] = {}  # of functions' sources, by folder


def running() -> "Cloud":
    """Give the account that product code runs in now."""
    return _running[-1]


# Loading


@cache
def source(name: str) -> str:
    """Read the source of a function's app, once: what it imports is loaded once too."""
    return (FUNCTIONS / name / "app.py").read_text()


@cache
def _compiled(name: str) -> CodeType:
    return compile(_edits.get(name, str)(source(name)), str(FUNCTIONS / name / "app.py"), "exec")


def _loaded(name: str, number: int) -> ModuleType:
    module = ModuleType(f"simulated_{name}_{number}")
    sys.modules[module.__name__] = module
    exec(_compiled(name), module.__dict__)  # noqa: S102  our own code
    if hasattr(module, "datetime"):
        module.datetime = _clock()  # type: ignore[attr-defined]
    return module


_numbers = iter(range(10**9))


def _taken(name: str) -> ModuleType:
    return _free[name].pop() if _free[name] else _loaded(name, next(_numbers))


@cache
def _clock() -> type:
    return clock_of(lambda: running().world)


@contextmanager
def edited(name: str, edit: Callable[[str], str]) -> Iterator[None]:
    """Run a function's code as it would be after an edit; its file is left alone."""
    with patch.dict(_edits, {name: edit}):
        _forget(name)
        yield
    _forget(name)


def _forget(name: str) -> None:
    _compiled.cache_clear()
    _free.pop(name, None)


# Running


class Invocation(Context):
    """What Lambda tells a function about itself, with the time that is left to it."""

    def get_remaining_time_in_millis(self) -> int:
        return running().world.left


def run(
    function: str, event: dict[str, Any], surprised: Callable[[str, BaseException], None]
) -> Any:  # noqa: ANN401  the function's answer, None if it failed
    """Invoke a function of the template in this process."""
    name = wiring.folder(function)
    app = _taken(name)
    try:
        answer = app.handler(event, Invocation(function_name=function))
    except Died:
        return None
    except Exception as error:  # noqa: BLE001  Lambda catches all of them
        _tell(function, [error], surprised)
        return None
    else:
        return answer
    finally:
        processor = getattr(app, "processor", None)
        failures = [each[1] for each in processor.exceptions] if processor else []
        _tell(function, failures, surprised)
        if processor:
            processor.exceptions.clear()
        _free[name].append(app)


def _tell(
    function: str,
    errors: list[BaseException],
    surprised: Callable[[str, BaseException], None],
) -> None:
    for error in errors:
        if not isinstance(error, _WEATHER):
            surprised(function, error)


# The stage


@contextmanager
def staged() -> Iterator[None]:
    """Put product code on the stage: no call of it leaves this process until the block ends."""
    quiet = logging.CRITICAL
    level = telemetry.logger.log_level
    with ExitStack() as stage:
        stage.enter_context(patch.dict(os.environ, _environment()))
        for target, name, replacement in _replacements():
            stage.enter_context(patch.object(target, name, replacement))
        _forget_clients()
        for function in resources("AWS::Serverless::Function"):
            source(wiring.folder(function))
        telemetry.logger.setLevel(quiet)
        stage.enter_context(_rarely_collected())
        try:
            yield
        finally:
            telemetry.logger.setLevel(level)
            _forget_clients()


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Look for garbage seldom: nearly all that a run makes is kept until it ends."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def within(cloud: "Cloud") -> Iterator[None]:
    """Let product code run in an account."""
    world = cloud.world
    _running.append(cloud)
    try:
        with (
            remembered(),
            patch.object(os, "urandom", world.entropy),
            patch.object(random, "_urandom", world.entropy),
        ):
            yield
    finally:
        _running.pop()


def _environment() -> dict[str, str]:
    return wiring.environment() | {
        "AWS_DEFAULT_REGION": "eu-west-3",
        "SCHEDULES_AHEAD": "true",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def _forget_clients() -> None:
    for each in (aws.dynamodb, aws.kms, aws.sqs, aws.s3, aws.secretsmanager):
        each.cache_clear()
    for once in (
        ledger_table.book,
        keys_table.keys,
        requests_table.inbox,
        sellers_table.sellers,
        documents_bucket.shelf,
        documents_bucket.anchors_bucket,
        closed_books.closed_books,
    ):
        once.cache_clear()
    parameters.clear_caches()
    _free.clear()


def _client(service: str, config: Config | None = None, **_: object) -> Any:  # noqa: ANN401  by name
    from tests.simulation.cloud import Client  # noqa: PLC0415  it knows this module

    attempts = (config.retries or {}).get("total_max_attempts") if config else None
    return Client(service, attempts or _DEFAULT_ATTEMPTS, running)


def _replacements() -> list[tuple[object, str, object]]:
    return [
        (aws, "client", _client),
        (boto3.session.Session, "client", lambda _, *what, **how: _client(*what, **how)),
        (account, "_client", lambda _: running().stripe_client),
        (secrets, "MAX_AGE_SECONDS", 0),
        (templates, "render", lambda name, **_: name),
        (mime, "compose", lambda mail: repr(mail).encode()),
        (inspect, "signature", cache(inspect.signature)),  # Powertools asks with each batch
        (telemetry.metrics, "add_metric", lambda *_, **__: None),  # it prints what nobody collects
        (telemetry.metrics, "log_metrics", lambda handler: handler),
        (telemetry.tracer, "capture_lambda_handler", _undecorated),
        (telemetry.tracer, "capture_method", _named),
        (telemetry.tracer, "put_annotation", lambda *_: None),
        (telemetry.logger, "inject_lambda_context", _undecorated),  # nobody reads what it logs
        (telemetry, "write_under", lambda _: None),
        (einvoice_xml, "write", lambda terms, _: repr(terms).encode()),
        (schematron, "findings", _findings),
        (renderer, "files", _files),
        (letters, "reminder", lambda open_, **how: _letter([open_], **how)),
        (letters, "statement", _letter),
        *((module, "datetime", _clock()) for module in _modules_with_a_clock()),
    ]


def _modules_with_a_clock() -> list[ModuleType]:
    loaded = [module for name, module in sys.modules.items() if name.startswith("invoicing.")]
    return [
        module for module in loaded if "datetime.now(" in Path(str(module.__file__)).read_text()
    ]


def _undecorated(**_: object) -> Callable[[Any], Any]:
    """Stand for a decorator that adds nothing to what the simulation looks at."""
    return lambda handler: handler


def _named(**_: object) -> Callable[[Any], Any]:
    """Stand for a tracer: of a trace there are only the random bytes that its ids take."""

    def decorated(handle: Callable[..., Any]) -> Callable[..., Any]:
        def handled(*message: object, **more: object) -> Any:  # noqa: ANN401  the function's own
            os.urandom(_IDS)
            return handle(*message, **more)

        return handled

    return decorated


def _findings(xml: bytes, _: object) -> list[Reason]:
    refused = REFUSED.encode() in xml
    return [Reason(code="BR-00", message="refused", rule="simulated")] if refused else []


def _letter(open_: Sequence[OpenInvoice], **_: object) -> Content:
    said = [f"{each.invoice.number} {each.due} {each.page}" for each in open_]
    return Content(type="pdf", data="\n".join(["%PDF", *said]).encode())


def _files(document: Any, _logo: bytes | None) -> list[Content]:  # noqa: ANN401  any kind of document
    text = canonical(plain(document))
    page = Content(type="pdf", data=b"%PDF" + text)
    if type(document).__name__ == "Receipt":
        return [page]
    return [page, Content(type="xml", data=b"<xml>" + text)]
