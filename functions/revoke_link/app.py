"""A seller takes back what opens a buyer's page, and gets another link."""

from datetime import UTC, datetime
from typing import Annotated, Any

from invoicing import links
from invoicing.adapters import http_api
from invoicing.adapters.operations import links_table
from invoicing.records import written
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
_Asked = Annotated[str | None, Header(max_length=255)]


@app.post("/v1/invoices/<number>/link/revoke", security=http_api.needs("orders:write"))
def revoke(number: str, idempotency_key: _Asked = None) -> dict[str, Any]:
    """Revoke the link and give the one that holds from now on.

    Each call makes another, but for one with the `Idempotency-Key` of the call before it.
    """
    seller = http_api.caller(app)
    invoice = http_api.invoice(seller, number)
    link = links_table.revoke(seller.id, number, at=datetime.now(UTC), asked=idempotency_key)
    logger.info("link revoked", seller=seller.id, invoice=number, times=link.version)
    return {
        "number": number,
        "page": links.page(invoice.page, link),
        "since": written(link, "since"),
    }


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/invoices/{number}/link/revoke."""
    return app.resolve(event, context)
