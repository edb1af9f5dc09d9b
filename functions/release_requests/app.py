"""Many held at once because their seller looked unusual: he says that today is as it should be."""

from datetime import UTC, datetime
from typing import Any

from invoicing import guard, habits, requests
from invoicing.adapters import http_api, queues
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import OvertakenError
from invoicing.guard import Waiver
from invoicing.ledger import Series
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
MOST = 500  # of one call: API Gateway waits 30 seconds
PAGE = 100
Answer = dict[str, Any]


@app.post("/v1/orders/release", security=http_api.needs("admin"))
def release_orders(waiver: Waiver) -> Answer:
    """Release all orders that are held for these reasons, and let the following of today pass."""
    return _release("invoice", waiver)


@app.post("/v1/credit-notes/release", security=http_api.needs("admin"))
def release_credits(waiver: Waiver) -> Answer:
    """Release all credits that are held for these reasons, and let the following of today pass."""
    return _release("credit_note", waiver)


def _release(kind: habits.Kind, waiver: Waiver) -> Answer:
    """Release some hundreds and say whether there are more: then the same call goes on."""
    seller = http_api.caller(app)
    today = seller.day(datetime.now(UTC))
    watch_table.waive(seller.id, kind, waiver.reasons, until=today)
    series, count, mark, ended = Series(seller=seller.id, kind=kind), 0, None, False
    while not ended and count < MOST:
        held, mark = inbox().page(series, "HELD", after=mark, limit=PAGE)
        count += sum(_released(request, waiver) for request in held)
        ended = mark is None
    logger.info("requests released", series=str(series), count=count, reasons=waiver.reasons)
    return {"released": count, "more": not ended}


def _released(request: requests.Request, waiver: Waiver) -> bool:
    codes = [each.code for each in request.reasons if each.code in waiver.reasons]
    if not codes or not (request.order or request.credit):
        return False
    try:
        inbox().settle(request.released(requests.Release(reasons=tuple(codes))))
    except OvertakenError:
        return False  # its seller has decided otherwise meanwhile
    watch_table.welcome(request.key.series.seller, guard.welcomed(request.draft, codes))
    queues.check(request.key)
    return True


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/orders/release and POST /v1/credit-notes/release."""
    return app.resolve(event, context)
