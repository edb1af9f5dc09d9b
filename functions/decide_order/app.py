"""What is held waits for its seller, who corrects, releases or cancels it."""

from datetime import UTC, datetime
from typing import Any

from invoicing import guard, orders, requests
from invoicing.adapters import http_answers, http_api, intake, queues
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import NotFoundError, NotHeldError, Reason, RefusedError
from invoicing.ledger import Series
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.requests import Cancellation, Release, Request
from invoicing.telemetry import logger, metrics, tracer, write_under

from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
Answer = dict[str, Any]


@app.put("/v1/orders/<order_id>", security=http_api.needs("orders:write"))
def correct(order_id: str, order: Order) -> Answer:
    """Take another body for a held order and price it; the same body again changes nothing."""
    seller, request = _called(order_id)
    if order.id != order_id:
        raise _refused("another_id", f"the address says {order_id}", "$.id")
    if request.state != "HELD" and request.body_hash == requests.body_hash(order):
        return http_answers.standing(request)
    orders.refuse_paid_ahead(order, today=seller.day(datetime.now(UTC)))
    return _go_on(_held(request).corrected(order), seller)


@app.post("/v1/orders/<order_id>/release", security=http_api.needs("admin"))
def release(order_id: str, release: Release) -> Answer:
    """Overrule named reasons and price again; what still stands holds it again."""
    seller, request = _called(order_id)
    refused = _held(request).not_releasable(release)
    if refused:
        raise RefusedError(refused)
    watch_table.welcome(seller.id, guard.welcomed(request.draft, release.reasons))
    return _go_on(request.released(release), seller)


@app.post("/v1/orders/<order_id>/cancel", security=http_api.needs("orders:write"))
def cancel(order_id: str, cancellation: Cancellation) -> Answer:
    """End a held order without an invoice; told again, it stays as it is."""
    _, request = _called(order_id)
    if request.state == "CANCELLED":
        return http_answers.standing(request)
    return _settled(_held(request).cancelled(cancellation))


@app.post(
    "/v1/invoices/<number>/credit-notes/<credit_id>/release", security=http_api.needs("admin")
)
def release_credit(number: str, credit_id: str, release: Release) -> Answer:
    """Overrule named reasons; what still stands holds it again."""
    request = _held(_credit(number, credit_id))
    refused = request.not_releasable(release)
    if refused:
        raise RefusedError(refused)
    return _settled(request.released(release))


@app.post(
    "/v1/invoices/<number>/credit-notes/<credit_id>/cancel", security=http_api.needs("money:write")
)
def cancel_credit(number: str, credit_id: str, cancellation: Cancellation) -> Answer:
    """End a held credit without a credit note; told again, it stays as it is."""
    request = _credit(number, credit_id)
    if request.state == "CANCELLED":
        return http_answers.standing(request)
    return _settled(_held(request).cancelled(cancellation))


def _credit(number: str, credit_id: str) -> Request:
    series = Series(seller=http_api.caller(app).id, kind="credit_note")
    request = inbox().read(requests.Key(series=series, source=credit_id))
    if not request.credit or request.credit.invoice != number:
        raise NotFoundError(credit_id)
    write_under(request.trail)
    return request


def _refused(code: str, message: str, path: str | None = None) -> RefusedError:
    return RefusedError((Reason(code=code, message=message, path=path),))


def _called(order_id: str) -> tuple[Seller, Request]:
    seller = http_api.caller(app)
    series = Series(seller=seller.id, kind="invoice")
    request = inbox().read(requests.Key(series=series, source=order_id))
    write_under(request.trail)
    return seller, request


def _held(request: Request) -> Request:
    if request.state != "HELD":
        raise NotHeldError(request.key.source)
    return request


def _go_on(decided: Request, seller: Seller) -> Answer:
    if not decided.order:
        raise _refused("body_gone", "what was sent is not kept any more: send it to be corrected")
    now, site = datetime.now(UTC), http_api.site(app.current_event)
    priced = intake.draft(decided.order, seller, site=site, at=now, overruled=decided.overruled)
    return _settled(decided.drafted(priced))


def _settled(decided: Request) -> Answer:
    inbox().settle(decided)
    if decided.state == "RECEIVED":
        queues.check(decided.key)
    series, source = str(decided.key.series), decided.key.source
    logger.info("request decided", series=series, source=source, state=decided.state)
    return http_answers.standing(decided)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer what a seller decides about a held order or credit."""
    return app.resolve(event, context)
