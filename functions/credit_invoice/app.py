"""A shop gives something back of an invoice: the credit is kept and sent on to the check."""

from datetime import UTC, datetime
from typing import Any

from invoicing.adapters import crediting, http_answers, http_api
from invoicing.credit_notes import Credit
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.post("/v1/invoices/<number>/credit-notes", security=http_api.needs("money:write"))
def take(number: str, credit: Credit) -> Response[dict[str, Any]]:
    """Accept a credit once; the same id with the same content gets the same answer for ever."""
    seller = http_api.caller(app)
    kept = crediting.accept(credit, http_api.invoice(seller, number), at=datetime.now(UTC))
    logger.info("credit taken", seller=seller.id, credit=credit.id, state=kept.state)
    return http_answers.accepted(kept, f"/v1/invoices/{number}/credit-notes/{credit.id}")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/invoices/{number}/credit-notes."""
    return app.resolve(event, context)
