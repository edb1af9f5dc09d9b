"""What waits for a seller's decision."""

from typing import Annotated, Any

from invoicing.adapters import http_api, http_cursors, tasks_list
from invoicing.errors import UnknownCursorError
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
MOST_LISTED = 50


@app.get("/v1/tasks", security=http_api.needs("read"))
def tasks(
    cursor: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> dict[str, Any]:
    """List them, one kind after the other, oldest first, a page at a time."""
    seller = http_api.caller(app)
    after = http_cursors.read(cursor)
    try:
        found, mark = tasks_list.page(seller, after=after, limit=limit)
    except ValueError as error:
        raise UnknownCursorError from error
    return {"tasks": [plain(each) for each in found], "cursor": http_cursors.written(mark)}


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET /v1/tasks."""
    return app.resolve(event, context)
