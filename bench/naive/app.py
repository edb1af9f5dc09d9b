"""What is usually written: one function for all of HTTP, whatever it needs at its top.

`routes/` beside it holds the HTTP functions' own modules, so that it imports what they import.
Clients are made when it is imported and everything that can be traced is, as Powertools does where
nobody says otherwise.
"""

import gc
import importlib
import os
import pkgutil
from types import ModuleType
from typing import Any

import boto3
import routes  # type: ignore[import-not-found]  # put there by the bench
import stripe
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
metrics = Metrics(namespace="Naive")
tracer = Tracer()

dynamodb = boto3.resource("dynamodb")
operations = dynamodb.Table(os.environ["OPERATIONS_TABLE"])
ledger = dynamodb.Table(os.environ["LEDGER_TABLE"])
heads = dynamodb.Table(os.environ["HEADS_TABLE"])
sqs = boto3.client("sqs")
s3 = boto3.client("s3")
secrets = parameters.SecretsProvider()
account = stripe.StripeClient("sk_test_naive")


def _imported() -> list[ModuleType]:
    """Import the routes, with the collector as Python has it: ours is told to rest."""
    usual = gc.get_threshold()
    importlib.import_module("invoicing")
    gc.set_threshold(*usual)
    names = [each.name for each in pkgutil.iter_modules(routes.__path__)]
    return [importlib.import_module(f"routes.{name}") for name in names]


modules = _imported()


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Look the caller's key up and refuse him, which is all that is measured."""
    key = event["headers"].get("authorization", "")
    found = operations.get_item(Key={"pk": f"KEY#{key}", "sk": "KEY"})
    return {"statusCode": 200 if "Item" in found else 401}
