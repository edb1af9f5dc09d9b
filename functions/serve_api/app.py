"""What shops read: what was issued."""

from http import HTTPStatus
from typing import Any, Literal

from invoicing import archive, ledger, requests
from invoicing.adapters import http_answers, http_api
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import freezes_table, links_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.credit_notes import is_credited
from invoicing.errors import NotFoundError
from invoicing.invoices import Invoice
from invoicing.ledger import Kind, Place, Series
from invoicing.payments import Balance
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import casefiles

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.get("/v1/invoices/<number>", security=http_api.needs("read"))
def invoice(number: str) -> dict[str, Any]:
    """Give an invoice as it was sealed, its balance and its files."""
    entry = book().entry(_place(number, "invoice"))
    issued = Invoice.model_validate(entry.body)
    balance = book().balance(issued)
    stored = book().stored(entry.place)
    return {
        "number": issued.number,
        "status": _status(issued, balance),
        "balance": plain(balance),
        "credit_notes": [_reference(note.number) for note in book().credit_notes(issued)],
        "receipts": [receipt.number for receipt in book().receipts(issued)],
        "freezes": casefiles.frozen(freezes_table.read(issued.draft.seller.id, number)),
        "page": links_table.page(issued.page, issued.draft.seller.id, number),
        "invoice": entry.body,
        "seal": {"hash": entry.hash, "previous": entry.previous, "at": plain(entry)["at"]},
        "files": plain(stored) if stored else None,
    }


@app.get("/v1/invoices/<number>/pdf", enable_validation=False, security=http_api.needs("read"))
def pdf(number: str) -> Response[bytes]:
    """Give the stored PDF."""
    return _file(_place(number, "invoice"), "pdf")


@app.get("/v1/invoices/<number>/xml", enable_validation=False, security=http_api.needs("read"))
def xml(number: str) -> Response[bytes]:
    """Give the stored e-invoice, CII or UBL as `files.syntax` says."""
    return _file(_place(number, "invoice"), "xml")


@app.get("/v1/invoices/<number>/credit-notes/<credit_id>", security=http_api.needs("read"))
def credit(number: str, credit_id: str) -> dict[str, Any]:
    """Say where a credit that was asked for stands, and why if it is held."""
    series = Series(seller=http_api.caller(app).id, kind="credit_note")
    request = inbox().read(requests.Key(series=series, source=credit_id))
    if not request.credit or request.credit.invoice != number:
        raise NotFoundError(credit_id)
    return http_answers.standing(request)


@app.get("/v1/credit-notes/<number>", security=http_api.needs("read"))
def credit_note(number: str) -> dict[str, Any]:
    """Give a credit note as it was sealed, and its files."""
    entry = book().entry(_place(number, "credit_note"))
    stored = book().stored(entry.place)
    return {
        "number": entry.body["number"],
        "credit_note": entry.body,
        "seal": {"hash": entry.hash, "previous": entry.previous, "at": plain(entry)["at"]},
        "files": plain(stored) if stored else None,
    }


@app.get("/v1/credit-notes/<number>/pdf", enable_validation=False, security=http_api.needs("read"))
def credit_note_pdf(number: str) -> Response[bytes]:
    """Give the stored PDF."""
    return _file(_place(number, "credit_note"), "pdf")


@app.get("/v1/credit-notes/<number>/xml", enable_validation=False, security=http_api.needs("read"))
def credit_note_xml(number: str) -> Response[bytes]:
    """Give the stored e-invoice, CII or UBL as `files.syntax` says."""
    return _file(_place(number, "credit_note"), "xml")


def _reference(number: str) -> dict[str, str]:
    return {"number": number, "href": f"/v1/credit-notes/{number}"}


def _status(issued: Invoice, balance: Balance) -> Literal["open", "credited", "paid"]:
    if balance.due:
        return "open"
    return "credited" if is_credited(issued, balance) else "paid"


def _place(number: str, kind: Kind) -> Place:
    seller = http_api.caller(app)
    series = Series(seller=seller.id, kind=kind)
    place = ledger.place(seller.numbers, series, number)
    if not place:
        raise NotFoundError(number)
    return place


def _file(place: Place, file_type: archive.FileType) -> Response[bytes]:
    stored = book().stored(place)
    file = getattr(stored, file_type, None)
    if not file:
        raise NotFoundError(file_type)
    data = shelf().read(file)
    return Response(HTTPStatus.OK.value, archive.CONTENT_TYPES[file_type], data)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET below /v1/."""
    return app.resolve(event, context)
