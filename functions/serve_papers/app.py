"""What a seller has to post, and that it was posted."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from invoicing import archive, tasks
from invoicing.adapters import http_api, http_cursors, papers
from invoicing.adapters.operations import notices_table
from invoicing.errors import NotFoundError, NotStoredError
from invoicing.notices import Notice
from invoicing.telemetry import logger, metrics, tracer, write_under

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
MOST_LISTED = 50


@app.get("/v1/paper-deliveries", security=http_api.needs("read"))
def waiting(
    cursor: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> dict[str, Any]:
    """List what is to be posted, to whom, with its PDF, oldest first, a page at a time."""
    seller = http_api.caller(app)
    found, mark = papers.page(seller, after=http_cursors.read(cursor), limit=limit)
    return {
        "paper_deliveries": [papers.told(each) for each in found],
        "cursor": http_cursors.written(mark),
    }


@app.get(
    "/v1/paper-deliveries/<name>/pdf",
    enable_validation=False,
    security=http_api.needs("read"),
)
def letter(name: str) -> Response[bytes]:
    """Give the letter of a reminder; documents have their PDF at their own address."""
    notice = _waiting(name)
    if notice.key.occasion != "reminder":
        raise NotFoundError(name)
    try:
        data = papers.letter(notice)
    except NotStoredError as error:
        raise NotFoundError(name) from error
    return Response(HTTPStatus.OK.value, archive.CONTENT_TYPES["pdf"], data)


@app.post("/v1/paper-deliveries/<name>/delivered", security=http_api.needs("orders:write"))
def delivered(name: str) -> dict[str, Any]:
    """Say that it was posted or handed over; it leaves the list."""
    before = _waiting(name)
    return _moved(before, before.posted(datetime.now(UTC)))


@app.delete("/v1/paper-deliveries/<name>", security=http_api.needs("orders:write"))
def left(name: str) -> dict[str, Any]:
    """Say that it need not be posted; it leaves the list."""
    before = _waiting(name)
    seen_to = before.settled(datetime.now(UTC))
    return _moved(before, seen_to.ended("CANCELLED", "its seller did not post it"))


def _waiting(name: str) -> Notice:
    """Read what is to be posted; told again, what was posted is not found."""
    key = tasks.mail_of(name, http_api.caller(app).id)
    notice = notices_table.read(key) if key else None
    if not notice or notice.state != "PAPER":
        raise NotFoundError(name)
    return notice


def _moved(before: Notice, after: Notice) -> dict[str, Any]:
    write_under(before.trail)
    notices_table.move(before, after)
    logger.info("notice moved", notice=str(after.key), state=after.state)
    return {"id": after.key.tag, "status": after.state.lower()}


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /v1/paper-deliveries."""
    return app.resolve(event, context)
