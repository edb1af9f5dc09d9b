"""What shops read of money: receipts, late payment notes, refunds, and Stripe against the books."""

from datetime import date
from http import HTTPStatus
from typing import Any

from invoicing import archive, ledger, refunds
from invoicing.adapters import http_api
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import reconciliations_table, refunds_table
from invoicing.errors import NotFoundError
from invoicing.ledger import Kind, Place, Series
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.get("/v1/receipts/<number>", security=http_api.needs("read"))
def receipt(number: str) -> dict[str, Any]:
    """Give a receipt as it was sealed, and its files."""
    return _sealed(_place(number, "receipt"), "receipt")


@app.get("/v1/receipts/<number>/pdf", enable_validation=False, security=http_api.needs("read"))
def receipt_pdf(number: str) -> Response[bytes]:
    """Give the stored PDF."""
    return _pdf(_place(number, "receipt"))


@app.get("/v1/late-payment-notes/<number>", security=http_api.needs("read"))
def late_payment_note(number: str) -> dict[str, Any]:
    """Give a late payment note as it was sealed, and its files."""
    return _sealed(_place(number, "late_payment"), "late_payment_note")


@app.get(
    "/v1/late-payment-notes/<number>/pdf",
    enable_validation=False,
    security=http_api.needs("read"),
)
def late_payment_note_pdf(number: str) -> Response[bytes]:
    """Give the stored PDF."""
    return _pdf(_place(number, "late_payment"))


@app.get("/v1/invoices/<number>/refunds/<refund_id>", security=http_api.needs("read"))
def refund(number: str, refund_id: str) -> dict[str, Any]:
    """Say what became of money that was to go back; a credit note's has the note's number."""
    seller = http_api.caller(app).id
    found = refunds_table.read(refunds.Key(seller=seller, id=refund_id))
    if found.invoice != number:
        raise NotFoundError(refund_id)
    return plain(found)


@app.get("/v1/reconciliations/<day>", security=http_api.needs("read"))
def reconciliation(day: date) -> dict[str, Any]:
    """Give the report of a civil day in the seller's zone: Stripe against the books."""
    seller = http_api.caller(app).id
    return plain(reconciliations_table.report(seller, day))


def _sealed(place: Place, name: str) -> dict[str, Any]:
    entry, stored = book().entry(place), book().stored(place)
    return {
        "number": entry.body["number"],
        name: entry.body,
        "seal": {"hash": entry.hash, "previous": entry.previous, "at": plain(entry)["at"]},
        "files": plain(stored) if stored else None,
    }


def _pdf(place: Place) -> Response[bytes]:
    stored = book().stored(place)
    if not stored:
        raise NotFoundError(str(place.series))
    return Response(HTTPStatus.OK.value, archive.CONTENT_TYPES["pdf"], shelf().read(stored.pdf))


def _place(number: str, kind: Kind) -> Place:
    seller = http_api.caller(app)
    place = ledger.place(seller.numbers, Series(seller=seller.id, kind=kind), number)
    if not place:
        raise NotFoundError(number)
    return place


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET about money below /v1/."""
    return app.resolve(event, context)
