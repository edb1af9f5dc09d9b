"""A seller keeps reminders away from an invoice, for a promise to pay or by hand."""

from datetime import UTC, datetime
from typing import Any

from invoicing import freezes
from invoicing.adapters import http_answers, http_api
from invoicing.adapters.operations import freezes_table
from invoicing.freezes import Asked, BySeller
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.post("/v1/invoices/<number>/freezes", security=http_api.needs("money:write"))
def freeze(number: str, asked: Asked) -> dict[str, Any]:
    """Set a freeze; set again it takes the place of the one before."""
    seller, at = http_api.caller(app), datetime.now(UTC)
    http_api.invoice(seller, number)
    today = seller.day(at)
    wanted = freezes.asked(asked, today=today, at=at)
    return http_answers.frozen(
        freezes_table.change(seller.id, number, lambda kept: kept.frozen(wanted))
    )


@app.delete("/v1/invoices/<number>/freezes/<reason>", security=http_api.needs("money:write"))
def lift(number: str, reason: BySeller) -> dict[str, Any]:
    """Lift a freeze that the seller set; the next day's run looks at the invoice again."""
    seller = http_api.caller(app)
    http_api.invoice(seller, number)
    return http_answers.frozen(
        freezes_table.change(seller.id, number, lambda kept: kept.lifted(reason))
    )


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/invoices/{number}/freezes and DELETE below it."""
    return app.resolve(event, context)
