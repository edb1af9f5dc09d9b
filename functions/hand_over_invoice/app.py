"""An invoice goes to whoever collects: reminders stop, all that proves the debt is in one ZIP."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from invoicing.adapters import handing_over, http_answers, http_api
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, freezes_table
from invoicing.errors import NotFoundError, Reason, RefusedError
from invoicing.freezes import Freeze
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.post("/v1/invoices/<number>/hand-over", security=http_api.needs("money:write"))
def hand_over(number: str) -> dict[str, Any]:
    """Hand an invoice over: nobody is reminded of it until that is lifted."""
    seller, at = http_api.caller(app), datetime.now(UTC)
    invoice = http_api.invoice(seller, number)
    if not book().balance(invoice).due:
        message = "nothing is open of this invoice"
        raise RefusedError((Reason(code="nothing_open", message=message),))
    given = Freeze(reason="handed_over", since=at)
    kept = freezes_table.change(seller.id, number, lambda kept: kept.frozen(given))
    agenda_table.give(invoice, seller.day(at))
    return http_answers.frozen(kept)


@app.get(
    "/v1/invoices/<number>/hand-over", enable_validation=False, security=http_api.needs("read")
)
def bundle(number: str) -> Response[bytes]:
    """Give the ZIP: documents, what is owed with its computation, what was sent and said."""
    seller = http_api.caller(app)
    invoice = http_api.invoice(seller, number)
    kept = freezes_table.read(seller.id, number).freezes
    given = next((each for each in kept if each.reason == "handed_over"), None)
    if not given:
        raise NotFoundError(number)
    return Response(
        HTTPStatus.OK.value,
        "application/zip",
        handing_over.bundle(invoice, at=given.since),
        {"Content-Disposition": f'attachment; filename="{number}.zip"'},
    )


@app.delete("/v1/invoices/<number>/hand-over", security=http_api.needs("money:write"))
def take_back(number: str) -> dict[str, Any]:
    """Take an invoice back: reminders go on."""
    seller = http_api.caller(app)
    agenda_table.take_back(http_api.invoice(seller, number))
    return http_answers.frozen(
        freezes_table.change(seller.id, number, lambda kept: kept.lifted("handed_over"))
    )


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer what is asked of /v1/invoices/{number}/hand-over."""
    return app.resolve(event, context)
