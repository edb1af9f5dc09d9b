"""The buyer's page of an invoice: see it, keep its files, pay what is open."""

import hmac
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import archive, pages
from invoicing.adapters import buyer_pages, secrets, stripe_gateway
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger_table import book
from invoicing.adapters.operations_table import inbox
from invoicing.errors import NotFoundError
from invoicing.invoices import Invoice
from invoicing.ledger import Series, place
from invoicing.telemetry import logger, metrics, tracer

app = APIGatewayHttpResolver()
PAGE = "/i/<seller>/<number>/<token>"


@app.get(PAGE)
def show(seller: str, number: str, token: str) -> Response[str]:
    """Show the invoice and its state; whoever comes back from Stripe is told that it arrives."""
    invoice = _invoice(seller, number, token)
    page = pages.invoice_page(
        invoice,
        book().balance(invoice),
        today=datetime.now(invoice.draft.seller.timezone).date(),
        attempt=_attempt(invoice),
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
    """Lead to Stripe for exactly what is open, or back to the page where nothing is."""
    invoice = _invoice(seller, number, token)
    balance = book().balance(invoice)
    known = secrets.stripe(seller) if balance.due else None
    if not known:
        return _see_other(invoice.page)
    return _see_other(stripe_gateway.StripeGateway(known).checkout(invoice, balance))


def _attempt(invoice: Invoice) -> pages.Attempt:
    """Ask Stripe about the session that the buyer comes back from, if any."""
    session_id = app.current_event.query_string_parameters.get("paid")
    known = secrets.stripe(invoice.draft.seller.id) if session_id else None
    if not session_id or not known:
        return "none"
    return stripe_gateway.StripeGateway(known).attempt(session_id, invoice)


def not_found(_: NotFoundError) -> Response[str]:
    """Tell a wrong address nothing of what is or is not there."""
    language = pages.preferred_language(app.current_event.headers.get("accept-language"))
    return _page(HTTPStatus.NOT_FOUND, pages.PlainPage(template="not_found", language=language))


app.exception_handler(NotFoundError)(not_found)


def _invoice(seller_id: str, number: str, token: str) -> Invoice:
    invoice = book().invoice(inbox().seller(seller_id), number)
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
    shown = buyer_pages.show(page, checkout=stripe_gateway.checkout_origin())
    return Response(status.value, body=shown.html, headers=shown.headers)


def _see_other(address: str) -> Response[str]:
    return Response(HTTPStatus.SEE_OTHER.value, headers={"Location": address})


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /i/."""
    return app.resolve(event, context)
