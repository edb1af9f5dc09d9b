"""The buyer's page of an invoice: see it, keep its files, pay what is open."""

import hmac
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import archive
from invoicing.adapters import buyer_pages
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger_table import book
from invoicing.adapters.sellers_table import sellers
from invoicing.adapters.stripe import account, checkouts
from invoicing.errors import NotFoundError
from invoicing.invoices import Invoice
from invoicing.ledger import Series, place
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import pages

app = APIGatewayHttpResolver()
PAGE = "/i/<seller>/<number>/<token>"


@app.get(PAGE)
def show(seller: str, number: str, token: str) -> Response[str]:
    """Show the invoice and its state; whoever comes back from Stripe is told that it arrives."""
    invoice = _invoice(seller, number, token)
    balance = book().balance(invoice)
    returning = "paid" in app.current_event.query_string_parameters
    page = pages.invoice_page(
        invoice,
        balance,
        today=datetime.now(invoice.draft.seller.timezone).date(),
        attempt=checkouts.attempt(invoice, balance, returning=returning),
    )
    return _page(HTTPStatus.OK, page)


@app.get(f"{PAGE}/pdf")
def pdf(seller: str, number: str, token: str) -> Response[bytes]:
    """Give the stored PDF."""
    return _file(_invoice(seller, number, token), "pdf")


@app.get(f"{PAGE}/xml")
def xml(seller: str, number: str, token: str) -> Response[bytes]:
    """Give the stored e-invoice."""
    return _file(_invoice(seller, number, token), "xml")


@app.post(f"{PAGE}/pay")
def pay(seller: str, number: str, token: str) -> Response[str]:
    """Lead to Stripe for exactly what is open, or back to the page where nothing may be paid."""
    invoice = _invoice(seller, number, token)
    address = checkouts.address(invoice, book().balance(invoice))
    return _see_other(address or invoice.page)


def not_found(_: NotFoundError) -> Response[str]:
    """Tell a wrong address nothing of what is or is not there."""
    language = pages.preferred_language(app.current_event.headers.get("accept-language"))
    return _page(HTTPStatus.NOT_FOUND, pages.PlainPage(template="not_found", language=language))


app.exception_handler(NotFoundError)(not_found)


def _invoice(seller_id: str, number: str, token: str) -> Invoice:
    invoice = book().invoice(sellers().read(seller_id), number)
    if not hmac.compare_digest(invoice.draft.token.encode(), token.encode()):
        raise NotFoundError(number)
    return invoice


def _file(invoice: Invoice, file_type: archive.FileType) -> Response[bytes]:
    seller = invoice.draft.seller
    where = place(seller.numbers, Series(seller=seller.id, kind="invoice"), invoice.number)
    stored = book().stored(where) if where else None
    file = getattr(stored, file_type, None)
    if not file:
        raise NotFoundError(invoice.number)
    headers = {"Content-Disposition": f'inline; filename="{invoice.number}.{file_type}"'}
    content_type = archive.CONTENT_TYPES[file_type]
    return Response(HTTPStatus.OK.value, content_type, shelf().read(file), headers)


def _page(status: HTTPStatus, page: pages.Page) -> Response[str]:
    shown = buyer_pages.show(page, checkout=account.checkout_origin())
    return Response(status.value, body=shown.html, headers=shown.headers)


def _see_other(address: str) -> Response[str]:
    return Response(HTTPStatus.SEE_OTHER.value, headers={"Location": address})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /i/."""
    return app.resolve(event, context)
