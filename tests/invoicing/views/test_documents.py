"""What stands on a page: which facts, rows and ways to pay, decided from the frozen record."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings

from invoicing import authenticity, deposits, drafts, payments
from invoicing.invoices import Draft
from invoicing.money import Money, rounded, total
from invoicing.orders import Order
from invoicing.payments import Movement, MovementKind
from invoicing.views import documents
from invoicing.views.documents import InvoiceSheet, ReceiptSheet
from invoicing.views.letterheads import Fact
from tests import builders
from tests.drawn import orders
from tests.invoicing.einvoices import (
    BERLIN,
    FRANCHISE,
    FRENCH_HOTEL,
    NOON,
    ORDERS,
    PARIS,
    TOKYO,
    a_line,
    a_sample,
    a_seller,
    an_invoice,
    an_order,
)


def a_sheet(**changes: Any) -> InvoiceSheet:  # noqa: ANN401  whatever an order takes
    return documents.sheet(an_invoice(**changes))


def words_of(sheet: InvoiceSheet) -> list[str]:
    return [row.word for row in sheet.rows]


def a_payment(amount: str) -> dict[str, str]:
    return {"paid_on": "2026-11-20", "amount": amount, "means": "card"}


def test_a_simple_order_says_each_sum_once():
    sheet = a_sheet()

    assert words_of(sheet) == ["net", "vat_at_rate", "to_pay"]


def test_adjustments_stand_between_the_lines_and_the_net():
    sheet = a_sheet(
        allowances=[{"reason": "Bienvenue", "amount": "12.00"}],
        charges=[{"reason": "Livraison", "amount": "6.00"}],
    )

    assert words_of(sheet)[:4] == ["sum_of_lines", "allowance", "charge", "net"]
    assert [str(row.amount) for row in sheet.rows[:4]] == [
        "100.00 EUR",
        "-10.00 EUR",
        "5.00 EUR",
        "95.00 EUR",
    ]


def test_an_allowance_shared_over_two_rates_names_them():
    sheet = a_sheet(
        lines=[a_line("120.00"), a_line("105.50", vat="second_reduced")],
        allowances=[{"reason": "Bienvenue", "amount": "20.00"}],
    )

    shares = [row for row in sheet.rows if row.word == "allowance_at_rate"]
    assert [str(row.rate) for row in shares] == ["20", "5.5"]
    assert "vat_in_all" in words_of(sheet)


def test_a_charge_of_nothing_is_not_shown():
    sheet = a_sheet(charges=[{"reason": "Livraison offerte", "amount": "0.00"}])

    assert words_of(sheet) == ["net", "vat_at_rate", "to_pay"]


def test_what_was_paid_before_is_taken_off_with_its_day():
    sheet = a_sheet(payments=[a_payment("20.00")])

    assert words_of(sheet)[-3:] == ["gross", "paid_card", "left_to_pay"]
    assert sheet.rows[-2].day == date(2026, 11, 20)
    assert str(sheet.rows[-2].amount) == "-20.00 EUR"
    assert str(sheet.rows[-1].amount) == "100.00 EUR"


def test_a_paid_order_asks_for_nothing():
    sheet = a_sheet(payments=[a_payment("120.00")])

    assert sheet.payment is None
    assert sheet.due_on is None


def test_a_cent_that_no_vat_can_reach_is_shown_as_rounding():
    sheet = a_sheet(lines=[a_line("0.03")])

    assert "rounding" in words_of(sheet)


def test_a_discount_that_can_be_shared_without_a_rounding_amount_needs_none():
    sheet = documents.sheet(an_invoice(a_sample("french-consumer")))

    assert "rounding" not in words_of(sheet)


def test_an_exemption_prints_its_mention():
    sheet = a_sheet(seller=a_seller(**FRANCHISE))

    exempt = next(row for row in sheet.rows if row.word == "vat_exempt")
    assert exempt.mention == "TVA non applicable, article 293 B du CGI."


@pytest.mark.parametrize("name", ORDERS)
def test_the_rows_add_up_to_what_is_due(name: str):
    sheet = documents.sheet(an_invoice(a_sample(name)))

    sums = {"sum_of_lines", "net", "vat_in_all", "gross"}
    start = next(at for at, row in enumerate(sheet.rows) if row.word == "net")
    addends = [sheet.rows[start], *(r for r in sheet.rows[start:-1] if r.word not in sums)]
    assert total((row.amount for row in addends), sheet.currency) == sheet.due
    assert sheet.rows[-1].amount == sheet.due


def test_who_must_pay_finds_the_page_and_the_account():
    payment = a_sheet().payment

    assert payment is not None
    assert payment.page.startswith("https://lampes.example/i/atelier-lumiere/FA-2026-000001/")
    assert payment.qr.startswith("<svg")
    assert payment.transfer is not None
    assert payment.transfer.iban == "FR76 3000 6000 0112 3456 7890 189"
    assert payment.transfer.reference == "FA-2026-000001"
    assert payment.transfer.qr.startswith("<svg")


@pytest.mark.parametrize(
    "changes",
    [{"seller": a_seller(iban=None)}, {"currency": "CHF"}],
    ids=["no account", "not in euro"],
)
def test_no_transfer_is_offered_where_none_can_arrive(changes: dict[str, Any]):
    payment = a_sheet(**changes).payment

    assert payment is not None
    assert payment.transfer is None


def test_a_delivery_to_the_buyers_own_address_is_not_said_twice():
    assert a_sheet(deliver_to=PARIS).deliver_to is None
    assert a_sheet(deliver_to=BERLIN).deliver_to is not None
    assert a_sheet(recipient="Camille Moreau").deliver_to is None


def test_who_receives_it_is_named_with_the_place():
    assert a_sheet(recipient="Lager Nord", deliver_to=BERLIN).deliver_to.name == "Lager Nord"
    assert a_sheet(recipient="Lager Nord").deliver_to.name == "Lager Nord"


def test_a_line_has_the_words_that_its_details_have_for_a_reader():
    details = {
        "text": "Laiton",
        "attributes": [{"name": "Couleur", "value": "Noir"}],
        "note": "À garder au sec",
        "account": "6300",
    }

    (line,) = a_sheet(lines=[a_line("10", details=details)]).lines

    assert line.words == ("Laiton", "Couleur: Noir", "À garder au sec")


def test_who_is_paid_in_the_sellers_place_holds_the_account():
    sheet = a_sheet(seller=a_seller(payee={"name": "Affacturage SA"}))

    assert sheet.payment.transfer.holder == "Affacturage SA"


def test_countries_are_named_only_where_they_differ():
    at_home, abroad = a_sheet(), a_sheet(buyer={"name": "Haruka", "address": TOKYO})

    assert (at_home.letterhead.seller.country, at_home.buyer.country) == (None, None)
    assert (abroad.letterhead.seller.country, abroad.buyer.country) == ("FR", "JP")
    assert at_home.letterhead.legal[0][2] == Fact("12 rue des Capucins, 69001 Lyon")


def test_a_french_business_is_named_with_its_siren():
    buyer = a_sheet(buyer=FRENCH_HOTEL).buyer

    assert buyer.facts == (
        Fact("552 100 554", "siren"),
        Fact("FR96552100554", "vat_number"),
    )


def test_the_date_is_named_after_what_was_supplied():
    sheet = a_sheet(lines=[a_line("55.00", supply="services", unit="HUR")])

    assert [fact.word for fact in sheet.facts[:2]] == ["issued_on", "performed_on"]
    assert "Nature de l'opération : prestation de services." in sheet.notes
    assert sheet.lines[0].unit_word == "unit_hour"


def test_a_unit_without_a_word_is_shown_as_its_code():
    line = a_sheet(lines=[a_line("1.00", unit="KTN")]).lines[0]

    assert (line.unit_word, line.unit_code) == (None, "KTN")


def test_a_pale_colour_is_darkened_until_it_can_be_read():
    assert a_sheet(seller=a_seller(colour="#ffee00")).letterhead.ink != "#ffee00"


def a_receipt_sheet(kind: MovementKind = "payment") -> ReceiptSheet:
    invoice = an_invoice()
    money = invoice.draft.totals.due
    movement = Movement(id="pi_1", kind=kind, amount=money, means="card", arrived_at=NOON)
    draft = payments.receipt_draft(invoice, movement)
    return documents.receipt_sheet(draft.issue(number="RC-2026-000001", at=NOON))


def test_a_receipt_says_what_came_how_and_for_which_invoice():
    sheet = a_receipt_sheet()

    assert (sheet.invoice, str(sheet.amount), sheet.means, sheet.reference) == (
        "FA-2026-000001",
        "120.00 EUR",
        "means_card",
        "pi_1",
    )


@pytest.mark.parametrize(
    ("kind", "moved"),
    [
        ("payment", "paid_on"),
        ("refund", "refunded_on"),
        ("refund_failed", "moved_on"),
        ("dispute_withdrawn", "moved_on"),
        ("dispute_reinstated", "moved_on"),
    ],
)
def test_a_receipt_dates_itself_and_the_money_but_is_no_invoice(kind: MovementKind, moved: str):
    """`issued_on` is what an invoice calls its day: Rechnungsdatum in German."""
    assert [fact.word for fact in a_receipt_sheet(kind).facts] == ["receipt_issued_on", moved]


def test_vat_in_another_currency_stands_there_with_its_rate_and_source():
    sheet = a_sheet(currency="USD")

    [row] = [row for row in sheet.rows if row.word == "vat_accounted"]
    assert (row.amount, row.label) == (Money(Decimal("16.00"), "EUR"), "EUR")
    assert row.mention == "1 EUR = 1.25 USD (ECB, 2026-11-20)"


def test_each_line_carries_the_sum_so_far():
    sheet = a_sheet(lines=[a_line("12.00"), a_line("24.00"), a_line("6.00", quantity="-1")])

    assert [str(line.carried.amount) for line in sheet.lines] == ["10.00", "30.00", "25.00"]


@pytest.mark.parametrize(
    ("asked", "quantity", "shown"),
    [("129.00", "1", "107.50"), ("8.90", "3", "7.417"), ("0.10", "100", "0.0833")],
)
def test_a_net_price_has_the_decimals_that_the_line_can_be_computed_from(asked, quantity, shown):
    invoice = an_invoice(lines=[a_line(asked, quantity=quantity)])
    [drafted], [line] = invoice.draft.lines, documents.sheet(invoice).lines

    assert str(line.price) == shown
    assert rounded(line.price * line.quantity, "EUR") == drafted.net
    assert str(line.price_with_vat) == asked


def test_a_price_that_the_shop_gave_without_vat_stays_as_it_is():
    [line] = a_sheet(lines=[a_line("0.123456")], prices_include_vat=False).lines

    assert str(line.price) == "0.123456"


@settings(max_examples=150)
@given(order=orders(returns=True))
def test_whatever_is_sold_lines_carry_to_the_total_and_prices_reckon(order: Order):
    made = drafts.draft(order, builders.a_seller(), builders.LINK)
    assume(isinstance(made, Draft))
    invoice = builders.an_invoice(made)

    sheet = documents.sheet(invoice)

    assert sheet.lines[-1].carried == invoice.draft.totals.lines
    for drafted, line in zip(invoice.draft.lines, sheet.lines, strict=True):
        exact = rounded(drafted.price * drafted.quantity, order.currency)
        if exact == drafted.full and not drafted.price_quantity:
            assert rounded(line.price * line.quantity, order.currency) == drafted.full


def test_a_consumer_finds_the_price_of_the_shop_and_a_business_does_not_need_it():
    assert a_sheet().with_vat
    assert not a_sheet(prices_include_vat=False).with_vat
    assert not a_sheet(buyer=FRENCH_HOTEL).with_vat
    assert not a_sheet(seller=a_seller(**FRANCHISE)).with_vat


def test_an_invoice_that_deducts_a_deposit_is_called_the_final_one():
    deposit = an_invoice(an_order(deposit={"percent": "30"}))
    known = deposits.issued(deposit, payments.unpaid(deposit))
    final = drafts.draft(
        an_order(deducts=[deposit.number]), a_seller(), builders.LINK, deducted=[known]
    )
    assert isinstance(final, Draft)

    sheet = documents.sheet(final.issue(number="FA-2026-000002", at=NOON))

    assert documents.sheet(deposit).kind == "deposit"
    assert sheet.kind == "final"
    assert str(sheet.lines[-1].net.amount) == "-30.00"


def test_whoever_holds_the_paper_finds_out_whether_it_is_ours():
    invoice = an_invoice()
    sheet = documents.sheet(invoice)

    assert sheet.authenticity.page == authenticity.address(invoice)
    assert sheet.authenticity.qr.startswith("<svg")
