from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from invoicing import payments
from invoicing.errors import RefusedError
from invoicing.money import CurrencyMismatchError, Money
from invoicing.payments import Balance, Receipt, Transfer
from invoicing.records import plain
from tests.builders import NOON, a_draft, a_movement, a_receipt_draft, a_seller, an_invoice, eur


@pytest.mark.parametrize(
    ("paid", "due"),
    [
        ("0.00", "120.00"),
        ("20.00", "100.00"),
        ("119.99", "0.01"),
        ("120.00", "0.00"),
        ("500.00", "0.00"),
    ],
)
def test_what_is_open_is_what_was_asked_less_what_came_and_never_less_than_nothing(paid, due):
    assert Balance(asked=eur("120.00"), paid=eur(paid)).due == eur(due)


def test_before_any_movement_all_that_the_invoice_asks_is_open():
    balance = payments.unpaid(an_invoice())

    assert (balance.due, balance.paid, balance.version) == (eur("120.00"), eur("0.00"), 0)


def test_what_the_shop_was_paid_is_not_open():
    prepaid = a_draft(payments=[{"paid_on": "2026-11-20", "amount": "20.00"}])

    assert payments.unpaid(an_invoice(prepaid)).due == eur("100.00")


def test_money_of_another_currency_pays_nothing():
    with pytest.raises(CurrencyMismatchError):
        _ = Balance(asked=eur("120.00"), paid=Money.from_minor(120, "JPY")).due


def test_a_receipt_names_the_invoice_and_the_movement():
    invoice, movement = an_invoice(), a_movement()

    draft = payments.receipt_draft(invoice, movement)

    assert draft.invoice == "FA-2026-000001"
    assert draft.invoice_issued_on == invoice.issued_on
    assert draft.total == eur("120.00")
    assert draft.movement == movement
    assert draft.page == invoice.page


def test_the_day_of_payment_is_the_sellers_own_calendar():
    late = a_movement(arrived_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert a_receipt_draft(movement=late).paid_on == date(2027, 1, 1)


@pytest.mark.parametrize(("zone", "is_there"), [("Europe/Paris", True), ("Europe/Lisbon", False)])
def test_money_of_a_day_that_has_not_begun_where_the_seller_is_pays_nothing(zone, is_there):
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # half past midnight in Paris
    told = Transfer(id="T-1", amount=Decimal("1.00"), received_on=date(2026, 11, 22))
    sold = an_invoice(a_draft(seller=a_seller(zone=zone)))

    if is_there:
        assert payments.transferred(told, sold, at=late).amount == eur("1.00")
        return
    with pytest.raises(RefusedError) as refused:
        payments.transferred(told, sold, at=late)
    assert [reason.path for reason in refused.value.reasons] == ["$.received_on"]


def test_a_receipt_is_dated_when_it_is_issued():
    receipt = a_receipt_draft().issue(number="RC-2026-000001", at=NOON)

    assert (receipt.number, receipt.issued_on) == ("RC-2026-000001", date(2026, 11, 21))


def test_a_receipt_is_the_same_after_years_on_a_disk():
    receipt = a_receipt_draft().issue(number="RC-2026-000001", at=NOON)

    assert Receipt.model_validate(plain(receipt)) == receipt


@pytest.mark.parametrize(
    ("kind", "gained"),
    [
        ("payment", "120.00"),
        ("refund", "-120.00"),
        ("refund_failed", "120.00"),
        ("dispute_withdrawn", "-120.00"),
        ("dispute_reinstated", "120.00"),
    ],
)
def test_a_movement_says_which_way_the_money_went(kind, gained):
    assert a_movement(kind=kind).gained == eur(gained)
