"""No seller meets what is another's, and no buyer what is another buyer's, whatever the route.

The routes are template.yaml's and the bodies the functions' own, so that none is forgotten: of a
new route this asks what of the first seller it is about.
"""

from datetime import date

import boto3
import pytest

from api.description import described, shape
from invoicing import authenticity, cases, invoices, late_payment_notes, refunds, requests, returns
from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    cases_table,
    deliveries_table,
    notices_table,
    reconciliations_table,
    refunds_table,
    returns_table,
)
from invoicing.adapters.operations.requests_table import inbox
from invoicing.cases import Said
from invoicing.credit_notes import Asked, Credit
from invoicing.errors import Reason
from invoicing.guard import Waiver
from invoicing.invoices import Link
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


@pytest.fixture
def there(shop):  # noqa: ARG001  made after it
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
    letter = a_notice("credit_note").model_copy(update={"state": "PAPER", "recipient": ""})
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
    draft = a_late_payment_draft()
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
    body = BODIES.get(each.body) or BODIES_BY_NAME[each.body.__name__] if each.body else None
    query = {"status": "open" if "cases" in path else "held"} if each.method == "GET" else None
    return call(folder_of(each.name), each.method, path, key=key, body=body, query=query)


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


def test_what_is_one_sellers_is_not_there_for_another_and_stays_as_it_is(there, neighbour):
    about_one = [each for each in shops_routes() if "{" in each.path]
    before, queued = everything(), waiting()

    told = {each.name: called(each, there, neighbour) for each in about_one}

    assert {name: answer.status for name, answer in told.items() if answer.status != 404} == {}
    assert len({answer.body for answer in told.values()}) == 1
    assert (changed(before), waiting()) == ([], queued)
    owner = {
        each.name: called(each, there, "fk_test").status
        for each in about_one
        if each.name != "DELETE /v1/paper-deliveries/{id}"  # posted by the call before
    }
    assert {name: status for name, status in owner.items() if status in {401, 404}} == {}


def test_a_sellers_lists_name_nothing_of_anothers_and_release_none_of_it(there, neighbour):
    lists = [each for each in shops_routes() if "{" not in each.path]
    before = everything()

    told = {each.name: called(each, there, neighbour) for each in lists}

    names = {*there.values(), "atelier", "camille"}
    for name, answer in told.items():
        if not name.startswith("POST /v1/orders"):  # which says the neighbour's own order
            assert not [word for word in names if word in answer.text], name
    assert told["POST /v1/orders/release"].json == {"released": 0, "more": False}
    assert not [key for key in changed(before) if "atelier" in str(key)]


@pytest.mark.parametrize("key", [None, "fk_nobody"])
def test_whoever_has_no_key_is_told_nothing_on_any_route(there, key):
    before, queued = everything(), waiting()

    statuses = {each.name: called(each, there, key).status for each in shops_routes()}

    assert {name: status for name, status in statuses.items() if status != 401} == {}
    assert (changed(before), waiting()) == ([], queued)


def test_another_buyers_token_opens_no_page_and_changes_nothing(there, neighbour):  # noqa: ARG001  he is there
    mine, theirs = an_invoice_in_the_books(id="1003"), another_buyers_invoice()
    assert {mine.number, theirs.number} == {OTHER, "FA-2026-000003"}
    before, queued = everything(), waiting()
    proof = authenticity.address(mine).rpartition("/")[2]
    wrong = {"seller": "atelier", "number": theirs.number, "token": TOKEN, "proof": proof}
    answers = [opened(route, wrong) for route in pages()]
    answers += [opened(route, wrong | {"seller": "lampes"}) for route in pages()]
    answers += [opened(route, wrong | {"number": "RC-2026-000001"}) for route in pages()]

    assert [answer.status for answer in answers] == [404] * 3 * len(pages())
    assert not [answer for answer in answers if b"Camille" in answer.body]
    assert (changed(before), waiting()) == ([], queued)
    right = {"seller": "atelier", "number": NUMBER, "token": TOKEN}
    proof = authenticity.address(book().invoice(a_seller(), NUMBER)).rpartition("/")[2]
    found = [opened(route, right | {"proof": proof}).status for route in pages()]
    assert 404 not in found


def another_buyers_invoice():
    taken = an_order(id="1004")
    drafted = requests.of_order(taken, a_key("1004"), site=LINK.site, at=NOON).drafted(
        invoices.draft(taken, a_seller(), Link(site=LINK.site, token="x" * len(TOKEN)))
    )
    [entry] = issue(inbox().accept(drafted.ready()))
    store(entry, PDF, XML)
    return invoices.Invoice.model_validate(entry.body)


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
