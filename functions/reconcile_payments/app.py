"""Once an hour: what Stripe's balance knows and no webhook told; once a day, the two compared."""

from typing import Any

from invoicing.adapters import reconciling, rounds, secrets
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Round
from invoicing.adapters.stripe.audits import Account
from invoicing.telemetry import by_itself, logger, metrics, tracer

import stripe
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def visit(record: SQSRecord) -> None:
    """Look through a page of sellers, or read the account of one.

    A key that Stripe refuses fails once an hour, which rings, and does not come again: it would be
    a dead letter an hour until its seller has mended it, and the next hour asks anyway.
    """
    asked = Round.model_validate_json(record.body)
    if not asked.seller:
        return rounds.walk("RECONCILE_QUEUE", asked)
    logger.append_keys(seller=asked.seller)
    known = secrets.stripe(asked.seller)
    if not known:
        return None
    try:
        return reconciling.read_on(Account(sellers().read(asked.seller), known), asked.at)
    except (stripe.AuthenticationError, stripe.PermissionError):
        if record.attributes.approximate_receive_count == "1":
            raise
        return logger.exception("left to the next hour")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Begin at a schedule's own time, or go on with a round."""
    if "Records" not in event:
        return rounds.begin("RECONCILE_QUEUE", event["time"])
    return process_partial_response(
        event=event, record_handler=visit, processor=processor, context=context
    )
