import pytest

from invoicing import authenticity
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.sellers_table import sellers
from tests.books import an_invoice_in_the_books, issue_credit
from tests.builders import TOKEN, a_seller
from tests.doors import call

IBAN = "FR7630006000011234567890189"
pytestmark = pytest.mark.usefixtures("shop")


def paper(document):
    return authenticity.address(document).removeprefix("https://pages.example")


def get(path):
    return call("confirm_document", "GET", path, key=None)


def test_whoever_holds_an_invoice_sees_what_it_must_say():
    invoice = an_invoice_in_the_books(seller=a_seller(iban=IBAN))

    answer = get(paper(invoice))

    assert answer.status == 200
    for said in ("FA-2026-000001", "120,00", "21 novembre 2026", "Atelier Lumière SAS"):
        assert said in answer.text
    assert "FR76 3000 6000 0112 3456 7890 189" in answer.text


def test_a_credit_note_is_confirmed_too():
    an_invoice_in_the_books()
    number = issue_credit("FA-2026-000001", amount="30.00").body["number"]
    note = book().credit_note(a_seller(), number)

    answer = get(paper(note))

    assert (answer.status, number in answer.text, "30,00" in answer.text) == (200, True, True)


def test_the_account_stays_the_one_that_was_printed():
    # A seller who changes his bank does not make the papers that he issued false.
    invoice = an_invoice_in_the_books(seller=a_seller(iban=IBAN))
    sellers().save(a_seller(iban="DE89370400440532013000"))

    answer = get(paper(invoice))

    assert "FR76" in answer.text
    assert "DE89" not in answer.text


def test_it_is_no_link_to_pay_and_tells_nothing_of_the_buyer():
    answer = get(paper(an_invoice_in_the_books()))

    assert "<form" not in answer.text
    assert "/i/" not in answer.text
    assert TOKEN not in answer.text
    assert "Camille" not in answer.text


def test_a_wrong_proof_tells_nothing():
    path = paper(an_invoice_in_the_books())
    whole = path.rpartition("/")[0]
    wrong = [
        path[:-1],
        path + "A",
        f"{whole}/{TOKEN}",
        f"{whole}/é",
        path.replace("000001", "000002"),
        path.replace("FA-", "AV-"),
        path.replace("atelier", "lampes"),
    ]

    answers = [get(each) for each in wrong]

    assert {answer.status for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert "FA-2026" not in answers[0].text
