"""From an issued document to its stored PDF, and to the mails that it owes."""

from datetime import UTC, datetime
from typing import Any

from invoicing import archive, documents, refunds
from invoicing.adapters import consequences, items, queues
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, notices_table, refunds_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.paper import rehearsal, renderer
from invoicing.archive import Stored
from invoicing.credit_notes import CreditNote
from invoicing.documents import AnyDocument
from invoicing.invoices import Invoice
from invoicing.ledger import Entry
from invoicing.reminders import Agenda
from invoicing.telemetry import by_itself, logger, metrics, tracer, write_under

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(event_type=EventType.SQS)
rehearsal.on_lambda()


@by_itself
def render(record: SQSRecord) -> None:
    """Render, store and record one document; all of it may be repeated until it is done.

    Single writes, each of which stays as it is when it comes again: a transaction would cost twice
    as much. What follows is written first and FILE after it, so FILE means that all of it is there.
    Then the mails are asked for, which the document owes by itself; what goes on paper is listed.
    """
    place = queues.Render.model_validate_json(record.body).place
    entry = book().entry(place)
    if not book().stored(place):
        _do(entry)
    for notice in documents.mails(entry):
        if notice.state == "QUEUED":
            queues.deliver(notice.key)


def _do(entry: Entry) -> None:
    document = documents.read(entry)
    write_under(document.draft.trail)
    stored = _store(entry, document)
    for write in (*_what_follows(entry, document), book().store(stored)):
        items.put_once(write["Put"])
    logger.info("document stored", number=document.number, bytes=stored.pdf.size)


def _store(entry: Entry, document: AnyDocument) -> Stored:
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
        at=datetime.now(UTC),
    )


def _what_follows(entry: Entry, document: AnyDocument) -> list[items.Action]:
    """Give the writes that plan the reminders, owe the money back and list what is to be posted."""
    follows = list[items.Action]()
    if not isinstance(document, Invoice):
        follows += consequences.of(document, at=entry.at)
    if isinstance(document, CreditNote) and document.draft.refund:
        follows.append(refunds_table.order(refunds.of_credit(document, at=datetime.now(UTC))))
    if isinstance(document, Invoice) and document.draft.totals.due:
        agenda = Agenda.first(document)
        follows += [agenda_table.plan(agenda)] if agenda else []
    papers = [each for each in documents.mails(entry) if each.state == "PAPER"]
    return follows + [notices_table.queue(each) for each in papers]


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Render the documents of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=render, processor=processor, context=context
    )
