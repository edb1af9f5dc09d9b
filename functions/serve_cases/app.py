"""What shops read of claims, disputes and refunds that nobody explained."""

from typing import Annotated, Any, Literal

from invoicing import cases
from invoicing.adapters import http_api, http_cursors
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import casefiles

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
MOST_LISTED = 50


@app.get("/v1/cases", security=http_api.needs("read"))
def open_cases(
    status: Annotated[Literal["open"], Query()],  # noqa: ARG001  there is no other list
    cursor: Annotated[str | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
) -> dict[str, Any]:
    """List what waits for the seller or for a bank, oldest first, a page at a time."""
    found, mark = cases_table.page(_seller(), after=http_cursors.read(cursor), limit=limit)
    return {"cases": [casefiles.told(each) for each in found], "cursor": http_cursors.written(mark)}


@app.get("/v1/invoices/<number>/cases", security=http_api.needs("read"))
def of_invoice(number: str) -> dict[str, Any]:
    """List all cases of an invoice, oldest first."""
    seller = http_api.caller(app)
    book().invoice(seller, number)
    return {"cases": [casefiles.told(each) for each in cases_table.of_invoice(seller.id, number)]}


@app.get("/v1/invoices/<number>/cases/<case_id>", security=http_api.needs("read"))
def case(number: str, case_id: str) -> dict[str, Any]:
    """Give one case."""
    return casefiles.told(cases_table.read(cases.Key(seller=_seller(), number=number, id=case_id)))


def _seller() -> str:
    return http_api.caller(app).id


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET /v1/cases and GET /v1/invoices/{number}/cases."""
    return app.resolve(event, context)
