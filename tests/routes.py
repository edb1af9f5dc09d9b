"""Every route of the template, and a seller who has one of everything that they are about.

The bodies are the functions' own, so that none is forgotten: of a new route this asks what of the
seller it is about.
"""

from datetime import date

import boto3

from api.description import described, shape
from invoicing import cases, drafts, late_payment_notes, refunds, requests, returns
from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    cases_table,
    deliveries_table,
    freezes_table,
    notices_table,
    reconciliations_table,
    refunds_table,
    returns_table,
)
from invoicing.adapters.operations.requests_table import inbox
from invoicing.cases import Said
from invoicing.credit_notes import Asked, Credit
from invoicing.errors import Reason
from invoicing.freezes import Freeze
from invoicing.guard import Waiver
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentClaim, Withdrawal
from invoicing.notices import News
from invoicing.orders import Order
from invoicing.payments import Transfer
from invoicing.reconciliations import Reconciliation
from invoicing.requests import Cancellation, Release
from invoicing.webhooks import Delivery, Event
from tests import aws
from tests.books import (
    PDF,
    XML,
    a_receipt_in_the_books,
    an_invoice_in_the_books,
    invoice,
    issue,
    issue_credit,
    owe,
    store,
)
from tests.builders import (
    CREDIT_NOTES,
    LATE_PAYMENT,
    LINK,
    NOON,
    TOKEN,
    a_case,
    a_claim,
    a_credit,
    a_key,
    a_late_payment_draft,
    a_notice,
    a_request,
    a_seller,
    an_order,
    an_order_body,
)
from tests.doors import call
from tests.test_architecture import blocks

NUMBER, OTHER = "FA-2026-000001", "FA-2026-000002"
NO_HOLDER = {"moved": (), "account": (), "differences": (), "foreign": 0, "foreigners": ()}
BODIES = {
    Order: an_order_body(id="1002"),
    Release: {"reasons": ["unusual_amount"]},
    Cancellation: {"reason": "asked twice"},
    Waiver: {"reasons": ["unusual_amount"]},
    Credit: {"id": "C-9", "reason": "returned", "amount": "1.00"},
    Transfer: {"id": "T-1", "amount": "1.00", "received_on": "2026-11-20"},
    refunds.Asked: {"id": "R-9", "reason": "twice", "amount": "1.00"},
    LatePaymentClaim: {"id": "P-9"},
    Withdrawal: {"id": "W-1", "reason": "a gesture"},
    Said: {"text": "We are sorry."},
    cases.Ruling: {"decision": "close"},
}
BODIES_BY_NAME = {"Asked": {"reason": "promise"}} | {
    model.__name__: body for model, body in BODIES.items() if model is not refunds.Asked
}


def http_routes():
    """Give method and path of each route of the template, and its function's folder."""
    return [
        (event["Properties"]["Method"], event["Properties"]["Path"], block["CodeUri"])
        for block in blocks().values()
        for event in block["Events"].values()
        if event["Type"] == "HttpApi"
    ]


def folder_of(name):
    """Say which function a described route is of."""
    folders = {shape(f"{method} {path}"): uri for method, path, uri in http_routes()}
    uri = folders.get(shape(name)) or folders[shape(f"{name.rpartition('/')[0]}/{{file}}")]
    return uri.rpartition("/")[2]


def one_of_everything():
    """Have one of everything of the first seller; give its name by the path before it."""
    held = Reason(code="unusual_amount", message="It is large.", releasable=True)
    inbox().accept(a_request(id="1002").held((held,)))
    an_invoice_in_the_books()
    a_receipt_in_the_books()
    note = issue_credit(NUMBER, amount="30.00")
    store(note, PDF, XML)
    asked = Asked(invoice=NUMBER, credit=a_credit(id="C-2", amount="1.00"))
    received = requests.of_credit(asked, a_key("C-2", CREDIT_NOTES), at=NOON)
    inbox().accept(received.held((held,)))
    wanted = refunds.Asked(id="R-1", reason="paid twice")
    refund = refunds.of_asked(wanted, seller="atelier", invoice=NUMBER, currency="EUR", at=NOON)
    refunds_table.accept(refund)
    case = cases_table.keep(a_case(a_claim()), a_seller())
    bounced = owe(a_notice()).told(News(state="BOUNCED", ses_id="ses-1", at=NOON))
    items.write_together([returns_table.keep(returns.of(bounced))])
    reminder = owe(a_notice("reminder", level=1))
    doubted = reminder.claim("worker", NOON).doubted("the answer was lost", NOON)
    notices_table.move(reminder, doubted)
    handed_over = Freeze(reason="handed_over", since=NOON)
    freezes_table.change("atelier", NUMBER, lambda kept: kept.frozen(handed_over))
    letter = a_notice("credit_note", number=note.body["number"]).model_copy(
        update={"state": "PAPER", "recipient": ""}
    )
    report = {"seller": "atelier", "day": date(2026, 11, 20), "made_at": NOON, "movements": 1}
    reconciliations_table.save(Reconciliation(**report, different=1, **NO_HOLDER))
    return {
        "/v1/orders/": "1002",
        "/v1/invoices/": NUMBER,
        "/v1/invoices/{number}/credit-notes/": "C-2",
        "/v1/invoices/{number}/refunds/": "R-1",
        "/v1/invoices/{number}/cases/": case.key.id,
        "/v1/invoices/{number}/freezes/": "promise",
        "/v1/invoices/{number}/late-payment/": "P-1",
        "/v1/late-payment-notes/": late_payment_note(),
        "/v1/webhook-deliveries/": told_to_the_shop(),
        "/v1/credit-notes/": note.body["number"],
        "/v1/receipts/": "RC-2026-000001",
        "/v1/paper-deliveries/": owe(letter).key.tag,
        "/v1/reconciliations/": "2026-11-20",
        "/v1/returned-mails/": returns.of(bounced).id,
        "/v1/tasks/mail/": reminder.key.tag,
        "/v1/tasks/difference/": "2026-11-20",
    }


def late_payment_note():
    version = book().balance(invoice()).version  # of the invoice, as it is now
    draft = a_late_payment_draft().model_copy(update={"version": version})
    asked = late_payment_notes.Asked(
        invoice=NUMBER, today=NOON.date(), claim=LatePaymentClaim(id="P-1")
    )
    request = requests.of_late_payment(asked, a_key("P-1", LATE_PAYMENT), at=NOON)
    [entry] = issue(inbox().accept(request.drafted(draft).ready()))
    store(entry, PDF)
    return entry.body["number"]


def told_to_the_shop():
    event = Event(seller="atelier", type="invoice.issued", at=NOON, data={"invoice": NUMBER})
    deliveries_table.plan(Delivery.of(event, at=NOON))
    return event.id


def path_places(path):
    """Give what stands before each variable of a path."""
    return {path[:at] for at, letter in enumerate(path) if letter == "{"}


def called(each, there, key):
    """Call a route about what is there."""
    path = each.path
    assert path_places(path) <= set(there), f"say what of the first seller {path} is about"
    for place in sorted(path_places(path), key=len):
        variable = each.path.removeprefix(place).partition("/")[0]
        path = path.replace(f"/{variable}", f"/{there[place]}", 1)
    body = body_of(each)
    query = {"status": "open" if "cases" in path else "held"} if each.method == "GET" else None
    return call(folder_of(each.name), each.method, path, key=key, body=body, query=query)


def body_of(each):
    """Give what a route may be sent, if it is sent anything."""
    return BODIES.get(each.body) or BODIES_BY_NAME[each.body.__name__] if each.body else None


def shops_routes():
    return [each for each in described() if not each.operation.signed]


def everything():
    """All items of all tables, by their keys; a seller's key may remember that it was used."""
    return {
        (table, item["pk"]["S"], item.get("sk", {}).get("S")): item
        for table in ("Ledger", "Heads", "Operations")
        for item in aws.items(table)
        if not item["pk"]["S"].startswith("KEY#")
    }


def changed(before):
    """Name what is not as it was."""
    now = everything()
    return [key for key in before | now if before.get(key) != now.get(key)]


def waiting():
    """How many messages wait in all queues."""
    sqs = boto3.client("sqs", aws.REGION)
    counted = "ApproximateNumberOfMessages"
    return [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[counted])["Attributes"][counted]
        for url in sqs.list_queues()["QueueUrls"]
    ]


def another_buyers_invoice():
    taken = an_order(id="1004")
    drafted = requests.of_order(taken, a_key("1004"), site=LINK.site, at=NOON).drafted(
        drafts.draft(taken, a_seller(), drafts.Link(site=LINK.site, token="x" * len(TOKEN)))
    )
    [entry] = issue(inbox().accept(drafted.ready()))
    store(entry, PDF, XML)
    return Invoice.model_validate(entry.body)


def pages():
    return [route for route in http_routes() if not route[1].startswith("/v1/")]


def opened(route, names):
    method, path, uri = route
    names = names | {"file": "pdf", "kind": "receipts", "document": "RC-2026-000001"}
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"say what {path} is about"
    form = "reason=other&message=No" if method == "POST" else None
    headers = {"content-type": "application/x-www-form-urlencoded"}
    folder = uri.rpartition("/")[2]
    return call(folder, method, path, key=None, headers=headers, body=form)
