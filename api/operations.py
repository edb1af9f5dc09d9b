"""What each route answers when all goes well, and what it may refuse.

A route of template.yaml is described by one line here; the rest is read from its function: summary,
parameters and body. A route that is not described fails `tests/api`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api import answers
from api.answers import File, Shape
from invoicing.reconciliations import Reconciliation
from invoicing.refunds import Refund
from invoicing.returns import Return
from invoicing.tasks import Task

NO_ANSWER = File("text/plain")
PDF = File("application/pdf")
XML = File("application/xml")
ZIP = File("application/zip")
TEXT = File("text/plain; charset=utf-8")


@dataclass(frozen=True)
class Operation:
    """What a route answers by status, and which refusals it knows beyond those of every route."""

    answers: Mapping[int, Shape]
    refuses: frozenset[int] = field(default_factory=frozenset[int])
    signed: bool = False  # the caller has no key and signs instead


def _gives(shape: Shape, *refuses: int, status: int = 200) -> Operation:
    return Operation({status: shape}, frozenset(refuses))


OPERATIONS: dict[str, Operation] = {
    "POST /v1/orders": Operation(
        {202: answers.Taken, 200: answers.Quote}, refuses=frozenset({409})
    ),
    "GET /v1/orders": _gives(answers.Orders),
    "GET /v1/orders/{id}": _gives(answers.OrderStanding),
    "GET /v1/orders/{id}/explanation": _gives(TEXT),
    "PUT /v1/orders/{id}": _gives(answers.Standing, 409),
    "POST /v1/orders/{id}/release": _gives(answers.Standing, 409),
    "POST /v1/orders/{id}/cancel": _gives(answers.Standing, 409),
    "POST /v1/orders/release": _gives(answers.Released),
    "POST /v1/credit-notes/release": _gives(answers.Released),
    "GET /v1/invoices/{number}": _gives(answers.IssuedInvoice),
    "GET /v1/invoices/{number}/pdf": _gives(PDF),
    "GET /v1/invoices/{number}/xml": _gives(XML),
    "POST /v1/invoices/{number}/link/revoke": _gives(answers.Link, 409),
    "POST /v1/invoices/{number}/credit-notes": _gives(answers.Taken, 409, status=202),
    "GET /v1/invoices/{number}/credit-notes/{id}": _gives(answers.Standing),
    "POST /v1/invoices/{number}/credit-notes/{id}/release": _gives(answers.Standing, 409),
    "POST /v1/invoices/{number}/credit-notes/{id}/cancel": _gives(answers.Standing, 409),
    "GET /v1/credit-notes": _gives(answers.Credits),
    "GET /v1/credit-notes/{number}": _gives(answers.IssuedCreditNote),
    "GET /v1/credit-notes/{number}/pdf": _gives(PDF),
    "GET /v1/credit-notes/{number}/xml": _gives(XML),
    "POST /v1/invoices/{number}/payments": _gives(answers.Accepted, 409, status=202),
    "POST /v1/invoices/{number}/refunds": _gives(answers.Accepted, 409, status=202),
    "GET /v1/invoices/{number}/refunds/{id}": _gives(Refund),
    "GET /v1/receipts/{number}": _gives(answers.IssuedReceipt),
    "GET /v1/receipts/{number}/pdf": _gives(PDF),
    "GET /v1/invoices/{number}/late-payment": _gives(answers.LateSoFar),
    "POST /v1/invoices/{number}/late-payment": _gives(answers.Taken, 409, status=202),
    "GET /v1/invoices/{number}/late-payment/{id}": _gives(answers.Standing),
    "POST /v1/late-payment-notes/{number}/withdrawal": _gives(answers.Taken, 409, status=202),
    "GET /v1/late-payment-notes/{number}": _gives(answers.IssuedLatePaymentNote),
    "GET /v1/late-payment-notes/{number}/pdf": _gives(PDF),
    "GET /v1/reconciliations/{day}": _gives(Reconciliation),
    "GET /v1/invoices/{number}/timeline": _gives(answers.Timeline),
    "POST /v1/invoices/{number}/freezes": _gives(answers.Frozen, 409),
    "DELETE /v1/invoices/{number}/freezes/{reason}": _gives(answers.Frozen, 409),
    "POST /v1/invoices/{number}/hand-over": _gives(answers.Frozen, 409, 422),
    "GET /v1/invoices/{number}/hand-over": _gives(ZIP),
    "DELETE /v1/invoices/{number}/hand-over": _gives(answers.Frozen, 409),
    "GET /v1/cases": _gives(answers.OpenCases),
    "GET /v1/invoices/{number}/cases": _gives(answers.Cases),
    "GET /v1/invoices/{number}/cases/{id}": _gives(answers.CaseFile),
    "POST /v1/invoices/{number}/cases/{id}/answers": _gives(answers.CaseFile, 409),
    "POST /v1/invoices/{number}/cases/{id}/decision": _gives(answers.CaseFile, 409),
    "POST /v1/invoices/{number}/cases/{id}/evidence": _gives(answers.CaseFile, 409, 422),
    "GET /v1/tasks": _gives(answers.Tasks),
    "POST /v1/tasks/mail/{id}/again": _gives(Task, 409, 422),
    "DELETE /v1/tasks/mail/{id}": _gives(Task, 409, 422),
    "DELETE /v1/tasks/difference/{day}": _gives(Task),
    "GET /v1/paper-deliveries": _gives(answers.PaperDeliveries),
    "GET /v1/paper-deliveries/{id}/pdf": _gives(PDF),
    "POST /v1/paper-deliveries/{id}/delivered": _gives(answers.PaperMoved, 409),
    "DELETE /v1/paper-deliveries/{id}": _gives(answers.PaperMoved, 409),
    "GET /v1/returned-mails": _gives(answers.ReturnedMails),
    "DELETE /v1/returned-mails/{id}": _gives(Return, 409),
    "POST /v1/stripe/{seller}": Operation(
        {200: NO_ANSWER, 400: NO_ANSWER}, refuses=frozenset({404}), signed=True
    ),
    "GET /v1/webhook-deliveries": _gives(answers.Told),
    "POST /v1/webhook-deliveries/{id}/replay": _gives(answers.DeliveryTold, 409, status=202),
}
