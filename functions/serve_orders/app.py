"""What shops read of their orders: where one stands, and which wait for a decision."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing import requests
from invoicing.adapters import http_api
from invoicing.adapters.operations_table import inbox
from invoicing.errors import Held, NotFoundError
from invoicing.invoices import Draft
from invoicing.ledger import Series
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import explanations

app = http_api.shop_api()
MOST_LISTED = 50
_STATES: dict[str, requests.State] = {
    "received": "RECEIVED",
    "held": "HELD",
    "ready": "READY",
    "numbered": "NUMBERED",
}


@app.get("/v1/orders")
def orders(
    status: Annotated[Literal["received", "held", "ready", "numbered"], Query()],
    cursor: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> dict[str, Any]:
    """List orders that are not done, oldest first, a page at a time."""
    series = _orders()
    after = http_api.mark(cursor) if cursor else None
    state = _STATES[status]
    found, mark = inbox().page(series, state, after=after, limit=limit)
    return {
        "orders": [http_api.standing(request) for request in found],
        "cursor": http_api.cursor(mark) if mark else None,
    }


@app.get("/v1/orders/<order_id>")
def order(order_id: str) -> dict[str, Any]:
    """Say where an order stands, and why if it is held; what is held is shown as it was sent."""
    request = inbox().read(requests.Key(series=_orders(), source=order_id))
    answer = http_api.standing(request)
    if request.state == "HELD" and request.order:
        answer["order"] = plain(request.order)
    return answer


@app.get("/v1/orders/<order_id>/explanation", enable_validation=False)
def explanation(order_id: str) -> Response[str]:
    """Tell in words which VAT an order is charged and why, or why it is held."""
    request = inbox().read(requests.Key(series=_orders(), source=order_id))
    draft = request.draft if isinstance(request.draft, Draft) else None
    priced = Held(reasons=request.reasons) if request.state == "HELD" else draft
    if not priced:
        raise NotFoundError(order_id)
    return Response(HTTPStatus.OK.value, "text/plain; charset=utf-8", explanations.explain(priced))


def _orders() -> Series:
    return Series(seller=http_api.caller(app.current_event).id, kind="invoice")


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET /v1/orders and below."""
    return app.resolve(event, context)
