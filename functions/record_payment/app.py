"""A hint that money moved: what Stripe says now is read again and asked to be acknowledged."""

from datetime import UTC, datetime
from typing import Any

from invoicing.adapters import casework, queues, secrets
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import holdings_table, links_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account, overtaken
from invoicing.adapters.stripe.history import History, Payments
from invoicing.errors import NotFoundError
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
def follow(record: SQSRecord) -> None:
    """Follow one hint to the payment behind it."""
    hint = queues.PaymentHint.model_validate_json(record.body)
    known, now = secrets.stripe(hint.seller), datetime.now(UTC)
    history = _behind(hint, known) if known else None
    if history:
        write_under(history.trail)
    if known:
        _look_at(hint, history, known, at=now)
    logger.info("hint followed", seller=hint.seller, type=hint.type, object=hint.object)


def _behind(hint: queues.PaymentHint, known: StripeSecrets) -> History | None:
    """Read the payment behind a hint; what Stripe itself tells of must be there.

    An attempt that is to be looked at may have been made at an account that its seller left.
    """

    def read() -> History | None:
        return Payments(known).behind(hint.object, seller=hint.seller)

    return account.found(read) if hint.type == queues.BALANCE_MOVED else read()


def _look_at(
    hint: queues.PaymentHint, history: History | None, known: StripeSecrets, *, at: datetime
) -> None:
    """Keep what Stripe tells; what these books do not have is a difference of the day's report.

    A trial that was removed may have left payments at Stripe behind.
    """
    try:
        if history:
            _take_in(sellers().read(hint.seller), history, at=at)
        elif hint.object.startswith("cs_"):
            overtaken.close(hint.object, sellers().read(hint.seller), known)
    except NotFoundError:
        logger.exception("this was not issued here", seller=hint.seller, object=hint.object)
    if hint.object.startswith("cus_"):
        holdings_table.hear(hint.seller, hint.object, at=at)


def _take_in(seller: Seller, history: History, *, at: datetime) -> None:
    casework.take_in(seller, history, at=at)
    if history.awaited:
        invoice = book().invoice(seller, history.number)
        page = links_table.page(invoice.page, seller.id, invoice.number)
        overtaken.keep_up(invoice, history, page=page, at=at)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Follow the hints of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=follow, processor=processor, context=context
    )
