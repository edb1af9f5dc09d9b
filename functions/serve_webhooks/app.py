"""What a shop was told, and telling it once more."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from invoicing.adapters import http_api, http_cursors, queues
from invoicing.adapters.operations import deliveries_table
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import deliveries

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
MOST_LISTED = 50


@app.get("/v1/webhook-deliveries", security=http_api.needs("read"))
def log(
    cursor: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> dict[str, Any]:
    """List what the shop was told in the last month, newest first, a page at a time."""
    seller = http_api.caller(app).id
    found, mark = deliveries_table.page(seller, after=http_cursors.read(cursor), limit=limit)
    return {
        "deliveries": [deliveries.told(each) for each in found],
        "cursor": http_cursors.written(mark),
    }


@app.post("/v1/webhook-deliveries/<name>/replay", security=http_api.needs("admin"))
def replay(name: str) -> Response[dict[str, Any]]:
    """Tell the shop once more, under the same id, whatever became of it."""
    seller = http_api.caller(app).id
    before = deliveries_table.read(seller, name)
    after = before.replayed(datetime.now(UTC))
    deliveries_table.move(before, after)
    queues.tell(queues.Tell(seller=seller, event=name))
    logger.info("webhook replayed", seller=seller, webhook=name)
    said = deliveries.told(after)
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, said)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /v1/webhook-deliveries."""
    return app.resolve(event, context)
