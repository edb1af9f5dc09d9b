"""The link in the mail is the only key that a buyer has."""

import requests

from local.demo import clockwork
from local.demo.buyer import attached


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


def test_the_pdf_stays_the_one_that_was_sent(stack, sell):
    sale = sell()
    sent = attached(sale.mail)[f"{sale.number}.pdf"]

    sale.buyer.pay_by_card(sale.link)
    clockwork.until_quiet(stack)

    assert sale.invoice["status"] == "paid"
    assert sale.shop.file(sale.number, "pdf") == sent
    assert sale.buyer.open(f"{sale.link}/pdf").content == sent
