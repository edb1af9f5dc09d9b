"""What a seller has to see to: addresses that gave mails back, and lifting that."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from invoicing import returns
from invoicing.adapters import http_api, http_cursors, queues
from invoicing.adapters.operations import freezes_table, notices_table, returns_table
from invoicing.notices import Key
from invoicing.records import plain
from invoicing.returns import Return
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
MOST_LISTED = 50


@app.get("/v1/returned-mails", security=http_api.needs("read"))
def returned(
    cursor: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> dict[str, Any]:
    """List the addresses that are not written to, and whose mail came back last, page by page."""
    seller = http_api.caller(app).id
    found, mark = returns_table.page(seller, after=http_cursors.read(cursor), limit=limit)
    return {"returned_mails": [plain(each) for each in found], "cursor": http_cursors.written(mark)}


@app.delete("/v1/returned-mails/<name>", security=http_api.needs("orders:write"))
def lift(name: str) -> dict[str, Any]:
    """Let an address be written to again, and be reminded of all that stood still for it.

    What it gave back and nothing later says again is sent once more: invoices, formal notices.
    """
    seller = http_api.caller(app).id
    lifted, stopped = returns_table.read(seller, name), returns_table.stopped(seller, name)
    repeated = [each for number in stopped for each in _repeated(lifted, number)]
    for number in stopped:
        freezes_table.change(seller, number, lambda freezes: freezes.lifted("bounce"))
    returns_table.lift(seller, name, freed=stopped)
    for each in repeated:
        queues.deliver(each)  # if it is lost, the sweeper repeats it
    logger.info("returned mail lifted", seller=seller, number=lifted.number, again=len(repeated))
    return plain(lifted)


def _repeated(lifted: Return, number: str) -> Iterator[Key]:
    """Owe again what came back from an address and reached its reader nowhere else."""
    found = notices_table.of_document(lifted.seller, number)
    heard = {(each.key.occasion, each.key.level) for each in found if each.has_left}
    for notice in found:
        is_there = returns.id_of(lifted.seller, notice.recipient) == lifted.id
        is_heard = (notice.key.occasion, notice.key.level) in heard
        if is_there and not is_heard and notice.is_worth_repeating:
            notices_table.move(notice, notice.again(datetime.now(UTC)))
            yield notice.key


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /v1/returned-mails."""
    return app.resolve(event, context)
