"""What a seller has to see to: addresses that gave mails back, and lifting that."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from invoicing.adapters import http_api
from invoicing.adapters.operations import freezes_table, returns_table
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

app = http_api.shop_api()


@app.get("/v1/returned-mails", security=http_api.needs("read"))
def returned() -> dict[str, Any]:
    """List the addresses that are not written to, and which document's mail came back last."""
    seller = http_api.caller(app).id
    return {"returned_mails": [plain(each) for each in returns_table.of_seller(seller)]}


@app.delete("/v1/returned-mails/<name>", security=http_api.needs("orders:write"))
def lift(name: str) -> dict[str, Any]:
    """Let an address be written to again, and its invoice be reminded of."""
    seller = http_api.caller(app).id
    lifted = returns_table.read(seller, name)
    freezes_table.change(seller, lifted.number, lambda freezes: freezes.lifted("bounce"))
    returns_table.lift(seller, name)
    logger.info("returned mail lifted", seller=seller, number=lifted.number)
    return plain(lifted)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer below /v1/returned-mails."""
    return app.resolve(event, context)
