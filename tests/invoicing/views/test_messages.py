import pytest

from invoicing import payments
from invoicing.money import Money
from invoicing.payments import Movement
from invoicing.views import messages
from tests.invoicing.einvoices import NOON, a_sample, a_seller, an_invoice

NOTHING = Money.zero("EUR")


def about_invoice(invoice):
    return messages.about_invoice(invoice, due=invoice.draft.totals.due)


def a_receipt(invoice):
    movement = Movement(
        id="pi_1", amount=Money.from_minor(5000, "EUR"), means="card", arrived_at=NOON
    )
    return payments.receipt_draft(invoice, movement).issue(number="RC-2026-000001", at=NOON)


def test_an_open_invoice_is_sent_with_its_amount_its_day_and_the_way_to_pay():
    invoice = an_invoice(a_sample("french-consumer"))

    message = about_invoice(invoice)

    assert str(message.due) == "172.10 EUR"
    assert message.due_on == invoice.due_on
    assert (message.action, message.page) == ("pay", invoice.page)


def test_what_was_paid_at_the_shop_is_not_asked_again():
    message = about_invoice(an_invoice(a_sample("paid-at-the-shop")))

    assert message.action == "view"
    assert (str(message.total), str(message.paid)) == ("78.00 EUR", "78.00 EUR")


def test_what_was_paid_since_is_not_asked_again():
    invoice = an_invoice(a_sample("french-consumer"))

    message = messages.about_invoice(invoice, due=Money.from_minor(10000, "EUR"))

    assert str(message.paid) == "72.10 EUR"


def test_only_a_business_gets_the_xml():
    assert about_invoice(an_invoice(a_sample("french-business"))).attached == ("pdf", "xml")
    assert about_invoice(an_invoice(a_sample("french-consumer"))).attached == ("pdf",)


def test_who_wants_a_link_alone_gets_no_file():
    sample = a_sample("french-business")
    buyer = sample.buyer.model_copy(update={"delivery": "link"})
    invoice = an_invoice(sample.model_copy(update={"buyer": buyer}))

    receipt = messages.about_receipt(a_receipt(invoice), due=NOTHING)

    assert (about_invoice(invoice).attached, receipt.attached) == ((), ())


def test_a_consumer_is_greeted_by_name_and_a_business_is_not():
    assert about_invoice(an_invoice(a_sample("french-consumer"))).greeted == "Camille Moreau"
    assert about_invoice(an_invoice(a_sample("french-business"))).greeted is None


def test_buyers_know_the_seller_by_its_trading_name_if_it_has_one():
    unnamed = a_seller(trading_name=None)

    assert about_invoice(an_invoice()).shop == "Atelier Lumière"
    assert about_invoice(an_invoice(seller=unnamed)).shop == "Atelier Lumière SAS"


def test_a_receipt_says_what_came_and_what_is_still_open():
    invoice = an_invoice(a_sample("french-consumer"))

    part = messages.about_receipt(a_receipt(invoice), due=Money.from_minor(12210, "EUR"))
    all_of_it = messages.about_receipt(a_receipt(invoice), due=NOTHING)

    assert (str(part.amount), part.means, str(part.due)) == ("50.00 EUR", "card", "122.10 EUR")
    assert (part.action, all_of_it.action) == ("pay", "view")


def test_the_imprint_names_the_legal_person_and_its_register():
    assert messages.imprint(a_seller(footer=None)) == (
        "Atelier Lumière SAS, SAS au capital de 10 000 €",
        "12 rue des Capucins, FR-69001 Lyon",
        "732829320 RCS Lyon · FR44732829320",
    )


@pytest.mark.parametrize(
    "odd", ["Camille\r\nBcc: all", "Camille\u2028Bcc: all", "\x85Camille\tBcc: all\n"]
)
def test_an_odd_name_is_put_on_one_line_so_that_its_invoice_can_be_mailed(odd):
    assert messages.one_line(odd) == "Camille Bcc: all"
