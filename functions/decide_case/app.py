"""A seller answers a case and decides what becomes of the debt."""

from datetime import UTC, datetime
from typing import Any

from invoicing import cases
from invoicing.adapters import crediting, http_api
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table
from invoicing.cases import Case, Key, Ruling, Said
from invoicing.credit_notes import Credit
from invoicing.errors import NotFoundError, NotHeldError, RefusedError
from invoicing.invoices import Invoice
from invoicing.parties import Seller
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import casefiles

from aws_lambda_powertools.utilities.typing import LambdaContext

app = http_api.shop_api()


@app.post("/v1/invoices/<number>/cases/<case_id>/answers", security=http_api.needs("money:write"))
def answer(number: str, case_id: str, said: Said) -> dict[str, Any]:
    """Keep what the seller says to the buyer, and have it mailed to him."""
    seller, at = http_api.caller(app), datetime.now(UTC)
    key = Key(seller=seller.id, number=number, id=case_id)
    kept = cases_table.answer(key, http_api.invoice(seller, number), said.text, at=at)
    logger.info("case answered", seller=seller.id, number=number, case=case_id)
    return casefiles.told(kept)


@app.post("/v1/invoices/<number>/cases/<case_id>/decision", security=http_api.needs("money:write"))
def decide(number: str, case_id: str, ruling: Ruling) -> dict[str, Any]:
    """Decide once; the same decision again completes what a crash left undone."""
    seller, at = http_api.caller(app), datetime.now(UTC)
    key = Key(seller=seller.id, number=number, id=case_id)
    case, invoice = cases_table.read(key), http_api.invoice(seller, number)
    _refuse_what_is_not_open(case, ruling)
    credit = _credit(case, ruling, invoice) if ruling.credits else None
    if credit:
        crediting.refuse(credit, invoice)
    kept = _change(key, seller, lambda case: _decided(case, ruling, at))
    if credit:
        crediting.accept(credit, invoice, at=at)
    told = ruling.decision
    logger.info("case decided", seller=seller.id, number=number, case=case_id, decision=told)
    return casefiles.told(kept)


def _decided(case: Case, ruling: Ruling, at: datetime) -> Case:
    _refuse_what_is_not_open(case, ruling)
    return case if case.decision else case.decided(ruling, at=at)


def _refuse_what_is_not_open(case: Case, ruling: Ruling) -> None:
    if case.decision and case.decision.ruling == ruling:
        return
    if not case.is_open:
        raise NotHeldError(case.key.id)
    refusal = case.refusal(ruling)
    if refusal:
        raise RefusedError((refusal,))


def _credit(case: Case, ruling: Ruling, invoice: Invoice) -> Credit | None:
    """Give the credit that is still to be asked for; None once it was."""
    if crediting.find(case.credit_id, invoice):
        return None
    left = invoice.draft.totals.whole - book().balance(invoice).credited
    return cases.credit_of(case, ruling, left=left, language=invoice.draft.language)


def _change(key: Key, seller: Seller, by: Any) -> Case:  # noqa: ANN401  a function of a case
    def changed(kept: Case | None) -> Case:
        if not kept:
            raise NotFoundError(key.id)
        changed: Case = by(kept)
        return changed

    return cases_table.change(key, seller, changed)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST …/cases/{id}/decision and …/answers."""
    return app.resolve(event, context)
