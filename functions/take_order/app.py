"""An order comes in: it is priced and taxed, kept, and sent on to the official check."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from invoicing import orders, requests, trails
from invoicing.adapters import http_answers, http_api, inquiries, intake, queues
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import AnotherBodyError
from invoicing.ledger import Series
from invoicing.orders import Order
from invoicing.telemetry import logger, metrics, tracer, write_under
from invoicing.views import explanations

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.post("/v1/orders", security=http_api.needs("orders:write"))
def take(
    order: Order, dry_run: Annotated[Literal["true", "false"], Query()] = "false"
) -> Response[dict[str, Any]]:
    """Accept an order once; the same id with the same content gets the same answer for ever.

    With `dry_run` it is priced and nothing is kept: no id, no number.
    """
    seller, now = http_api.caller(app), datetime.now(UTC)
    write_under(trails.of(seller.id, order.id))
    orders.refuse_paid_ahead(order, today=seller.day(now))
    site = http_api.site(app.current_event)
    if dry_run == "true":
        priced = intake.draft(order, seller, site=site, at=now)
        return _answer(HTTPStatus.OK, {"id": order.id} | explanations.quote(priced))
    key = requests.Key(series=Series(seller=seller.id, kind="invoice"), source=order.id)
    request = requests.of_order(order, key, site=site, at=now)
    if not inquiries.needed(order, seller):  # whoever has to be asked is asked after the answer
        request = request.drafted(intake.draft(order, seller, site=site, at=now))
    kept = inbox().accept(request)
    if not kept.knows(requests.body_hash(order)):
        raise AnotherBodyError(order.id)
    if kept.state == "RECEIVED":
        queues.check(kept.key)
    logger.info("order taken", seller=seller.id, order=order.id, state=kept.state)
    return http_answers.accepted(kept, f"/v1/orders/{order.id}")


def _answer(status: HTTPStatus, body: dict[str, Any]) -> Response[dict[str, Any]]:
    return Response(status.value, content_types.APPLICATION_JSON, body)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/orders."""
    return app.resolve(event, context)
