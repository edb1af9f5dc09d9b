"""The buyer's page of an invoice: see it, keep its files, pay what is open, object."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from invoicing import cases, links
from invoicing.adapters import buyer_pages, happenings, http_api
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table, links_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.stripe import checkouts
from invoicing.errors import LinkReplacedError, NotFoundError
from invoicing.invoices import Invoice
from invoicing.objections import Claim
from invoicing.telemetry import logger, metrics, tracer, write_under
from invoicing.views import claims, pages
from invoicing.views.claims import Form

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = buyer_pages.page_api()
PAGE = "/i/<seller>/<number>/<token>"


@app.get(PAGE)
def show(seller: str, number: str, token: str) -> Response[str]:
    """Show the invoice and its state; whoever comes back from Stripe is told that it arrives."""
    return buyer_pages.answer(HTTPStatus.OK, _page(*_opened(seller, number, token)))


@app.get(f"{PAGE}/pdf")
def pdf(seller: str, number: str, token: str) -> Response[bytes]:
    """Give the stored PDF."""
    invoice, _ = _opened(seller, number, token)
    return buyer_pages.file(invoice.draft.seller, "invoice", number, "pdf")


@app.get(f"{PAGE}/xml")
def xml(seller: str, number: str, token: str) -> Response[bytes]:
    """Give the stored e-invoice."""
    invoice, _ = _opened(seller, number, token)
    return buyer_pages.file(invoice.draft.seller, "invoice", number, "xml")


@app.get(f"{PAGE}/receipts/<receipt>")
def receipt_pdf(seller: str, number: str, token: str, receipt: str) -> Response[bytes]:
    """Give the stored PDF of a receipt that the page lists."""
    invoice, _ = _opened(seller, number, token)
    if receipt not in {each.number for each in book().receipts(invoice) if not each.is_silent}:
        raise NotFoundError(receipt)
    return buyer_pages.file(invoice.draft.seller, "receipt", receipt, "pdf")


@app.get(f"{PAGE}/credit-notes/<note>")
def credit_note_pdf(seller: str, number: str, token: str, note: str) -> Response[bytes]:
    """Give the stored PDF of a credit note that the page lists."""
    invoice, _ = _opened(seller, number, token)
    if note not in {each.number for each in book().credit_notes(invoice)}:
        raise NotFoundError(note)
    return buyer_pages.file(invoice.draft.seller, "credit_note", note, "pdf")


@app.post(f"{PAGE}/pay")
def pay(seller: str, number: str, token: str) -> Response[str]:
    """Lead to Stripe for exactly what is open, or back to the page where nothing may be paid."""
    return _paying(*_opened(seller, number, token), "session")


@app.post(f"{PAGE}/transfer")
def ask_for_transfer(seller: str, number: str, token: str) -> Response[str]:
    """Have Stripe wait for a transfer of what is open; the page says how it is made."""
    return _paying(*_opened(seller, number, token), "transfer")


@app.post(f"{PAGE}/transfer/cancel")
def leave_transfer(seller: str, number: str, token: str) -> Response[str]:
    """Cancel the transfer that is awaited, of which nothing has come, to pay in another way."""
    invoice, link = _opened(seller, number, token)
    checkouts.leave(invoice)
    return buyer_pages.see_other(links.page(invoice.page, link))


@app.post(f"{PAGE}/claim")
def claim(seller: str, number: str, token: str) -> Response[str]:
    """Take what the buyer says against the invoice; what is wrong with the form is shown in it."""
    invoice, link = _opened(seller, number, token)
    said = claims.read(http_api.raw_body(app.current_event))
    page = _page(invoice, link, said if isinstance(said, Form) else None)
    if isinstance(said, Form) and page.form:
        return buyer_pages.answer(HTTPStatus.UNPROCESSABLE_ENTITY, page)
    if isinstance(said, Claim) and page.form:
        made = cases.of_claim(said, seller=seller, number=number, at=datetime.now(UTC))
        cases_table.claim(made, invoice.draft.seller)
        logger.info("claim taken", seller=seller, invoice=number, case=made.key.id)
    return buyer_pages.see_other(f"{page.address}#claim")


def _paying(invoice: Invoice, link: links.Link | None, way: checkouts.Way) -> Response[str]:
    page = links.page(invoice.page, link)
    return buyer_pages.see_other(checkouts.address(invoice, page=page, way=way) or page)


def _page(invoice: Invoice, link: links.Link | None, form: Form | None = None) -> pages.InvoicePage:
    returning = "paid" in app.current_event.query_string_parameters
    today = invoice.draft.seller.day(datetime.now(UTC))
    happened = happenings.of(invoice, link, returning=returning)
    return pages.invoice_page(invoice, happened, today=today, form=form)


def _opened(seller: str, number: str, token: str) -> tuple[Invoice, links.Link | None]:
    invoice = book().invoice(sellers().read(seller), number)
    write_under(invoice.draft.trail)
    link = links_table.read(seller, number)
    match links.tried(token, invoice, link):
        case "opens":
            return invoice, link
        case "replaced":
            raise LinkReplacedError(number)
        case "wrong":
            raise NotFoundError(number)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /i/."""
    return app.resolve(event, context)
