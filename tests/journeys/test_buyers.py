"""The link in the mail is the only key that a buyer has."""

from datetime import UTC, datetime, timedelta

import requests

from local.demo import auditor, clockwork
from local.demo.buyer import attached, occasion
from tests.sales import remind


def test_a_wrong_token_finds_nothing(sell, our_account):
    sale = sell()
    site, seller, number, token = sale.link.rsplit("/", 3)
    secrets = (sale.number, sale.order["buyer"]["name"], "Atelier")

    for method, below in (("GET", ""), ("GET", "/pdf"), ("GET", "/xml"), ("POST", "/pay")):
        wrong = f"{site}/{seller}/{number}/{token[::-1]}{below}"
        nowhere = f"{site}/nobody/{number}/{token}{below}"
        answer = requests.request(method, wrong, timeout=60)
        assert answer.status_code == 404
        assert answer.text == requests.request(method, nowhere, timeout=60).text
        assert not [each for each in secrets if each in answer.text]
    assert our_account.sessions_of(sale.number) == []


def test_whoever_follows_every_link_opens_no_payment_and_changes_nothing(stack, sell, our_account):
    sale = sell()
    clockwork.until_quiet(stack)
    books, mails = auditor.read(stack), len(stack.mail())

    below = ("", "?paid", "/pdf", "/xml", "/pay", "/claim", "/receipts/x", "/credit-notes/x")
    for address in (*(f"{sale.link}{each}" for each in below), sale.paper):
        for method in ("HEAD", "GET"):
            assert requests.request(method, address, timeout=60).status_code < 500
    clockwork.until_quiet(stack)

    assert our_account.sessions_of(sale.number) == []
    assert (auditor.read(stack), len(stack.mail())) == (books, mails)


def test_the_code_on_the_pdf_confirms_it_and_opens_nothing(sell):
    sale = sell()

    confirmed = sale.buyer.open(sale.paper)

    assert confirmed.status_code == 200
    for said in (sale.number, "FR76 3000 6000 0112 3456 7890 189"):
        assert said in confirmed.text
    assert sale.link not in confirmed.text
    assert sale.buyer.open(f"{sale.paper[:-1]}").status_code == 404


def test_a_revoked_link_is_closed_and_the_next_one_opens_the_page(sell):
    sale = sell()

    new = sale.shop.revoke_link(sale.number)

    assert sale.buyer.open(sale.link).status_code == 410
    assert sale.buyer.open(f"{sale.link}/pdf").status_code == 410
    assert sale.buyer.open(new).status_code == 200
    assert sale.invoice["page"] == new
    assert sale.buyer.open(sale.paper).status_code == 200  # the paper is as good as before


def test_who_objects_is_not_reminded(stack, sell):
    sale = sell()

    said = {"reason": "not_received", "message": "Rien n'est venu.", "email": ""}
    page = requests.post(f"{sale.link}/claim", said, timeout=60)
    later = clockwork.at_work(datetime.now(UTC) + timedelta(days=40))
    remind(stack, sale, later)
    clockwork.until_quiet(stack)

    assert "Rien n&#39;est venu." in page.text
    assert [each for each in sale.buyer.mails() if occasion("reminder")(each)] == []


def test_the_pdf_stays_the_one_that_was_sent(stack, sell):
    sale = sell()
    sent = attached(sale.mail)[f"{sale.number}.pdf"]

    sale.buyer.pay_by_card(sale.link)
    clockwork.until_quiet(stack)

    assert sale.invoice["status"] == "paid"
    assert sale.shop.file(sale.number, "pdf") == sent
    assert sale.buyer.open(f"{sale.link}/pdf").content == sent
