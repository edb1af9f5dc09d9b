from invoicing import payments
from invoicing.money import Money
from invoicing.payments import Balance
from invoicing.views import pages, ways_to_pay
from invoicing.views.pages import Happened
from tests.builders import a_draft, a_seller, eur
from tests.invoicing.einvoices import a_line, a_sample, an_invoice

INVOICE = an_invoice(a_sample("french-consumer"))
ASKED = INVOICE.draft.totals.due
DAY = INVOICE.issued_on
IBAN = "FR7630006000011234567890189"


def page(balance=None, *, invoice=INVOICE, **more):
    happened = Happened(balance or payments.unpaid(invoice), **more)
    return pages.invoice_page(invoice, happened, today=DAY)


def payable_by_transfer(**changes):
    seller = a_seller(iban=IBAN, bic="AGRIFRPP")
    return a_draft(seller=seller, **changes).issue(number="FA-2026-000001", at=INVOICE.issued_at)


def test_a_transfer_is_offered_for_exactly_what_is_open_with_a_reference_of_its_own():
    invoice = payable_by_transfer()
    paid = Balance(asked=invoice.draft.totals.due, paid=eur("50.00"))

    shown = page(paid, invoice=invoice)

    assert shown.transfer
    assert shown.transfer.iban == "FR76 3000 6000 0112 3456 7890 189"
    assert (shown.transfer.bic, shown.transfer.reference) == ("AGRIFRPP", "FA-2026-000001")
    assert shown.transfer == ways_to_pay.transfer(invoice, eur("70.00"))
    assert shown.transfer.qr != page(invoice=invoice).transfer.qr


def test_what_nobody_is_asked_for_cannot_be_transferred():
    invoice = payable_by_transfer()
    taken_back = Balance(asked=ASKED, paid=ASKED, withdrawn=ASKED)

    assert page(invoice=invoice, attempt="in_process").transfer is None
    assert page(taken_back, invoice=invoice).transfer is None
    assert page(Balance(asked=ASKED, paid=ASKED), invoice=invoice).transfer is None


def test_a_seller_without_stripe_has_no_button_that_does_nothing():
    shown = page(invoice=payable_by_transfer(), pays_online=False)

    assert not shown.offers_pay
    assert shown.transfer


def test_an_invoice_that_the_shop_was_paid_for_is_paid():
    shown = page(invoice=an_invoice(a_sample("paid-at-the-shop")))

    assert (shown.state, shown.transfer, shown.offers_pay) == ("paid", None, False)


def test_what_is_owed_to_the_buyer_is_said():
    over = Money.from_minor(700, "EUR")

    assert page(Balance(asked=ASKED, paid=ASKED + over)).owed == over


def test_only_a_payment_that_is_being_confirmed_makes_the_browser_look_again():
    assert page(attempt="returned").refresh_after
    assert not page(attempt="in_process").refresh_after
    assert not page().refresh_after


def test_a_very_long_invoice_shows_its_beginning_and_counts_the_rest():
    invoice = an_invoice(lines=[a_line("1.00") for _ in range(100)])

    shown = page(invoice=invoice)

    assert len(shown.lines) + shown.lines_left_out == 100
    assert shown.lines_left_out == 70


def test_a_paper_is_confirmed_with_what_it_says_for_ever():
    invoice = payable_by_transfer(payments=[a_payment("20.00")])

    shown = pages.paper_page(invoice)

    assert (shown.kind, shown.total, shown.due) == ("invoice", eur("120.00"), eur("100.00"))
    assert shown.iban == "FR76 3000 6000 0112 3456 7890 189"
    assert pages.paper_page(INVOICE).due is None


def a_payment(amount):
    return {"amount": amount, "paid_on": "2026-11-20", "means": "cash"}
