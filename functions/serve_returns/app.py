"""What a seller has to see to: addresses that gave mails back, and lifting that."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing.adapters import http_api
from invoicing.adapters.operations import freezes_table, returns_table
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

app = http_api.shop_api()
MOST_LISTED = 50


@app.get("/v1/returned-mails", security=http_api.needs("read"))
def returned(
    cursor: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> dict[str, Any]:
    """List the addresses that are not written to, and whose mail came back last, page by page."""
    seller = http_api.caller(app).id
    after = http_api.mark(cursor) if cursor else None
    found, mark = returns_table.page(seller, after=after, limit=limit)
    more = http_api.cursor(mark) if mark else None
    return {"returned_mails": [plain(each) for each in found], "cursor": more}


@app.delete("/v1/returned-mails/<name>", security=http_api.needs("orders:write"))
def lift(name: str) -> dict[str, Any]:
    """Let an address be written to again, and be reminded of all that stood still for it."""
    seller = http_api.caller(app).id
    lifted, stopped = returns_table.read(seller, name), returns_table.stopped(seller, name)
    for number in stopped:
        freezes_table.change(seller, number, lambda freezes: freezes.lifted("bounce"))
    returns_table.lift(seller, name, freed=stopped)
    logger.info("returned mail lifted", seller=seller, number=lifted.number)
    return plain(lifted)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /v1/returned-mails."""
    return app.resolve(event, context)
