"""The page behind the code on a paper: whether number, date, sums and account on it are right."""

from http import HTTPStatus
from typing import Any

from invoicing import authenticity
from invoicing.adapters import buyer_pages
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.credit_notes import CreditNote
from invoicing.errors import NotFoundError
from invoicing.invoices import Invoice
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import pages

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = buyer_pages.page_api()


@app.get("/a/<seller>/<number>/<proof>")
def confirm(seller: str, number: str, proof: str) -> Response[str]:
    """Confirm a paper to whoever holds it; a proof that is not its own tells nothing."""
    document = _document(seller, number)
    if not authenticity.confirms(document, proof):
        raise NotFoundError(number)
    return buyer_pages.answer(HTTPStatus.OK, pages.paper_page(document))


def _document(seller_id: str, number: str) -> Invoice | CreditNote:
    seller = sellers().read(seller_id)
    try:
        return book().invoice(seller, number)
    except NotFoundError:
        return book().credit_note(seller, number)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /a/."""
    return app.resolve(event, context)
