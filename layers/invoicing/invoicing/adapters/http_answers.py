"""Answers that several doors on HTTP give alike."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types

from invoicing.adapters.ledger.ledger_table import book
from invoicing.freezes import Freezes
from invoicing.ledger import Kind
from invoicing.records import plain
from invoicing.requests import Request
from invoicing.telemetry import logger
from invoicing.views import casefiles


def accepted(kept: Request, href: str) -> Response[dict[str, Any]]:
    """Say only what never changes, so that the answer is the same each time."""
    told = {"id": kept.key.source, "received_at": plain(kept)["received_at"], "href": href}
    return Response(HTTPStatus.ACCEPTED.value, content_types.APPLICATION_JSON, told)


def frozen(kept: Freezes) -> dict[str, Any]:
    """Tell what freezes an invoice after a change, and write it into the log."""
    reasons = [each.reason for each in kept.freezes]
    logger.info("freezes changed", seller=kept.seller, number=kept.number, reasons=reasons)
    return {"freezes": casefiles.frozen(kept)}


def standing(request: Request) -> dict[str, Any]:
    """Say where an order or a credit stands, and why if it is held or cancelled.

    It is done when its files are stored.
    """
    is_done = request.place and book().stored(request.place)
    answer: dict[str, Any] = {
        "id": request.key.source,
        "status": "done" if is_done else request.state.lower(),
        "received_at": plain(request)["received_at"],
        "reasons": [plain(reason) for reason in request.reasons],
    }
    if request.cancellation:
        answer["cancellation"] = plain(request.cancellation)
    if request.credit:
        answer["href"] = f"/v1/invoices/{request.credit.invoice}/credit-notes/{request.key.source}"
    if request.late_payment:
        invoice = request.late_payment.invoice
        answer["href"] = f"/v1/invoices/{invoice}/late-payment/{request.key.source}"
    if request.number:
        kind = request.key.series.kind
        name = "late_payment_note" if kind == "late_payment" else kind
        answer[name] = _reference(request.number, kind)
    return answer


_WHERE: dict[Kind, str] = {"credit_note": "credit-notes", "late_payment": "late-payment-notes"}


def _reference(number: str, kind: Kind) -> dict[str, str]:
    where = _WHERE.get(kind, "invoices")
    return {"number": number, "href": f"/v1/{where}/{number}"}
