"""The official rules before the number: what a platform would refuse is held, with its rules."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import einvoice, requests
from invoicing.adapters import einvoice_xml, queues, schematron
from invoicing.adapters.operations_table import inbox
from invoicing.errors import OvertakenError, Reason
from invoicing.invoices import Draft
from invoicing.telemetry import logger, metrics, tracer

processor = BatchProcessor(event_type=EventType.SQS)


def check(record: SQSRecord) -> None:
    """Decide one request that was received: READY to be numbered, or HELD."""
    request = inbox().read(queues.Check.model_validate_json(record.body).request)
    if request.state != "RECEIVED" or not isinstance(request.draft, Draft):
        return
    findings = _findings(request.draft)
    decided = request.held(tuple(findings)) if findings else request.ready()
    try:
        inbox().decide(decided)
    except OvertakenError:
        return  # the same message came twice, and the other one was quicker
    if decided.state == "READY":
        queues.ring(decided.key)
    logger.info("draft checked", request=_name(request.key), state=decided.state)


def _findings(draft: Draft) -> list[Reason]:
    rehearsed = einvoice.rehearse(draft, at=datetime.now(UTC))
    xml = einvoice_xml.write(einvoice.terms(rehearsed))
    return schematron.findings(xml, einvoice.rules(draft))


def _name(key: requests.Key) -> str:
    return f"{key.series}/{key.source}"


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Check the drafts of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=check, processor=processor, context=context
    )
