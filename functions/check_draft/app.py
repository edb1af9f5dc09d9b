"""Before the number: what a platform would refuse is held, and what is unlike its seller."""

from datetime import UTC, datetime
from typing import Any

from invoicing import credit_notes, deposits, drafts, guard, late_payment_notes, requests
from invoicing.adapters import histories, intake, queues
from invoicing.adapters.einvoices import official_rules
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.credit_notes import CreditNoteDraft
from invoicing.einvoice import rules
from invoicing.errors import Held, OvertakenError, Reason
from invoicing.invoices import Draft
from invoicing.late_payment_notes import Asked, LatePaymentDraft
from invoicing.parties import Seller
from invoicing.telemetry import by_itself, logger, metrics, tracer, write_under

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def check(record: SQSRecord) -> None:
    """Decide one request that was received: READY to be numbered, or HELD."""
    request = inbox().read(queues.Check.model_validate_json(record.body).request)
    write_under(request.trail)
    if request.state != "RECEIVED":
        return
    decided = _decided(_drafted(request))
    write_under(decided.trail)
    if decided.state == "RECEIVED":
        return  # there is nothing to check yet
    try:
        decided = inbox().decide(decided)
    except OvertakenError:
        return  # the same message came twice, and the other one was quicker
    if decided.state == "READY":
        queues.ring(decided.key)
    name = f"{request.key.series}/{request.key.source}"
    logger.info("draft checked", request=name, state=decided.state)


def _drafted(request: requests.Request) -> requests.Request:
    """Draft what has no draft that still stands: an order that waited, or any credit.

    What is left to credit is what no other credit note took meanwhile.
    """
    if request.credit:
        invoice = book().invoice(_seller(request), request.credit.invoice)
        earlier = book().credit_notes(invoice)
        return request.drafted(credit_notes.draft(request.credit.credit, invoice, earlier))
    if request.late_payment:
        return _claimed(request, request.late_payment)
    now = datetime.now(UTC)
    if isinstance(request.draft, Draft) and not drafts.outdated(request.draft, at=now):
        return request
    return _priced(request, now)


def _claimed(request: requests.Request, asked: Asked) -> requests.Request:
    """Compute a claim by the books of now; one that something overtook is ended, and says why."""
    history = histories.of(book().invoice(_seller(request), asked.invoice))
    draft = late_payment_notes.draft(asked, history)
    if isinstance(draft, Held):
        return request.overtaken(draft.reasons)
    return request.drafted(draft)


def _priced(request: requests.Request, at: datetime) -> requests.Request:
    if not request.order or not request.site:
        return request
    seller, said = _seller(request), request.overruled
    priced = intake.draft(request.order, seller, site=request.site, at=at, overruled=said)
    return request.drafted(priced)


def _seller(request: requests.Request) -> Seller:
    return sellers().read(request.key.series.seller)


def _decided(request: requests.Request) -> requests.Request:
    if isinstance(request.draft, LatePaymentDraft) and request.state == "RECEIVED":
        return request.ready()
    if request.state == "HELD" or not isinstance(request.draft, Draft | CreditNoteDraft):
        return request
    rehearsed = rules.rehearse(request.draft, at=datetime.now(UTC))
    findings = official_rules.findings(rehearsed) + _overtaken(request)
    findings += _unusual(request, request.draft)
    return request.held(tuple(findings)) if findings else request.ready()


def _overtaken(request: requests.Request) -> list[Reason]:
    """Say which deposits were credited or deducted elsewhere since the order came in."""
    draft = request.draft
    if not isinstance(draft, Draft) or not draft.preceding:
        return []
    known = book().deposits(draft.seller, (each.number for each in draft.preceding))
    return deposits.overtaken(known, request.key.source)


def _unusual(request: requests.Request, draft: Draft | CreditNoteDraft) -> list[Reason]:
    """Say in which ways a draft is unlike its seller; what he has released is not said again."""
    watch = watch_table.read(draft.seller.id)
    if not watch or not (watch.knows_enough or watch.paused):
        return []
    today = draft.seller.day(datetime.now(UTC))
    found = guard.reasons(draft, watch, book().head(request.key.series), today=today)
    return [each for each in found if watch.paused or each.code not in request.overruled]


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Check the drafts of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=check, processor=processor, context=context
    )
