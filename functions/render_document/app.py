"""From an issued document to its stored PDF, and to the mail that is owed."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import archive, notices, refunds, requests
from invoicing.adapters import items, queues
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, notices_table, owed_table, refunds_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.paper import rehearsal, renderer
from invoicing.archive import Stored
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.ledger import Entry, Kind
from invoicing.payments import Receipt
from invoicing.reminders import Agenda
from invoicing.telemetry import logger, metrics, tracer

processor = BatchProcessor(event_type=EventType.SQS)
rehearsal.on_lambda()


def render(record: SQSRecord) -> None:
    """Render, store and record one document; all of it may be repeated until it is done.

    Single writes, each of which stays as it is when it comes again: a transaction would cost twice
    as much. What is owed is written first and FILE after it, so FILE means that all of it is there.
    """
    place = queues.Render.model_validate_json(record.body).place
    entry = book().entry(place)
    if not book().stored(place):
        _do(entry)
    inbox().end(requests.Key(series=place.series, source=entry.source))


def _do(entry: Entry) -> None:
    document = _document(entry)
    stored = _store(entry, document)
    for write in (*_what_follows(entry, document), book().store(stored)):
        items.put_once(write["Put"])
    logger.info("document stored", number=document.number, bytes=stored.pdf.size)


def _document(entry: Entry) -> renderer.Document:
    kinds: dict[Kind, type[renderer.Document]] = {
        "invoice": Invoice,
        "credit_note": CreditNote,
        "receipt": Receipt,
        "late_payment": LatePaymentNote,
    }
    return kinds[entry.place.series.kind].model_validate(entry.body)


def _store(entry: Entry, document: renderer.Document) -> Stored:
    vat = document.draft.vat if isinstance(document, Invoice | CreditNote) else ()
    decisions = [line.decision for line in vat]
    duty = archive.Duty.of(document.issued_on, document.draft.seller, decisions)
    logo = sellers().logo(document.draft.seller)
    version, contents = renderer.TEMPLATE_VERSION, renderer.files(document, logo)
    files = {
        content.type: shelf().store(
            archive.object_key(entry.place, document.number, version, content.type), content, duty
        )
        for content in contents
    }
    return Stored(
        place=entry.place,
        number=document.number,
        pdf=files["pdf"],
        xml=files.get("xml"),
        syntax=contents[-1].syntax,
        template_version=version,
    )


def _what_follows(entry: Entry, document: renderer.Document) -> list[items.Action]:
    """Give the writes that plan the reminders, owe the money back and, at last, owe the mail."""
    draft, series, follows = document.draft, entry.place.series, list[items.Action]()
    key = notices.Key(seller=series.seller, number=document.number, occasion=series.kind)
    if isinstance(document, CreditNote | Receipt):
        follows += _noted(document, entry)
    if isinstance(document, CreditNote) and document.draft.refund:
        follows.append(refunds_table.order(refunds.of_credit(document, at=datetime.now(UTC))))
    if isinstance(document, Invoice) and document.draft.totals.due:
        agenda = Agenda.first(document)
        follows += [agenda_table.plan(agenda)] if agenda else []
    notice = notices.to_buyer(key, draft.buyer, draft.language, at=datetime.now(UTC))
    if notice and not (isinstance(document, Receipt) and document.is_silent):
        follows.append(notices_table.queue(notice))
    copy = notices.copy(key, draft.seller, at=datetime.now(UTC))
    follows += [notices_table.queue(copy)] if copy else []
    return follows


def _noted(document: CreditNote | Receipt, entry: Entry) -> list[items.Action]:
    """Give the write that lists an invoice whose buyer is owed something, or takes it off.

    A payment never makes that less, so one that leaves nothing owed has nothing to take off.
    """
    seller, about = document.draft.seller, document.draft.invoice
    number = about if isinstance(about, str) else about.number
    balance = book().balance(book().invoice(seller, number))
    gains = isinstance(document, Receipt) and document.draft.movement.kind == "payment"
    listed = owed_table.note(seller.id, number, balance, at=entry.at)
    return [] if gains and not balance.owed else [listed]


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Render the documents of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=render, processor=processor, context=context
    )
