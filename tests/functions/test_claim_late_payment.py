"""From a seller's claim to the late payment note in the books, through the functions' own doors."""

from datetime import UTC, datetime

import pytest

from invoicing import requests
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails import correspondence
from invoicing.adapters.mails.correspondence import letter
from invoicing.adapters.operations import notices_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.paper import renderer
from invoicing.adapters.queues import Check, Doorbell, Render
from invoicing.notices import Key, News
from tests import aws
from tests.books import PDF, invoice, issue, issue_order_at, owe
from tests.builders import (
    LATE_PAYMENT,
    NOON,
    PARIS,
    a_key,
    a_movement,
    a_place,
    a_receipt_draft,
    a_reminder,
    a_seller,
    eur,
)
from tests.doors import call, deliver

PATH = "/v1/invoices/FA-2026-000001/late-payment"
HOTEL = {
    "name": "Hôtel",
    "kind": "business",
    "registration": "552100554",
    "address": PARIS,
    "email": "compta@hotel.example",
}
SPRING = datetime(2026, 4, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(autouse=True)
def _late(shop, monkeypatch):  # noqa: ARG001  made after it
    """An invoice to a business that was due in May, and a renderer as quick as lightning."""
    monkeypatch.setattr(renderer, "files", lambda _document, _logo: [PDF])
    issue_order_at(SPRING, buyer=HOTEL)


def claim(id_="P-1", **said):
    return call("claim_late_payment", "POST", PATH, body={"id": id_} | said)


def test_a_consumer_owes_interest_from_the_day_after_the_formal_notice_reached_him():
    consumer = {"name": "Camille Moreau", "address": PARIS, "email": "camille@buyer.example"}
    issue_order_at(SPRING, id="1002", buyer=consumer)
    path = "/v1/invoices/FA-2026-000002/late-payment"
    told = a_reminder("FA-2026-000002", tone="formal_notice", level=6)
    owe(told)
    before = call("claim_late_payment", "GET", path).json["unclaimed"]

    news = News(state="DELIVERED", ses_id="ses-1", at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    notices_table.move(told, told.told(news))
    after = call("claim_late_payment", "GET", path).json["unclaimed"]

    assert [each["code"] for each in before["reasons"]] == ["no_notice_of_default"]
    assert (after["notified_on"], after["since"]) == (
        "2026-07-02",
        "2026-07-03",
    )

    call("claim_late_payment", "POST", path, body={"id": "P-1"})
    check()
    assert kept().state == "READY"


def withdraw(number, id_="W-1"):
    path = f"/v1/late-payment-notes/{number}/withdrawal"
    body = {"id": id_, "reason": "Geste commercial"}
    return call("claim_late_payment", "POST", path, body=body)


def get(path=PATH, function="claim_late_payment"):
    return call(function, "GET", path)


def check(source="P-1"):
    assert deliver("check_draft", Check(request=a_key(source, LATE_PAYMENT))) == []


def ring(source="P-1"):
    doorbell = Doorbell(request=a_key(source, LATE_PAYMENT))
    assert deliver("issue_document", doorbell, group=str(LATE_PAYMENT)) == []


def notes():
    return book().late_payment_notes(book().invoice(a_seller(), "FA-2026-000001"))


def kept(source="P-1"):
    return inbox().read(a_key(source, LATE_PAYMENT))


def issued(source="P-1", **said):
    assert claim(source, **said).status == 202
    check(source)
    ring(source)


def test_what_is_owed_until_today_is_shown_before_it_is_claimed():
    told = get().json

    assert told["unclaimed"]["since"] == "2026-05-02"
    assert told["unclaimed"]["compensation"] == {"amount": "40.00", "currency": "EUR"}
    assert (told["notes"], told["standing"]) == ([], [])


def test_a_claim_is_kept_and_sent_to_be_computed(shop):
    answer = claim(until="2026-06-30")

    assert answer.status == 202
    assert answer.json["href"] == f"{PATH}/P-1"
    [message] = aws.received(shop["CHECK_QUEUE"])
    assert Check(**message["body"]).request == a_key("P-1", LATE_PAYMENT)
    assert claim(until="2026-06-30").json == answer.json
    assert claim(until="2026-07-31").status == 409


def test_a_claim_becomes_a_note_of_its_own_series_and_leaves_the_invoice_as_it_is():
    before = book().invoice(a_seller(), "FA-2026-000001")

    issued(until="2026-05-31")

    [note] = notes()
    # 120.00 x 12.15 % x 30 / 365, and the compensation
    assert (note.number, note.draft.amount) == ("PR-2026-000001", eur("41.20"))
    assert book().invoice(a_seller(), "FA-2026-000001") == before
    assert book().balance(before).due == eur("120.00")
    told = get(f"{PATH}/P-1").json
    assert told["late_payment_note"]["href"] == "/v1/late-payment-notes/PR-2026-000001"
    assert get().json["standing"] == ["PR-2026-000001"]


def test_two_claims_of_the_same_days_make_one_note():
    assert claim("P-1", until="2026-05-31").status == 202
    assert claim("P-2", until="2026-05-31").status == 202
    for source in ("P-1", "P-2"):
        check(source)

    for source in ("P-1", "P-2"):
        ring(source)
    check("P-2")  # it was overtaken and goes back

    assert [note.number for note in notes()] == ["PR-2026-000001"]
    assert [kept(source).state for source in ("P-1", "P-2")] == ["NUMBERED", "CANCELLED"]
    assert [reason.code for reason in kept("P-2").reasons] == ["nothing_owed"]


def test_money_that_came_meanwhile_is_reckoned_with():
    claim(until="2026-05-31")
    check()
    early = a_movement("60.00", arrived_at=SPRING)
    issue(inbox().accept(requests.of_payment(a_receipt_draft(invoice(), early), at=NOON)))

    ring()
    check()
    ring()

    [note] = notes()
    assert note.draft.computed.spans[0].open == eur("60.00")


def test_a_claim_is_taken_back_by_a_note_and_made_again():
    issued(until="2026-05-31")

    assert withdraw("PR-2026-000001").status == 202
    check("W-1")
    ring("W-1")

    assert [note.draft.amount for note in notes()] == [eur("41.20"), eur("-41.20")]
    assert get().json["standing"] == []
    issued("P-2", until="2026-05-31")
    assert notes()[-1].draft.amount == eur("41.20")
    assert withdraw("PR-2026-000001", "W-2").status == 422


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"until": "2099-01-01"}, "not_over"),
        ({"until": "2026-05-01"}, "nothing_owed"),
        ({"notified_on": "9999-12-31"}, "ahead"),
    ],
)
def test_what_cannot_be_claimed_is_refused_with_the_reason(said, code):
    answer = claim(**said)

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, code)
    assert get(f"{PATH}/P-1").status == 404


def test_nobody_claims_of_anothers_invoice(neighbour):
    for method, path, body in (
        ("POST", PATH, {"id": "P-1"}),
        ("GET", PATH, None),
        ("POST", "/v1/late-payment-notes/PR-2026-000001/withdrawal", {"id": "W", "reason": "x"}),
    ):
        assert call("claim_late_payment", method, path, body=body, key=neighbour).status == 404


def test_a_note_is_stored_mailed_and_served():
    issued(until="2026-05-31")

    assert deliver("render_document", Render(place=a_place(series=LATE_PAYMENT))) == []

    path = "/v1/late-payment-notes/PR-2026-000001"
    assert get(path, "serve_payments").json["late_payment_note"]["draft"]["invoice"] == {
        "number": "FA-2026-000001",
        "issued_on": "2026-04-01",
    }
    assert get(f"{path}/pdf", "serve_payments").body == PDF.data
    key = Key(seller="atelier", number="PR-2026-000001", occasion="late_payment")
    mail = letter(correspondence.owed(key))
    assert mail
    assert b"PR-2026-000001.pdf" in mail
