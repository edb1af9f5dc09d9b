"""A reminder's letter: drawn of what is open now, stored, and then its mail is asked for."""

from datetime import UTC, date, datetime
from typing import Any

from invoicing import late_payment
from invoicing.adapters import histories, queues
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.mails import reminder_facts
from invoicing.adapters.operations import notices_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.paper import letters
from invoicing.archive import Content, Duty, File
from invoicing.invoices import Invoice
from invoicing.late_payment import LatePayment
from invoicing.notices import Notice
from invoicing.open_invoices import OpenInvoice
from invoicing.reminder_mails import Letter, ReminderMail
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
def draw(record: SQSRecord) -> None:
    """Draw the letter that goes with a reminder's mail, unless the one there is says the same."""
    notice = notices_table.read(queues.Draw.model_validate_json(record.body).notice)
    write_under(notice.trail)
    if notice.state not in {"QUEUED", "PAPER"} or not notice.reminder:
        return
    open_ = reminder_facts.still_open(notice)
    if open_ and not notice.reminder.speaks_of(reminder_facts.standings(open_)):
        _draw(notice, notice.reminder, open_)
    queues.deliver(notice.key)


def _draw(notice: Notice, mail: ReminderMail, open_: list[OpenInvoice]) -> None:
    at = reminder_facts.said_at(notice)
    late = [_late(each.invoice, at) for each in open_] if mail.tone != "ahead" else []
    file = _stored(notice, _letter(mail, open_, late, at), open_)
    standings = reminder_facts.standings(open_)
    costs = late_payment.costs(late, today=_day(_newest(open_).invoice, at))
    letter = Letter(file=file, standings=standings, late=costs)
    notices_table.move(notice, notice.asking(mail.drawn(letter)))
    logger.info("letter drawn", notice=str(notice.key), invoices=len(open_), bytes=file.size)


def _letter(
    mail: ReminderMail, open_: list[OpenInvoice], late: list[LatePayment], at: datetime
) -> Content:
    logo = sellers().logo(_newest(open_).invoice.draft.seller)
    if len(open_) > 1:
        return letters.statement(open_, at=at, late=late, logo=logo)
    only = next(iter(late), None)
    return letters.reminder(open_[0], tone=mail.tone, at=at, late=only, logo=logo)


def _late(invoice: Invoice, at: datetime) -> LatePayment:
    """Compute what the delay costs until that day; what money changes has the letter drawn anew."""
    return histories.of(invoice).owed(until=_day(invoice, at))


def _day(invoice: Invoice, at: datetime) -> date:
    return invoice.draft.seller.day(at)


def _stored(notice: Notice, letter: Content, open_: list[OpenInvoice]) -> File:
    """Store it under the name of its bytes: what is drawn anew lies beside what was there."""
    at, seller = reminder_facts.said_at(notice), _newest(open_).invoice.draft.seller
    folder = f"{notice.key.seller}/reminder/{at.astimezone(UTC).year}"
    name = f"{folder}/{notice.key.tag}.{letter.sha256[:16]}.pdf"
    return shelf().store(name, letter, Duty.of(seller.day(at), seller))


def _newest(open_: list[OpenInvoice]) -> OpenInvoice:
    return max(open_, key=lambda each: each.invoice.issued_at)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Draw the letters of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=draw, processor=processor, context=context
    )
