"""Why: all that happened to an invoice, what did not and for which reason, and what comes next."""

from datetime import UTC, datetime
from typing import Any

from invoicing import ledger, rest_days, timelines
from invoicing.adapters import http_api
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, cases_table, freezes_table, notices_table
from invoicing.invoices import Invoice
from invoicing.ledger import Series
from invoicing.notices import Notice
from invoicing.parties import Seller
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer
from invoicing.timelines import Facts

from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.get("/v1/invoices/<number>/timeline", security=http_api.needs("read"))
def timeline(number: str) -> dict[str, Any]:
    """Tell it in order of time; what is planned stands last."""
    seller = http_api.caller(app)
    facts = _facts(seller, book().invoice(seller, number))
    rests = rest_days.of(facts.invoice.draft.buyer.address.country)
    told = timelines.tell(facts, rests, at=datetime.now(UTC))
    return {"number": number, "events": [plain(each) for each in told]}


def _facts(seller: Seller, invoice: Invoice) -> Facts:
    place = ledger.place(seller.numbers, Series(seller=seller.id, kind="invoice"), invoice.number)
    receipts, notes = book().receipts(invoice), book().credit_notes(invoice)
    claims = book().late_payment_notes(invoice)
    numbers = [invoice.number, *(each.number for each in receipts)]
    numbers += [*(each.number for each in notes), *(each.number for each in claims)]
    return Facts(
        invoice=invoice,
        stored=book().stored(place) if place else None,
        notices=[each for number in numbers for each in _notices(seller, number)],
        receipts=receipts,
        credit_notes=notes,
        claims=claims,
        cases=cases_table.of_invoice(seller.id, invoice.number),
        freezes=freezes_table.read(seller.id, invoice.number),
        agenda=agenda_table.find(invoice),
    )


def _notices(seller: Seller, number: str) -> list[Notice]:
    return notices_table.of_document(seller.id, number)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET /v1/invoices/{number}/timeline."""
    return app.resolve(event, context)
