"""What late payment costs: shown for today, claimed up to a day, taken back."""

from datetime import UTC, datetime
from typing import Any

from invoicing.adapters import claiming, histories, http_answers, http_api
from invoicing.adapters.ledger.ledger_table import book
from invoicing.errors import NotFoundError
from invoicing.late_payment_notes import Asked, LatePaymentClaim, Withdrawal
from invoicing.records import plain
from invoicing.telemetry import logger, metrics, tracer

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.get("/v1/invoices/<number>/late-payment", security=http_api.needs("read"))
def show(number: str) -> dict[str, Any]:
    """Compute what is owed until today and not claimed, and name the claims that stand."""
    seller, at = http_api.caller(app), datetime.now(UTC)
    history = histories.of(http_api.invoice(seller, number))
    computed = history.unclaimed(until=seller.day(at))
    return {
        "unclaimed": plain(computed),
        "notes": [each.number for each in history.notes],
        "standing": [each.number for each in history.standing],
    }


@app.post("/v1/invoices/<number>/late-payment", security=http_api.needs("money:write"))
def claim(number: str, claim: LatePaymentClaim) -> Response[dict[str, Any]]:
    """Accept a claim once; the same id with the same content gets the same answer for ever."""
    return _accepted(number, claim.id, {"claim": claim})


@app.post("/v1/late-payment-notes/<number>/withdrawal", security=http_api.needs("money:write"))
def withdraw(number: str, withdrawal: Withdrawal) -> Response[dict[str, Any]]:
    """Take a claim back, so that its days can be claimed again."""
    note = book().late_payment_note(http_api.caller(app), number)
    said = {"withdrawal": withdrawal, "withdraws": number}
    return _accepted(note.draft.invoice.number, withdrawal.id, said)


@app.get("/v1/invoices/<number>/late-payment/<claim_id>", security=http_api.needs("read"))
def standing(number: str, claim_id: str) -> dict[str, Any]:
    """Say where a claim or a withdrawal stands."""
    found = claiming.find(claim_id, http_api.invoice(http_api.caller(app), number))
    if not found or not found.late_payment or found.late_payment.invoice != number:
        raise NotFoundError(claim_id)
    return http_answers.standing(found)


def _accepted(number: str, source: str, said: dict[str, Any]) -> Response[dict[str, Any]]:
    seller, at = http_api.caller(app), datetime.now(UTC)
    today = seller.day(at)
    asked = Asked(invoice=number, today=today, **said)
    kept = claiming.accept(asked, http_api.invoice(seller, number), source, at=at)
    logger.info("late payment asked", seller=seller.id, id=source, state=kept.state)
    return http_answers.accepted(kept, f"/v1/invoices/{number}/late-payment/{source}")


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer GET and POST about late payment below /v1/."""
    return app.resolve(event, context)
