"""A closing is made known where nobody can change it: in the anchors' bucket, and by mail."""

from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from invoicing import anchors, closings, notices
from invoicing.adapters import items, queues
from invoicing.adapters.documents_bucket import anchors_bucket
from invoicing.adapters.ledger.closed_books import Signed, closed_books
from invoicing.adapters.operations import notices_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.archive import Duty
from invoicing.telemetry import by_itself, logger, metrics, tracer

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS)


@by_itself
def anchor(record: SQSRecord) -> None:
    """Anchor a closing, after those before it whose message was lost.

    So whoever finds the last one anchored knows that all are.
    """
    place = queues.Anchor.model_validate_json(record.body).place
    found = closed_books().back_from(closed_books().signed(place))
    last, lost = next(found), [*takewhile(_is_lost, found)]
    for signed in [*lost[::-1], last]:
        _anchor(signed)


def _is_lost(signed: Signed) -> bool:
    return not anchors_bucket().holds(signed.anchor_key)


def _anchor(signed: Signed) -> None:
    """Owe the accountant a mail, then write the anchor: where there is one, there is the other.

    Restored closings come with their anchors, and nobody is told of them a second time.
    """
    content = anchors.content(signed.entry, signed.signature)
    if anchors_bucket().find(signed.anchor_key) == content.data:
        return
    closing, seller = signed.closing, sellers().read(signed.seller)
    if closings.is_news(closing):
        key = notices.Key(seller=seller.id, number=closing.number, occasion="closing")
        notice = notices.to_accountant(key, seller, at=datetime.now(UTC))
        if notice:
            items.put_once(notices_table.queue(notice)["Put"])
    duty = Duty.longest(closing.civil.last, seller)
    anchors_bucket().store(signed.anchor_key, content, duty)
    logger.info("closing anchored", seller=seller.id, number=closing.number)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Anchor the closings of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=anchor, processor=processor, context=context
    )
