"""Who transfers to an account of Stripe's, in parts and too much, has paid once; or not at all."""

import pytest

from local.demo import clockwork
from local.demo.buyer import occasion
from local.demo.stripe_account import StripeAccount
from tests.sales import sold


@pytest.fixture(scope="module")
def shop(open_shop):
    return open_shop("transfers", stripe_transfers="offered")


def test_a_transfer_in_two_parts_pays_once_and_what_is_too_much_is_told(stack, shop):
    account = StripeAccount(stack.stripe_url, "sk_test_transfers")
    sale = sold(stack, shop, "french-consumer")
    asked = sale.invoice["balance"]["due"]["amount"]
    cents = int(asked.replace(".", ""))
    back = sale.buyer.ask_for_transfer(sale.link)
    [payment] = account.payments_of(sale.number)

    account.transfer(payment, 2_000)
    account.transfer(payment, cents)
    sale.buyer.await_mail(occasion("receipt"))
    clockwork.until_quiet(stack)

    assert "badge awaited" in back.text
    assert sale.invoice["balance"]["paid"]["amount"] == asked
    assert sale.invoice["status"] == "paid"
    assert len(sale.invoice["receipts"]) == 1


def test_who_rather_pays_by_card_leaves_his_transfer(stack, shop):
    account = StripeAccount(stack.stripe_url, "sk_test_transfers")
    sale = sold(stack, shop, "french-consumer")
    sale.buyer.ask_for_transfer(sale.link)

    left = sale.buyer.leave_transfer(sale.link)
    sale.buyer.pay_by_card(sale.link)
    sale.buyer.await_mail(occasion("receipt"))

    assert "badge open" in left.text
    statuses = sorted(each.status for each in account.payments_of(sale.number))
    assert statuses == ["canceled", "succeeded"]


def test_a_credit_note_makes_the_transfer_that_is_awaited_smaller(stack, shop):
    account = StripeAccount(stack.stripe_url, "sk_test_transfers")
    sale = sold(stack, shop, "french-consumer")
    sale.buyer.ask_for_transfer(sale.link)
    asked = sale.invoice["balance"]["due"]["amount"]

    credit = {"id": "C-1", "reason": "Article rendu", "amount": "10.00"}
    shop.credit(sale.number, credit).raise_for_status()
    shop.credited(sale.number, "C-1")
    clockwork.until_quiet(stack)

    waiting, old = account.payments_of(sale.number)
    assert (waiting.status, old.status) == ("requires_action", "canceled")
    assert old.amount - waiting.amount == 1_000
    assert old.amount == int(asked.replace(".", ""))
