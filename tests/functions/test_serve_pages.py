from unittest.mock import Mock

import pytest
from stripe import APIConnectionError

from invoicing.adapters import checkouts_table
from invoicing.adapters.stripe.sessions import Sessions
from tests.books import PDF, XML, an_invoice_in_the_books, issue_order, issue_receipt
from tests.builders import TOKEN
from tests.doors import call

PAGE = f"/i/atelier/FA-2026-000001/{TOKEN}"
pytestmark = pytest.mark.usefixtures("shop")


def get(path=PAGE, **how):
    return call("serve_pages", "GET", path, key=None, **how)


def press_pay(path=PAGE):
    return call("serve_pages", "POST", f"{path}/pay", key=None)


def test_the_buyer_sees_the_invoice_by_its_link_alone():
    an_invoice_in_the_books()

    answer = get()

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "FA-2026-000001" in answer.text
    assert "120,00" in answer.text


def test_the_page_is_kept_by_nobody_and_shown_in_no_frame():
    an_invoice_in_the_books()

    headers = get().headers

    assert "no-store" in headers["cache-control"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


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


def test_pressing_pay_leads_to_stripe_for_exactly_what_is_open(connected):
    an_invoice_in_the_books()
    issue_receipt("50.00")

    answer = press_pay()

    [session] = connected.sessions()
    assert (answer.status, answer.headers["location"]) == (303, session.url)
    assert session.amount_total == 7000


def test_looking_at_the_page_opens_no_session(connected):
    # Scanners of mail follow links; only a press of the button may open a payment.
    an_invoice_in_the_books()

    get()

    assert connected.sessions() == []


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
