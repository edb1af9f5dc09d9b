"""Money beside Stripe, and money back: a shop tells of a transfer, or asks for a refund."""

from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from invoicing import payments, refunds, requests
from invoicing.adapters import http_api, queues
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import customers_table, holdings_table, refunds_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import AnotherBodyError, Reason, RefusedError
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.payments import Transfer
from invoicing.refunds import Asked, Refund
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()
Answer = Response[dict[str, Any]]


@app.post("/v1/invoices/<number>/payments", security=http_api.needs("money:write"))
def take_transfer(number: str, transfer: Transfer) -> Answer:
    """Record a transfer once: its bank's reference with the same content is the same transfer."""
    invoice = _invoice(number)
    refuse_too_fine(transfer.amount, invoice.draft.currency)
    at = http_api.asked_at(app)
    movement = payments.transferred(transfer, invoice, at=at)
    asked = requests.of_payment(payments.receipt_draft(invoice, movement), at=at)
    kept = inbox().accept(asked)
    if not kept.knows(asked.body_hash):
        raise AnotherBodyError(transfer.id)
    if kept.state == "READY":
        queues.ring(kept.key)
    logger.info("transfer taken", seller=kept.key.series.seller, movement=movement.id)
    return _accepted({"id": transfer.id, "href": f"/v1/invoices/{number}"})


@app.post("/v1/invoices/<number>/refunds", security=http_api.needs("money:write"))
def take_refund(number: str, asked: Asked) -> Answer:
    """Send back what the buyer paid too much; what a credit note gives back it refunds itself."""
    invoice = _invoice(number)
    seller, currency = invoice.draft.seller.id, invoice.draft.currency
    at = datetime.now(UTC)
    if asked.amount:
        refuse_too_fine(asked.amount, currency)
    refund = refunds.of_asked(asked, seller=seller, invoice=number, currency=currency, at=at)
    if asked.origin == "held":
        refund = refund.of_cash(_holder(invoice))
    kept = refunds_table.find(refund.key) or _accepted_refund(refund, invoice)
    if not refund.says_the_same(kept):
        raise AnotherBodyError(asked.id)
    if kept.state == "QUEUED":
        queues.pay_back(kept.key, invoice=number)
    logger.info("refund taken", seller=seller, refund=asked.id)
    return _accepted({"id": asked.id, "href": f"/v1/invoices/{number}/refunds/{asked.id}"})


def _accepted_refund(refund: Refund, invoice: Invoice) -> Refund:
    if refund.customer:
        if not holdings_table.find(refund.key.seller, refund.customer):
            raise _nothing_held()
        return refunds_table.accept(refund)
    owed = book().balance(invoice).owed
    if not owed or (refund.amount and refund.amount > owed):
        sentence = f"{owed} is owed to the buyer; give back more of it with a credit note"
        raise RefusedError((Reason(code="more_than_owed", message=sentence, path="$.amount"),))
    return refunds_table.accept(refund)


def _holder(invoice: Invoice) -> str:
    """Give the customer at Stripe that a buyer is; RefusedError where he is none."""
    found = customers_table.find(invoice.draft.seller.id, customers_table.name(invoice))
    if not found:
        raise _nothing_held()
    return found


def _nothing_held() -> RefusedError:
    sentence = "Stripe holds nothing of the buyer of this invoice"
    return RefusedError((Reason(code="nothing_held", message=sentence, path="$.origin"),))


def refuse_too_fine(amount: Decimal, currency: str) -> None:
    """Refuse cents of a currency that has none; RefusedError."""
    try:
        Money(amount, currency)
    except ValueError as error:
        reason = Reason(code="too_fine", message=str(error), path="$.amount")
        raise RefusedError((reason,)) from error


def _invoice(number: str) -> Invoice:
    return http_api.invoice(http_api.caller(app), number)


def _accepted(body: dict[str, Any]) -> Answer:
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, body)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST /v1/invoices/{number}/payments and …/refunds."""
    return app.resolve(event, context)
