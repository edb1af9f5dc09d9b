"""What shops read: where an order stands, and what was issued."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import archive, ledger, requests
from invoicing.adapters import http_api
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger_table import book
from invoicing.adapters.operations_table import inbox
from invoicing.errors import NotFoundError
from invoicing.invoices import Invoice
from invoicing.ledger import Place, Series
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

app = http_api.shop_api()


@app.get("/v1/orders/<order_id>")
def order(order_id: str) -> dict[str, Any]:
    """Say where an order stands, and why if it is held."""
    series = Series(seller=http_api.caller(app.current_event).id, kind="invoice")
    request = inbox().read(requests.Key(series=series, source=order_id))
    answer: dict[str, Any] = {
        "id": order_id,
        "status": request.state.lower(),
        "received_at": plain(request)["received_at"],
        "reasons": [plain(reason) for reason in request.reasons],
    }
    if request.number:
        answer["invoice"] = {
            "number": request.number,
            "href": f"/v1/invoices/{request.number}",
        }
    return answer


@app.get("/v1/invoices/<number>")
def invoice(number: str) -> dict[str, Any]:
    """Give an invoice as it was sealed, its balance and its files."""
    entry = book().entry(_place(number))
    issued = Invoice.model_validate(entry.body)
    balance = book().balance(issued)
    stored = book().stored(entry.place)
    return {
        "number": number,
        "status": "open" if balance.due else "paid",
        "balance": plain(balance),
        "page": issued.page,
        "invoice": entry.body,
        "seal": {"hash": entry.hash, "previous": entry.previous, "at": plain(entry)["at"]},
        "files": plain(stored) if stored else None,
    }


@app.get("/v1/invoices/<number>/pdf", enable_validation=False)
def pdf(number: str) -> Response[bytes]:
    """Give the stored PDF."""
    return _file(number, "pdf")


@app.get("/v1/invoices/<number>/xml", enable_validation=False)
def xml(number: str) -> Response[bytes]:
    """Give the stored e-invoice (CII)."""
    return _file(number, "xml")


def _place(number: str) -> Place:
    seller = http_api.caller(app.current_event)
    series = Series(seller=seller.id, kind="invoice")
    place = ledger.place(seller.numbers, series, number)
    if not place:
        raise NotFoundError(number)
    return place


def _file(number: str, file_type: archive.FileType) -> Response[bytes]:
    stored = book().stored(_place(number))
    file = getattr(stored, file_type, None)
    if not file:
        raise NotFoundError(number)
    data = shelf().read(file)
    return Response(HTTPStatus.OK.value, archive.CONTENT_TYPES[file_type], data)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET below /v1/."""
    return app.resolve(event, context)
