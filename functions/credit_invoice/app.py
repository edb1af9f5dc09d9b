"""A shop gives something back of an invoice: the credit is kept and sent on to the check."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import characters, credit_notes, requests
from invoicing.adapters import http_api, queues, typefaces
from invoicing.adapters.ledger_table import book
from invoicing.adapters.requests_table import inbox
from invoicing.credit_notes import Asked, Credit
from invoicing.errors import AnotherBodyError, Held, NotFoundError, RefusedError
from invoicing.invoices import Invoice
from invoicing.ledger import Series
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

app = http_api.shop_api()


@app.post("/v1/invoices/<number>/credit-notes")
def take(number: str, credit: Credit) -> Response[dict[str, Any]]:
    """Accept a credit once; the same id with the same content gets the same answer for ever."""
    seller = http_api.caller(app.current_event)
    invoice = book().invoice(seller, number)
    key = requests.Key(series=Series(seller=seller.id, kind="credit_note"), source=credit.id)
    asked = Asked(invoice=invoice.number, credit=credit)
    request = requests.of_credit(asked, key, at=datetime.now(UTC))
    kept = _kept(request, invoice)
    if kept.body_hash != request.body_hash:
        raise AnotherBodyError(credit.id)
    if kept.state == "RECEIVED":
        queues.check(kept.key)
    logger.info("credit taken", seller=seller.id, credit=credit.id, state=kept.state)
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, _receipt(kept))


def _kept(request: requests.Request, invoice: Invoice) -> requests.Request:
    """Keep what can be given back as things stand; the numbering decides whether it still can."""
    try:
        return inbox().read(request.key)
    except NotFoundError:
        _refuse_what_cannot_be(request, invoice)
    return inbox().accept(request)


def _refuse_what_cannot_be(request: requests.Request, invoice: Invoice) -> None:
    if request.credit:
        earlier = book().credit_notes(invoice)
        draft = credit_notes.draft(request.credit.credit, invoice, earlier)
        reasons = [*draft.reasons] if isinstance(draft, Held) else []
        reasons += characters.of_credit(request.credit.credit, typefaces.printable())
        if reasons:
            raise RefusedError(tuple(reasons))


def _receipt(kept: requests.Request) -> dict[str, Any]:
    """Say only what never changes, so that the answer is the same each time."""
    number = kept.credit.invoice if kept.credit else ""
    return {
        "id": kept.key.source,
        "received_at": plain(kept)["received_at"],
        "href": f"/v1/invoices/{number}/credit-notes/{kept.key.source}",
    }


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/invoices/{number}/credit-notes."""
    return app.resolve(event, context)
