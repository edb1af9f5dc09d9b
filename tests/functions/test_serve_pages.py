from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from urllib.parse import urlencode

import boto3
import pytest
from stripe import APIConnectionError

from invoicing.adapters import secrets
from invoicing.adapters.operations import cases_table, checkouts_table, freezes_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import PaymentHint
from invoicing.adapters.stripe import customers, overtaken
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.objections import Claim
from tests.aws import REGION
from tests.books import (
    PDF,
    XML,
    a_receipt_in_the_books,
    an_invoice_in_the_books,
    issue_credit,
    issue_order,
    issue_order_at,
    issue_receipt,
    store,
)
from tests.builders import NOON, PARIS, TOKEN, a_seller
from tests.doors import call, deliver
from tests.stripe_accounts import Account

PAGE = f"/i/atelier/FA-2026-000001/{TOKEN}"
pytestmark = pytest.mark.usefixtures("shop")


def get(path=PAGE, **how):
    return call("serve_pages", "GET", path, key=None, **how)


def press_pay(path=PAGE):
    return call("serve_pages", "POST", f"{path}/pay", key=None)


def everything():
    """All items of all tables."""
    client = boto3.client("dynamodb", REGION)
    return {
        name: client.scan(TableName=name)["Items"] for name in client.list_tables()["TableNames"]
    }


def test_the_buyer_sees_the_invoice_by_its_link_alone():
    an_invoice_in_the_books()

    answer = get()

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "FA-2026-000001" in answer.text
    assert "120,00" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"/i/atelier/FA-2026-000001/{TOKEN[:-1]}x",
        f"/i/atelier/FA-2026-000001/{TOKEN[:-1]}",
        "/i/atelier/FA-2026-000001/é",
        f"/i/atelier/FA-2026-000002/{TOKEN}",
        f"/i/lampes/FA-2026-000001/{TOKEN}",
        f"/i/atelier/nonsense/{TOKEN}",
    ],
)
def test_a_wrong_link_opens_nothing_and_tells_nothing(path):
    an_invoice_in_the_books()

    answers = [get(path), get(f"{path}/pdf"), get(f"{path}/xml"), press_pay(path)]

    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "Camille" not in answers[0].text


@pytest.mark.parametrize("content", [PDF, XML])
def test_the_buyer_keeps_the_stored_file(content):
    an_invoice_in_the_books()

    answer = get(f"{PAGE}/{content.type}")

    assert (answer.status, answer.body) == (200, content.data)
    assert f"FA-2026-000001.{content.type}" in answer.headers["content-disposition"]


def test_a_file_that_is_not_stored_yet_is_not_found():
    issue_order()

    assert get(f"{PAGE}/pdf").status == 404


def test_the_buyer_sees_what_was_paid_when_and_keeps_the_receipt():
    an_invoice_in_the_books()
    receipt = a_receipt_in_the_books()

    below = f"{PAGE}/receipts/{receipt.number}"
    answer = get(below)

    assert below in get().text
    assert (answer.status, answer.body) == (200, PDF.data)
    assert f"{receipt.number}.pdf" in answer.headers["content-disposition"]


def test_money_that_went_back_is_shown_and_so_is_its_credit_note():
    an_invoice_in_the_books()
    issue_receipt("120.00")
    note = issue_credit("FA-2026-000001", amount="30.00")
    store(note, PDF)
    issue_receipt("30.00", "re_1", "refund")

    text = get().text

    assert text.count("-30,00") == 2  # the credit and the refund
    assert get(f"{PAGE}/credit-notes/{note.body['number']}").body == PDF.data


def test_a_page_opens_the_receipts_and_credit_notes_of_its_own_invoice_only():
    an_invoice_in_the_books()
    receipt = a_receipt_in_the_books()
    note = issue_credit("FA-2026-000001", amount="30.00")
    store(note, PDF)
    token = an_invoice_in_the_books(id="1002").draft.token
    other = f"/i/atelier/FA-2026-000002/{token}"

    assert get(other).status == 200
    assert get(f"{other}/receipts/{receipt.number}").status == 404
    assert get(f"{other}/credit-notes/{note.body['number']}").status == 404
    assert get(f"{PAGE}/receipts/{note.body['number']}").status == 404


def test_the_record_of_a_dispute_is_the_sellers_own():
    an_invoice_in_the_books()
    issue_receipt("120.00")
    store(taken := issue_receipt("120.00", "dp_1.withdrawn", "dispute_withdrawn"), PDF)

    assert get(f"{PAGE}/receipts/{taken.body['number']}").status == 404


def test_a_disputed_payment_is_neither_awaited_nor_asked_for_again(connected):
    invoice = an_invoice_in_the_books()
    press_pay()
    [session] = connected.sessions()
    connected.pay(session.url)
    intent = connected.intent(session)
    issue_receipt("120.00", intent)
    issue_receipt("120.00", "dp_1.withdrawn", "dispute_withdrawn")

    answer = get()

    assert "refresh" not in answer.headers
    assert "badge disputed" in answer.text
    assert f"{PAGE}/pay" not in answer.text
    assert press_pay().headers["location"] == invoice.page
    assert len(connected.sessions()) == 1


def test_what_a_recorded_payment_left_open_can_be_paid(connected):
    # The session is complete and paid; what was given back since is no payment under way.
    an_invoice_in_the_books()
    press_pay()
    [session] = connected.sessions()
    connected.pay(session.url)
    issue_receipt("120.00", connected.intent(session))
    issue_receipt("20.00", "re_1", "refund")

    assert "badge partly_paid" in get().text
    assert press_pay().headers["location"] == connected.sessions()[0].url
    assert connected.sessions()[0].amount_total == 2000


def test_what_was_due_before_today_is_overdue_and_may_still_be_paid(connected):
    issued = datetime.now(UTC) - timedelta(days=31)
    store(issue_order_at(issued, ordered_on=f"{issued.date()}"), PDF, XML)

    page = get().text

    assert "badge overdue" in page
    assert f'action="{PAGE}/pay"' in page
    assert press_pay().headers["location"] == connected.sessions()[0].url


def object_to(path=PAGE, **fields):
    filled = {"reason": "other", "message": "Il manque une ampoule.", "email": ""} | fields
    form = {"content-type": "application/x-www-form-urlencoded"}
    return call(
        "serve_pages", "POST", f"{path}/claim", key=None, body=urlencode(filled), headers=form
    )


def claims_made():
    return cases_table.of_invoice("atelier", "FA-2026-000001")


def test_a_business_sees_on_the_page_what_its_delay_costs():
    hotel = {"name": "Hôtel", "kind": "business", "registration": "552100554", "address": PARIS}
    issue_order_at(NOON - timedelta(days=130), buyer=hotel)

    page = get().text

    assert "Dû en raison du retard" in page
    assert "40,00" in page


def test_a_buyer_objects_on_the_page_and_sees_that_it_was_received():
    invoice = an_invoice_in_the_books()

    answer = object_to()

    assert (answer.status, answer.headers["location"]) == (303, f"{invoice.page}#claim")
    [case] = claims_made()
    assert case.about == Claim(reason="other", message="Il manque une ampoule.")
    assert [each.reason for each in freezes_table.read("atelier", invoice.number).freezes] == [
        "claim"
    ]
    page = get().text
    assert "Il manque une ampoule." in page
    assert f"{PAGE}/claim" not in page


def test_a_claim_under_way_blocks_a_second_one_and_no_payment(connected):
    an_invoice_in_the_books()
    object_to()

    assert object_to(message="Et encore.").status == 303
    assert len(claims_made()) == 1
    assert f"{PAGE}/pay" in get().text
    assert press_pay().headers["location"] == connected.sessions()[0].url


def test_what_is_wrong_with_a_claim_is_told_in_the_form_and_nothing_is_kept():
    an_invoice_in_the_books()

    answer = object_to(reason="", message="x" * 2001, email="camille")

    assert answer.status == 422
    for fault in ("reason-fault", "message-fault", "email-fault"):
        assert f'id="{fault}"' in answer.text
    assert "x" * 2001 in answer.text
    assert claims_made() == []


def test_a_claim_needs_the_token_too():
    an_invoice_in_the_books()

    assert object_to(f"{PAGE[:-1]}x").status == 404
    assert claims_made() == []


def test_pressing_pay_leads_to_stripe_for_exactly_what_is_open(connected):
    an_invoice_in_the_books()
    issue_receipt("50.00")

    answer = press_pay()

    [session] = connected.sessions()
    assert (answer.status, answer.headers["location"]) == (303, session.url)
    assert session.amount_total == 7000


def test_what_was_settled_while_pay_was_pressed_cannot_be_paid(connected, monkeypatch):
    # Whoever records the transfer looks for an attempt to close before this one is kept.
    invoice, save = an_invoice_in_the_books(), checkouts_table.save

    def slow(seller, number, checkout):
        issue_receipt("120.00", payment="bank_1")
        save(seller, number, checkout)

    monkeypatch.setattr(checkouts_table, "save", slow)

    assert press_pay().headers["location"] == invoice.page
    assert [each.status for each in connected.sessions()] == ["expired"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "below",
    [
        "",
        "/pdf",
        "/xml",
        "/pay",
        "/claim",
        "/receipts/RC-2026-000001",
        "/credit-notes/AV-2026-000001",
    ],
)
def test_following_any_link_changes_nothing(connected, method, below):
    # Scanners of mail follow links; only a press of a button may do something.
    an_invoice_in_the_books()
    before = everything()

    for query in (None, {"paid": ""}):
        call("serve_pages", method, f"{PAGE}{below}", key=None, query=query)

    assert connected.sessions() == []
    assert everything() == before


def test_what_is_paid_cannot_be_paid_again(connected):
    invoice = an_invoice_in_the_books()
    issue_receipt("120.00")

    answer = press_pay()

    assert (answer.status, answer.headers["location"]) == (303, invoice.page)
    assert connected.sessions() == []


def test_a_seller_without_an_account_takes_no_payment_here():
    invoice = an_invoice_in_the_books()

    assert press_pay().headers["location"] == invoice.page


def test_who_comes_back_from_paying_is_not_asked_to_pay_again(connected):
    an_invoice_in_the_books()
    before = get().text
    press_pay()
    [session] = connected.sessions()
    connected.pay(session.url)

    after = get(query={"paid": ""}).text

    assert f"{PAGE}/pay" in before
    assert f"{PAGE}/pay" not in after


def test_who_comes_back_without_having_paid_may_try_again(connected):
    an_invoice_in_the_books()
    press_pay()
    [session] = connected.sessions()

    assert f"{PAGE}/pay" in get(query={"paid": ""}).text
    assert press_pay().headers["location"] == session.url


def test_who_tried_before_the_seller_changed_his_account_pays_to_the_new_one(
    connected, monkeypatch
):
    an_invoice_in_the_books()
    press_pay()
    new = Account(connected.url)
    monkeypatch.setattr(secrets, "stripe", lambda _seller: new.secrets)

    answer = press_pay()

    [session] = new.sessions()
    assert answer.headers["location"] == session.url
    assert press_pay().headers["location"] == session.url


def test_a_debit_under_way_offers_no_other_payment(connected):
    invoice = an_invoice_in_the_books()
    press_pay()
    [session] = connected.sessions()
    connected.pay(session.url, "sepa_debit")

    assert f"{PAGE}/pay" not in get().text
    assert press_pay().headers["location"] == invoice.page
    assert len(connected.sessions()) == 1


def test_a_session_for_another_sum_is_closed_before_the_next_opens(connected):
    an_invoice_in_the_books()
    press_pay()
    issue_receipt("50.00")

    press_pay()

    sums = {session.status: session.amount_total for session in connected.sessions()}
    assert sums == {"expired": 12000, "open": 7000}


def test_the_page_is_shown_without_stripe_too(connected, monkeypatch):
    invoice = an_invoice_in_the_books()
    press_pay()
    away = APIConnectionError("away")
    monkeypatch.setattr(Sessions, "standing", Mock(side_effect=away))

    assert get().status == 200
    assert press_pay().headers["location"] == invoice.page
    assert len(connected.sessions()) == 1


def test_of_two_tabs_that_saw_another_balance_one_session_stays_open(connected, monkeypatch):
    invoice = an_invoice_in_the_books()
    kept, asked = checkouts_table.latest, []

    def late(*key: str) -> object:
        asked.append(key)
        return kept(*key) if len(asked) > 2 else None

    monkeypatch.setattr(checkouts_table, "latest", late)
    press_pay()
    issue_receipt("50.00")

    assert press_pay().headers["location"] == invoice.page
    assert sorted(session.status for session in connected.sessions()) == ["expired", "open"]


@pytest.mark.usefixtures("connected")
def test_what_is_too_little_for_stripe_is_not_asked_there():
    an_invoice_in_the_books()
    assert f"{PAGE}/pay" in get().text

    issue_receipt("119.70")

    assert f"{PAGE}/pay" not in get().text
    assert press_pay().headers["location"].endswith(PAGE)


def offers_transfers():
    sellers().save(a_seller(stripe_transfers="offered"))
    an_invoice_in_the_books()


def ask_for_transfer():
    return call("serve_pages", "POST", f"{PAGE}/transfer", key=None)


def leave_transfer():
    return call("serve_pages", "POST", f"{PAGE}/transfer/cancel", key=None)


def payments(account):
    """Every payment that was asked for, the newest first."""
    return account.client.v1.payment_intents.list({"limit": 100}).data


def follow(payment):
    """Follow what Stripe told of a payment."""
    told = PaymentHint(seller="atelier", type="x", object=payment.id)
    assert deliver("record_payment", told) == []


def test_a_seller_who_says_so_offers_transfers_to_an_account_of_stripes(connected):
    offers_transfers()

    assert f'action="{PAGE}/transfer"' in get().text
    answers = [ask_for_transfer(), ask_for_transfer()]

    assert all(each.headers["location"].endswith(PAGE) for each in answers)
    [payment] = payments(connected)
    assert (payment.amount, payment.status) == (12_000, "requires_action")
    assert payment.next_action.display_bank_transfer_instructions.hosted_instructions_url in (
        get().text
    )


def test_who_began_to_pay_and_rather_transfers_has_one_attempt(connected):
    offers_transfers()
    press_pay()

    ask_for_transfer()

    assert [each.status for each in connected.sessions()] == ["expired"]
    assert press_pay().headers["location"].endswith(PAGE)


def test_who_rather_pays_otherwise_leaves_his_transfer(connected):
    offers_transfers()
    ask_for_transfer()
    assert f'action="{PAGE}/transfer/cancel"' in get().text

    assert leave_transfer().headers["location"].endswith(PAGE)

    assert [each.status for each in payments(connected)] == ["canceled"]
    assert f'action="{PAGE}/pay"' in get().text
    press_pay()
    assert [each.status for each in connected.sessions()] == ["open"]
    assert leave_transfer().status == 303, "nothing is left to leave"
    assert [each.status for each in connected.sessions()] == ["open"]


def test_a_transfer_asks_for_what_a_credit_note_left(connected):
    offers_transfers()
    ask_for_transfer()
    issue_credit("FA-2026-000001", amount="20.00")

    [first] = payments(connected)
    follow(first)
    follow(first)

    second, old = payments(connected)
    assert (old.id, old.status, second.amount) == (first.id, "canceled", 10_000)
    connected.control(f"customers/{second.customer}/fund", amount=10_000)
    assert payments(connected)[0].status == "succeeded"


def test_what_came_already_counts_for_what_a_credit_note_left(connected):
    offers_transfers()
    ask_for_transfer()
    [first] = payments(connected)
    connected.control(f"customers/{first.customer}/fund", amount=10_000)
    issue_credit("FA-2026-000001", amount="20.00")

    follow(first)

    assert [(each.status, each.amount) for each in payments(connected)] == [
        ("succeeded", 10_000),
        ("canceled", 12_000),
    ]


def test_a_transfer_that_nothing_is_open_for_any_more_is_cancelled(connected):
    offers_transfers()
    ask_for_transfer()
    issue_receipt("120.00", payment="bank_1")

    follow(payments(connected)[0])

    assert [each.status for each in payments(connected)] == ["canceled"]


def test_who_died_between_two_transfers_leaves_one(connected, monkeypatch):
    offers_transfers()
    ask_for_transfer()
    issue_credit("FA-2026-000001", amount="20.00")
    [first] = payments(connected)
    with monkeypatch.context() as crash:
        crash.setattr(Sessions, "end", lambda *_: 1 / 0)
        told = PaymentHint(seller="atelier", type="x", object=first.id)
        assert deliver("record_payment", told) != []
    monkeypatch.setattr(overtaken, "OPENING", timedelta(0))  # the hourly pass reads it again

    follow(first)

    assert [(each.status, each.amount) for each in payments(connected)] == [
        ("requires_action", 10_000),
        ("canceled", 12_000),
    ]


def test_who_does_not_say_so_makes_no_customer(connected):
    an_invoice_in_the_books()

    press_pay()

    [session] = connected.sessions()
    assert session.customer is None


def test_an_account_that_takes_no_transfers_takes_the_rest(connected, monkeypatch):
    offers_transfers()
    monkeypatch.setattr(customers, "of_buyer", lambda *_: "cus_deleted_in_the_dashboard")

    answer = ask_for_transfer()

    [session] = connected.sessions()
    assert answer.headers["location"] == session.url


def test_a_transfer_in_part_is_shown_and_nothing_else_may_be_paid_meanwhile(connected):
    offers_transfers()
    ask_for_transfer()
    [payment] = payments(connected)
    connected.control(f"customers/{payment.customer}/fund", amount=5_000)

    page = get().text

    assert "badge awaited" in page
    assert "50,00\xa0€" in page
    assert "70,00\xa0€" in page
    assert f'action="{PAGE}/pay"' not in page
    assert f'action="{PAGE}/transfer' not in page
    assert press_pay().headers["location"].endswith(PAGE)
    leave_transfer()
    assert [each.status for each in payments(connected)] == ["requires_action"]
    assert connected.sessions() == []
