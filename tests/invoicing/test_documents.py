from invoicing import documents, requests
from tests.builders import (
    NOON,
    RECEIPTS,
    a_movement,
    a_notice,
    a_receipt_draft,
    a_request,
    a_seller,
    sealed,
)

BOOKS = {"accountant": "books@accountant.example", "accountant_copies": "documents"}
OF_ORDER = a_notice().model_copy(update={"order": "1001"})


def owed(**order):
    [entry] = sealed(a_request(**order).ready()).entries
    return documents.mails(entry)


def test_an_invoice_owes_its_buyer_a_mail_as_of_its_issue():
    assert owed() == [OF_ORDER]


def test_the_accountant_is_owed_a_copy_where_the_seller_wants_it():
    to_buyer, copy = owed(seller=a_seller(**BOOKS))

    assert to_buyer == OF_ORDER
    assert (copy.key, copy.recipient) == (a_notice(way="copy").key, "books@accountant.example")


def test_a_receipt_owes_its_mail_but_not_of_what_the_buyers_bank_tells_him():
    def told(kind):
        draft = a_receipt_draft(movement=a_movement(kind=kind))
        [entry] = sealed(requests.of_payment(draft, at=NOON), series=RECEIPTS).entries
        return [each.key for each in documents.mails(entry)]

    assert told("payment") == [a_notice("receipt", number="RC-2026-000001").key]
    assert told("dispute_withdrawn") == []
