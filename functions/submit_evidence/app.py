"""What Stripe hands to the buyer's bank: the invoice, who bought what, and that it was mailed."""

from datetime import UTC, datetime
from typing import Any

from invoicing import evidence, ledger, notices
from invoicing.adapters import http_api, secrets
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table, notices_table
from invoicing.adapters.stripe import evidence as bank
from invoicing.cases import Case, Evidence, Key
from invoicing.errors import NotFoundError, Reason, RefusedError
from invoicing.ledger import Series
from invoicing.notices import Notice
from invoicing.parties import Seller
from invoicing.telemetry import logger, metrics, tracer
from invoicing.views import casefiles

from aws_lambda_powertools.utilities.typing import LambdaContext
from stripe import InvalidRequestError

app = http_api.shop_api()


@app.post("/v1/invoices/<number>/cases/<case_id>/evidence", security=http_api.needs("money:write"))
def submit(number: str, case_id: str) -> dict[str, Any]:
    """Submit once; asked again, say what was submitted."""
    seller = http_api.caller(app)
    key = Key(seller=seller.id, number=number, id=case_id)
    case = cases_table.read(key)
    if not case.evidence:
        sent = _submitted(case, seller)
        case = cases_table.change(key, seller, lambda kept: _with(kept or case, sent))
        logger.info("evidence submitted", seller=seller.id, number=number, case=case_id)
    return casefiles.told(case)


def _submitted(case: Case, seller: Seller) -> Evidence:
    number, known = case.key.number, secrets.stripe(seller.id)
    if not case.takes_evidence or not known:
        raise _refused("no bank waits for evidence in this case")
    fields = evidence.fields(http_api.invoice(seller, number), _mail(seller.id, number))
    pdf = _pdf(seller, number)
    try:
        return bank.submit(known, case.key.id, fields, pdf, at=datetime.now(UTC))
    except InvalidRequestError as error:
        raise _refused(error.user_message or "Stripe takes no evidence any more") from error


def _pdf(seller: Seller, number: str) -> bytes:
    place = ledger.place(seller.numbers, Series(seller=seller.id, kind="invoice"), number)
    stored = book().stored(place) if place else None
    if not stored:
        raise _refused("the invoice's PDF is not stored yet")
    return shelf().read(stored.pdf)


def _mail(seller_id: str, number: str) -> Notice | None:
    try:
        key = notices.Key(seller=seller_id, number=number, occasion="invoice")
        return notices_table.read(key)
    except NotFoundError:
        return None


def _with(case: Case, sent: Evidence) -> Case:
    return case if case.evidence else case.model_copy(update={"evidence": sent})


def _refused(sentence: str) -> RefusedError:
    return RefusedError((Reason(code="no_evidence", message=sentence),))


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer POST …/cases/{id}/evidence."""
    return app.resolve(event, context)
