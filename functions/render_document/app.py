"""From an issued document to its stored PDF, and to the mails that it owes."""

from datetime import UTC, date, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import archive, documents, refunds
from invoicing.adapters import items, queues
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, notices_table, owed_table, refunds_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.paper import rehearsal, renderer
from invoicing.archive import Stored
from invoicing.credit_notes import CreditNote
from invoicing.documents import AnyDocument
from invoicing.invoices import Invoice
from invoicing.ledger import Entry
from invoicing.payments import Balance, Receipt
from invoicing.reminders import Agenda
from invoicing.telemetry import logger, metrics, tracer

processor = BatchProcessor(event_type=EventType.SQS)
rehearsal.on_lambda()


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
    stored = _store(entry, document)
    follows = _what_follows(entry, document)
    if isinstance(document, Receipt):
        _reopen(document)
    for write in (*follows, book().store(stored)):
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
    follows = _noted(document, entry) if isinstance(document, CreditNote | Receipt) else []
    if isinstance(document, CreditNote) and document.draft.refund:
        follows.append(refunds_table.order(refunds.of_credit(document, at=datetime.now(UTC))))
    if isinstance(document, Invoice) and document.draft.totals.due:
        agenda = Agenda.first(document)
        follows += [agenda_table.plan(agenda)] if agenda else []
    papers = [each for each in documents.mails(entry) if each.state == "PAPER"]
    return follows + [notices_table.queue(each) for each in papers]


def _noted(document: CreditNote | Receipt, entry: Entry) -> list[items.Action]:
    """Give the writes that list an invoice whose buyer is owed something, or take it off.

    A payment never makes that less, so one that leaves nothing owed has nothing to take off.
    """
    seller, about = document.draft.seller, document.draft.invoice
    number = about if isinstance(about, str) else about.number
    invoice = book().invoice(seller, number)
    balance = book().balance(invoice)
    gains = isinstance(document, Receipt) and document.draft.movement.kind == "payment"
    if not balance.due:
        _let_rest(invoice, balance, document.issued_on)
    listed = owed_table.note(seller.id, number, balance, at=entry.at)
    return [] if gains and not balance.owed else [listed]


def _let_rest(invoice: Invoice, balance: Balance, today: date) -> None:
    """Take what is settled off the list of what is to be handed over.

    OvertakenError if money moved meanwhile.
    """
    rested = agenda_table.rest(invoice, today)
    if rested:
        unchanged = book().unchanged(invoice.draft.seller.id, invoice.number, balance)
        items.write_together([rested, unchanged])


def _reopen(receipt: Receipt) -> None:
    """Go on with the reminders of what was settled until this money was taken back."""
    draft, lost = receipt.draft, -receipt.draft.movement.gained
    if lost.amount <= 0:
        return
    invoice = book().invoice(draft.seller, draft.invoice)
    due = book().balance(invoice).due
    if due:
        agenda_table.reopen(invoice, receipt.issued_on, was_settled=due <= lost)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401  Powertools' answer to SQS
    """Render the documents of a batch; what fails comes again."""
    return process_partial_response(
        event=event, record_handler=render, processor=processor, context=context
    )
