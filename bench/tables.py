"""The template's three tables and its FIFO queue in the emulator, for code in this process."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml  # type: ignore[import-untyped]  # types-PyYAML is not among our requirements

from invoicing import telemetry
from invoicing.adapters import aws
from invoicing.adapters.ledger import ledger_table
from invoicing.adapters.operations import keys_table, requests_table, sellers_table
from local.emulator import REGION, ROOT, Emulator, emulating

HOME = Path(__file__).parents[1]
TEMPLATE = HOME / ".aws-sam/build/template.yaml"
TABLES = ("Ledger", "Heads", "Operations")
_TAKEN = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


class Context:
    """What Lambda tells a function about itself, as far as it is logged."""

    function_name, memory_limit_in_mb = "bench", 512
    invoked_function_arn, aws_request_id = "arn:aws:lambda:bench", "0"


@contextmanager
def emulated() -> Iterator[Emulator]:
    """Point product code to an emulator; `fresh` gives it its tables."""
    with tempfile.TemporaryDirectory() as folder, emulating(Path(folder)) as emulator:
        before, level = dict(os.environ), telemetry.logger.log_level
        os.environ.update(environment(emulator))
        telemetry.logger.setLevel(logging.CRITICAL)  # it was made before its environment
        _forget()
        yield emulator
        os.environ.clear()
        os.environ.update(before)
        telemetry.logger.setLevel(level)
        _forget()


def fresh(emulator: Emulator) -> None:
    """Make the tables empty, and the queue of those who ring."""
    client = emulator.client("dynamodb")
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    queues = emulator.client("sqs")
    for url in queues.list_queues().get("QueueUrls", ()):
        queues.delete_queue(QueueUrl=url)
    queues.create_queue(QueueName="Doorbells.fifo", Attributes={"FifoQueue": "true"})
    for name in TABLES:
        described = definitions()[name]
        taken = {key: described[key] for key in _TAKEN if key in described}
        client.create_table(TableName=name, **taken)


@cache
def definitions() -> dict[str, Any]:
    """Read the properties of the tables in the built template."""
    found = yaml.safe_load(TEMPLATE.read_text())["Resources"]
    return {name: found[name]["Properties"] for name in TABLES}


def app(function: str) -> ModuleType:
    """Load a function's code by its folder."""
    path = HOME / "functions" / function / "app.py"
    module = ModuleType(f"measured_{function}")
    sys.modules[module.__name__] = module
    exec(compile(path.read_text(), str(path), "exec"), module.__dict__)  # noqa: S102  our own code
    return module


def environment(emulator: Emulator) -> dict[str, str]:
    """Tell product code where the tables are, and to be quiet."""
    return {f"{name.upper()}_TABLE": name for name in TABLES} | {
        "NUMBER_QUEUE": f"{emulator.url}/000000000000/Doorbells.fifo",
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ROOT,
        "AWS_SECRET_ACCESS_KEY": ROOT,
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def _forget() -> None:
    for once in (
        aws.dynamodb,
        aws.sqs,
        ledger_table.book,
        keys_table.keys,
        requests_table.inbox,
        sellers_table.sellers,
    ):
        once.cache_clear()
