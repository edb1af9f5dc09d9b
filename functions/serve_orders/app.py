"""What shops read of their orders: where one stands; and which orders and credits wait."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from invoicing import requests
from invoicing.adapters import http_answers, http_api, http_cursors
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import Held, NotFoundError
from invoicing.invoices import Draft, Invoice
from invoicing.ledger import Kind, Series
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import explanations

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
MOST_LISTED = 50
_STATES: dict[str, requests.State] = {"received": "RECEIVED", "held": "HELD", "ready": "READY"}


_Status = Annotated[Literal["received", "held", "ready"], Query()]
_Cursor = Annotated[str | None, Query()]
_Limit = Annotated[int, Query(ge=1, le=MOST_LISTED)]


@app.get("/v1/orders", security=http_api.needs("read"))
def orders(status: _Status, cursor: _Cursor = None, limit: _Limit = MOST_LISTED) -> dict[str, Any]:
    """List orders that have no number, oldest first, a page at a time."""
    found, more = _page(_series("invoice"), status, cursor, limit)
    return {"orders": found, "cursor": more}


@app.get("/v1/credit-notes", security=http_api.needs("read"))
def credits_(
    status: _Status, cursor: _Cursor = None, limit: _Limit = MOST_LISTED
) -> dict[str, Any]:
    """List credits that have no number, oldest first, a page at a time."""
    found, more = _page(_series("credit_note"), status, cursor, limit)
    return {"credits": found, "cursor": more}


def _page(
    series: Series, status: str, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    after = http_cursors.read(cursor)
    found, mark = inbox().page(series, _STATES[status], after=after, limit=limit)
    return [http_answers.standing(each) for each in found], http_cursors.written(mark)


@app.get("/v1/orders/<order_id>", security=http_api.needs("read"))
def order(order_id: str) -> dict[str, Any]:
    """Say where an order stands, and why if it is held; what is held is shown as it was sent."""
    request = inbox().read(requests.Key(series=_series("invoice"), source=order_id))
    answer = http_answers.standing(request)
    if request.state == "HELD" and request.order:
        answer["order"] = plain(request.order)
    return answer


@app.get(
    "/v1/orders/<order_id>/explanation", enable_validation=False, security=http_api.needs("read")
)
def explanation(order_id: str) -> Response[str]:
    """Tell in words which VAT an order is charged and why, or why it is held."""
    request = inbox().read(requests.Key(series=_series("invoice"), source=order_id))
    priced = Held(reasons=request.reasons) if request.state == "HELD" else _draft(request)
    if not priced:
        raise NotFoundError(order_id)
    return Response(HTTPStatus.OK.value, "text/plain; charset=utf-8", explanations.explain(priced))


def _draft(request: requests.Request) -> Draft | None:
    """Give what was decided of an order: once it has a number, from its invoice."""
    if request.place:
        return Invoice.model_validate(book().entry(request.place).body).draft
    return request.draft if isinstance(request.draft, Draft) else None


def _series(kind: Kind) -> Series:
    return Series(seller=http_api.caller(app).id, kind=kind)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET /v1/orders and below, and GET /v1/credit-notes."""
    return app.resolve(event, context)
