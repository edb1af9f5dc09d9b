from datetime import date
from decimal import Decimal

import pytest

from invoicing.adapters import exchange_rates
from invoicing.money import Money
from invoicing.vat.findings import ExchangeRate
from tests.invoicing.adapters.answers import answering

PUBLISHED = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
    xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
  <Cube>
    <Cube time='2026-11-20'>
      <Cube currency='USD' rate='1.1527'/>
      <Cube currency='JPY' rate='178.43'/>
      <Cube currency='SEK' rate='10.9820'/>
    </Cube>
  </Cube>
</gesmes:Envelope>"""


def found(monkeypatch, currency, per, body=PUBLISHED, *, status=200):
    with answering(body, status=status) as url:
        monkeypatch.setenv("ECB_ENDPOINT", url)
        return exchange_rates.find(currency, per=per)


def test_a_rate_against_the_euro_is_the_published_one(monkeypatch):
    rate = found(monkeypatch, "USD", "EUR").rate

    assert rate == ExchangeRate(
        currency="USD", per="EUR", rate=Decimal("1.1527"), source="ECB", on=date(2026, 11, 20)
    )
    assert rate.convert(Money(Decimal("20.00"), "USD")) == Money(Decimal("17.35"), "EUR")


def test_two_other_currencies_meet_in_the_euro(monkeypatch):
    rate = found(monkeypatch, "USD", "SEK").rate

    assert rate.rate == Decimal("0.1049626662")
    assert rate.convert(Money(Decimal("20.00"), "USD")) == Money(Decimal("190.54"), "SEK")


def test_a_euro_invoice_of_a_swedish_seller_is_stated_in_crowns(monkeypatch):
    rate = found(monkeypatch, "EUR", "SEK").rate

    assert rate.convert(Money(Decimal("20.00"), "EUR")) == Money(Decimal("219.64"), "SEK")


def test_a_currency_that_the_bank_does_not_list_is_not_quoted(monkeypatch):
    assert found(monkeypatch, "KWD", "EUR").outcome == "not_quoted"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 200),
        ("<html>", 200),
        ("<a/>", 200),
        (PUBLISHED, 500),
        (PUBLISHED.replace("1.1527", "0"), 200),
        (PUBLISHED.replace("1.1527", "NaN"), 200),
        (PUBLISHED.replace("1.1527", "many"), 200),
        (PUBLISHED.replace("2026-11-20", "today"), 200),
        (PUBLISHED + " " * 100_000, 200),
    ],
)
def test_a_file_that_is_not_the_banks_is_no_rate(monkeypatch, body, status):
    check = found(monkeypatch, "USD", "EUR", body, status=status)

    assert (check.outcome, check.rate) == ("unknown", None)


def test_nobody_there_is_no_rate(monkeypatch):
    monkeypatch.setenv("ECB_ENDPOINT", "http://127.0.0.1:9")

    assert exchange_rates.find("USD", per="EUR").outcome == "unknown"
