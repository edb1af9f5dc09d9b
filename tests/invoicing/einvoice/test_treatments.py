"""Every treatment of VAT, as the official rules see it."""

import json

import pytest

from invoicing import drafts
from invoicing.einvoice import terms
from invoicing.errors import Held
from invoicing.orders import Order
from invoicing.vat.treatments import EXEMPTIONS, MARGIN_SCHEMES
from tests.invoicing.einvoice.judged import findings
from tests.invoicing.einvoices import (
    BERLIN,
    FRANCHISE,
    FRENCH_HOTEL,
    GERMAN_HOTEL,
    LINK,
    PARIS,
    a_line,
    a_seller,
    an_invoice,
)

CORSICA = PARIS | {"city": "Ajaccio", "postcode": "20090"}
REUNION = PARIS | {"city": "Saint-Denis", "postcode": "97400"}
CANARIES = {"line1": "1", "city": "Las Palmas", "postcode": "35001", "country": "ES"}
BELFAST = {"line1": "1", "city": "Belfast", "postcode": "BT1 1AA", "country": "GB"}
ZURICH = {"line1": "1", "city": "Zürich", "postcode": "8001", "country": "CH"}
MONACO = {"line1": "1", "city": "Monaco", "postcode": "98000", "country": "MC"}
NUMBERS = {
    "FR": "FR96552100554",
    "DE": "DE811569869",
    "ES": "ESB58378431",
    "GB": "XI980780684",
    "CH": "CHE116281710",
    "MC": "FR61954506077",
}
SWISS_BANK = {"kind": "business", "name": "Bank", "address": ZURICH, "vat_number": "CHE116281710"}
TRAINING = {"code": "VATEX-EU-132-1I", "reason": "Exonération, article 261-4-4° du CGI."}
SMALL_IN_AUSTRIA = FRANCHISE | {
    "address": {"line1": "1", "city": "Wien", "postcode": "1010", "country": "AT"},
    "registration": "FN 1",
}
GERMAN = {"country": "DE", "vat_number": "DE811569869"}


def consumer(address):
    evidence = [{"kind": "bank", "country": address["country"]}]
    return {"name": "A", "address": address, "evidence": evidence}


@pytest.mark.parametrize(
    ("treatment", "category", "seller", "order"),
    [
        ("domestic", "S", {}, {}),
        ("domestic", "Z", {}, {"lines": [a_line("10", vat="zero")]}),
        ("franchise", "E", FRANCHISE, {}),
        ("franchise", "E", SMALL_IN_AUSTRIA, {}),
        ("distance_sale", "S", {},
         {"buyer": consumer(BERLIN), "lines": [a_line("1", vat="books")]}),
        ("distance_sale", "S", {"oss": False, "registrations": [GERMAN]},
         {"buyer": consumer(BERLIN)}),
        ("below_threshold", "S", {"oss": False}, {"buyer": consumer(BERLIN)}),
        ("digital_service", "S", {},
         {"buyer": consumer(BERLIN), "lines": [a_line("10", supply="digital")]}),
        ("intra_community", "K", {}, {"buyer": GERMAN_HOTEL}),
        ("intra_community", "K", {}, {"buyer": GERMAN_HOTEL | {"vat_number": "XI980780684",
                                                               "address": BELFAST}}),
        ("reverse_charge", "AE", {},
         {"buyer": GERMAN_HOTEL, "lines": [a_line("10", supply="services")]}),
        ("export", "G", {}, {"buyer": consumer(ZURICH)}),
        ("export", "G", {}, {"buyer": consumer(REUNION)}),
        ("outside_scope", "O", {}, {"buyer": SWISS_BANK,
                                    "lines": [a_line("10", supply="services")]}),
        ("outside_scope", "O", {}, {"buyer": consumer(ZURICH),
                                    "lines": [a_line("10", supply="digital", discount="1")],
                                    "charges": [{"reason": "Frais", "amount": "2"}],
                                    "allowances": [{"reason": "Code", "amount": "1"}]}),
        ("exempt", "E", {}, {"lines": [a_line("10", supply="services", exemption=TRAINING)]}),
        *(("margin_scheme", "E", {}, {"lines": [a_line("10", margin_scheme=scheme)]})
          for scheme in MARGIN_SCHEMES),
        ("margin_scheme", "E", {}, {"buyer": FRENCH_HOTEL,
                                    "lines": [a_line("10", margin_scheme="antiques")]}),
    ],
)  # fmt: skip
def test_each_treatment_passes_the_official_rules(treatment, category, seller, order):
    invoice = an_invoice(seller=a_seller(**seller), **order)

    (vat,) = invoice.draft.vat
    assert (vat.decision.treatment, vat.decision.category) == (treatment, category)
    assert findings(invoice) == []


@pytest.mark.parametrize("code", sorted(EXEMPTIONS))
def test_every_exemption_that_can_be_named_is_known_to_the_rules(code):
    exemption = {"code": code, "reason": "Exonération"}

    assert findings(an_invoice(lines=[a_line("10", exemption=exemption)])) == []


def test_outside_the_scope_no_vat_number_and_no_rate_is_written():
    services = [a_line("10", supply="services")]

    given = terms.of(an_invoice(buyer=SWISS_BANK, lines=services))

    assert "vat_identifier" not in given["BG-4"]
    assert "vat_identifier" not in given["BG-7"]
    assert "BT-119" not in given["BG-23"][0]
    assert "BT-152" not in given["BG-25"][0]


def test_the_seller_is_known_by_the_number_that_the_vat_is_accounted_under():
    seller = a_seller(oss=False, registrations=[GERMAN])

    given = terms.of(an_invoice(seller=seller, buyer=consumer(BERLIN)))

    assert given["BG-4"]["vat_identifier"] == "DE811569869"


def test_an_exemption_is_printed_in_the_shops_words():
    given = terms.of(an_invoice(lines=[a_line("10", exemption=TRAINING)]))

    assert given["BG-23"][0]["BT-120"] == TRAINING["reason"]
    assert given["BG-23"][0]["BT-121"] == TRAINING["code"]


def test_vat_in_another_currency_is_stated_in_the_sellers_too():
    invoice = an_invoice(currency="USD", lines=[a_line("120.00")])

    given = terms.of(invoice)

    assert (given["BT-5"], given["BT-6"]) == ("USD", "EUR")
    assert (given["BT-110"], given["BT-111"]) == ("20.00", "16.00")  # 1.25 USD for a euro
    rate = invoice.draft.accounted_vat.rate
    assert (str(rate.rate), rate.source, str(rate.on)) == ("1.25", "ECB", "2026-11-20")
    assert {"BT-22": "16.00 EUR; 1 EUR = 1.25 USD (ECB, 2026-11-20)"} in given["BG-1"]
    assert findings(invoice) == []


def test_nothing_is_converted_where_there_is_no_vat():
    invoice = an_invoice(currency="USD", buyer=consumer(ZURICH))

    assert invoice.draft.accounted_vat is None
    assert findings(invoice) == []


def test_french_businesses_read_the_currency_of_their_vat_even_of_none():
    used = [a_line("10", margin_scheme="second_hand")]

    invoice = an_invoice(currency="USD", buyer=FRENCH_HOTEL, lines=used)

    assert terms.of(invoice)["BT-111"] == "0.00"
    assert findings(invoice) == []


def test_without_a_rate_an_invoice_in_another_currency_waits():
    order = Order.model_validate_json(
        json.dumps(
            {
                "id": "1",
                "currency": "USD",
                "ordered_on": "2026-11-20",
                "buyer": consumer(PARIS),
                "lines": [a_line("10")],
            }
        )
    )

    held = drafts.draft(order, a_seller(), LINK)

    assert isinstance(held, Held)
    assert [reason.code for reason in held.reasons] == ["exchange_rate_missing"]
