"""From a shop's credit to the credit note in the books, through the functions' own doors."""

import pytest

from invoicing.adapters.einvoices import schematron
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails.correspondence import letter, owed
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.paper import renderer
from invoicing.adapters.queues import Check, Doorbell, Render
from invoicing.invoices import Draft, Invoice
from invoicing.money import total
from invoicing.notices import Key
from tests import aws
from tests.books import PDF, XML, an_invoice_in_the_books, issue_order, issue_receipt
from tests.builders import (
    CREDIT_NOTES,
    a_key,
    a_line,
    a_place,
    a_seller,
    an_order_body,
    eur,
)
from tests.doors import call, deliver

PATH = "/v1/invoices/FA-2026-000001/credit-notes"
TWO_LINES = {"lines": [a_line("120.00"), a_line("60.00", quantity="2")]}

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Official rules and renderer as quick as lightning; they have tests of their own."""
    monkeypatch.setattr(schematron, "findings", lambda _xml, _rules: [])
    monkeypatch.setattr(renderer, "files", lambda _document, _logo: [PDF, XML])


def post(path=PATH, *, id_="C-1", **said):
    body = {"id": id_, "reason": "Article rendu"} | said
    return call("credit_invoice", "POST", path, body=body)


def get(path):
    return call("serve_api", "GET", path)


def check(*sources: str):
    keys = [a_key(source, CREDIT_NOTES) for source in sources]
    assert deliver("check_draft", *(Check(request=key) for key in keys)) == []


def ring(*sources: str):
    keys = [a_key(source, CREDIT_NOTES) for source in sources]
    messages = [Doorbell(request=key) for key in keys]
    return deliver("issue_document", *messages, group=str(CREDIT_NOTES))


def credit(id_: str, **said):
    """Give back, check and number."""
    assert post(id_=id_, **said).status == 202
    check(id_)
    assert ring(id_) == []
    return inbox().read(a_key(id_, CREDIT_NOTES))


def state(source: str) -> str:
    return inbox().read(a_key(source, CREDIT_NOTES)).state


def the_invoice() -> Invoice:
    return book().invoice(a_seller(), "FA-2026-000001")


def test_a_credit_is_kept_and_sent_to_the_check(shop):
    issue_order()

    answer = post(whole=True)

    assert answer.status == 202
    assert answer.json["href"] == f"{PATH}/C-1"
    [message] = aws.received(shop["CHECK_QUEUE"])
    assert Check(**message["body"]).request == a_key("C-1", CREDIT_NOTES)


def test_the_same_credit_again_gets_the_same_answer_even_when_nothing_is_left():
    issue_order()
    first = post(whole=True)
    check("C-1")
    ring("C-1")

    again = post(whole=True)

    assert (again.status, again.json) == (first.status, first.json)
    assert len(book().credit_notes(the_invoice())) == 1


def test_another_content_or_another_invoice_under_the_same_id_is_a_conflict():
    issue_order()
    issue_order(id="1002")
    post(amount="10.00")

    assert post(amount="11.00").status == 409
    assert post("/v1/invoices/FA-2026-000002/credit-notes", amount="10.00").status == 409


def test_what_is_not_there_cannot_be_credited():
    assert post(whole=True).status == 404
    assert call("credit_invoice", "POST", PATH, body={}, key=None).status == 401


def test_a_body_that_says_two_things_is_refused():
    issue_order()

    assert post(whole=True, amount="1.00").status == 422


def test_a_reason_that_no_font_can_print_is_refused_with_its_letters():
    issue_order()

    refused = post(whole=True, reason="灯 cassée")

    assert refused.status == 422
    [error] = refused.json["errors"]
    assert (error["code"], error["path"]) == ("characters_unprintable", "reason")
    assert post(whole=True, reason="Lampe cassée").status == 202


def test_one_line_then_the_rest_then_once_more():
    issue_order(**TWO_LINES)

    one = credit("C-1", lines=[{"line": "2", "quantity": "1"}])
    rest = credit("C-2", whole=True)
    refused = post(id_="C-3", amount="0.01")

    assert (one.number, rest.number) == ("AV-2026-000001", "AV-2026-000002")
    notes = book().credit_notes(the_invoice())
    assert total((note.draft.amount for note in notes), "EUR") == eur("240.00")
    assert refused.status == 422
    assert refused.json["errors"][0]["code"] == "more_than_left"
    assert "0.00 EUR" in refused.json["errors"][0]["message"]
    assert book().head(CREDIT_NOTES).n == 2


def test_of_two_credits_of_the_same_invoice_the_second_is_decided_again(shop):
    issue_order()
    for id_ in ("C-1", "C-2"):
        post(id_=id_, amount="60.00")
    check("C-1", "C-2")
    assert (state("C-1"), state("C-2")) == ("READY", "READY")
    aws.received(shop["CHECK_QUEUE"])

    assert ring("C-1", "C-2") == []

    assert (state("C-1"), state("C-2")) == ("NUMBERED", "RECEIVED")
    assert [Check(**each["body"]).request.source for each in aws.received(shop["CHECK_QUEUE"])] == [
        "C-2"
    ]
    check("C-2")
    ring("C-2")
    assert state("C-2") == "NUMBERED"
    assert book().balance(the_invoice()).credited == eur("120.00")


def test_two_credits_never_exceed_the_invoice_and_the_second_is_held_without_a_number():
    issue_order()
    post(id_="C-1", amount="100.00")
    post(id_="C-2", amount="30.00")
    check("C-1", "C-2")
    ring("C-1")
    ring("C-2")

    check("C-2")

    held = inbox().read(a_key("C-2", CREDIT_NOTES))
    assert (held.state, held.reasons[0].code) == ("HELD", "more_than_left")
    assert "20.00 EUR" in held.reasons[0].message
    assert book().head(CREDIT_NOTES).n == 1
    told = get(f"{PATH}/C-2").json
    assert (told["status"], told["reasons"][0]["code"]) == ("held", "more_than_left")


def test_a_payment_does_not_make_a_credit_stale():
    issue_order()
    post(whole=True)
    check("C-1")
    issue_receipt()

    assert ring("C-1") == []

    balance = book().balance(the_invoice())
    assert (balance.paid, balance.credited, balance.due) == (
        eur("120.00"),
        eur("120.00"),
        eur("0.00"),
    )
    assert balance.version == 2


def test_what_is_credited_is_not_due_and_the_invoice_says_so():
    an_invoice_in_the_books()
    credit("C-1", amount="20.00")

    told = get("/v1/invoices/FA-2026-000001").json
    assert (told["status"], told["balance"]["due"]["amount"]) == ("open", "100.00")
    assert told["credit_notes"] == [
        {"number": "AV-2026-000001", "href": "/v1/credit-notes/AV-2026-000001"}
    ]

    credit("C-2", whole=True)
    assert get("/v1/invoices/FA-2026-000001").json["status"] == "credited"


def test_a_credit_note_is_stored_mailed_and_served():
    an_invoice_in_the_books()
    credit("C-1", amount="20.00")

    assert deliver("render_document", Render(place=a_place(series=CREDIT_NOTES))) == []

    assert get("/v1/invoices/FA-2026-000001/credit-notes/C-1").json["status"] == "done"
    key = Key(seller="atelier", number="AV-2026-000001", occasion="credit_note")
    mail = letter(owed(key))
    assert mail
    assert b"AV-2026-000001" in mail
    keys = [item["pk"]["S"] for item in aws.items("Operations")]
    assert not [key for key in keys if key.startswith("AGENDA#")], "nobody is reminded of it"
    note = get("/v1/credit-notes/AV-2026-000001").json
    assert note["credit_note"]["draft"]["preceding"][0]["number"] == "FA-2026-000001"
    assert get("/v1/credit-notes/AV-2026-000001/pdf").body == PDF.data
    assert get("/v1/credit-notes/AV-2026-000001/xml").body == XML.data
    asked = get(f"{PATH}/C-1").json
    assert asked["credit_note"]["number"] == "AV-2026-000001"


def test_a_credit_is_found_under_its_own_invoice_only():
    issue_order()
    issue_order(id="1002")
    post(whole=True)

    assert get("/v1/invoices/FA-2026-000002/credit-notes/C-1").status == 404


# Deposits


def a_deposit() -> str:
    """Issue a deposit of 30 % on an order of 120.00."""
    entry = issue_order(id="1001-D", deposit={"percent": "30"})
    return str(entry.body["number"])


def take(**changes):
    answer = call("take_order", "POST", "/v1/orders", body=an_order_body(**changes))
    assert answer.status == 202
    return inbox().read(a_key(str(changes["id"])))


def checked_and_rung(*ids: str):
    deliver("check_draft", *(Check(request=a_key(each)) for each in ids))
    messages = [Doorbell(request=a_key(each)) for each in ids]
    return deliver("issue_document", *messages, group="atelier.invoice")


def test_a_deposit_is_deducted_from_the_final_invoice():
    number = a_deposit()

    order = take(id="1001", deducts=[number])

    assert isinstance(order.draft, Draft)
    assert order.draft.totals.due == eur("84.00")
    checked_and_rung("1001")
    assert inbox().read(a_key("1001")).state == "NUMBERED"
    assert book().balance(book().invoice(a_seller(), number)).deducted_by == "1001"


def test_a_deposit_is_deducted_once():
    number = a_deposit()
    take(id="1001", deducts=[number])
    take(id="1002", deducts=[number])

    assert checked_and_rung("1001", "1002") == []
    deliver("check_draft", Check(request=a_key("1002")))

    first, second = inbox().read(a_key("1001")), inbox().read(a_key("1002"))
    assert (first.state, second.state) == ("NUMBERED", "HELD")
    assert second.reasons[0].code == "deposit_deducted"
    assert take(id="1003", deducts=[number]).reasons[0].code == "deposit_deducted"


def test_a_deposit_that_was_credited_meanwhile_is_not_deducted():
    number = a_deposit()
    take(id="1001", deducts=[number])
    credit("C-1", whole=True)

    checked_and_rung("1001")

    held = inbox().read(a_key("1001"))
    assert (held.state, held.reasons[0].code) == ("HELD", "deposit_credited")


def test_an_unknown_deposit_holds_the_order():
    assert take(id="1001", deducts=["FA-2026-000009"]).reasons[0].code == "deposit_unknown"
