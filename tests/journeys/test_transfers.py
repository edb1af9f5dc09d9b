"""Who transfers to an account of Stripe's, in parts and too much, has paid once."""

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
    back = sale.buyer.choose("transfer", sale.buyer.press_pay(sale.link))
    [payment] = account.payments_of(sale.number)

    account.transfer(payment, 2_000)
    account.transfer(payment, cents)
    sale.buyer.await_mail(occasion("receipt"))
    clockwork.until_quiet(stack)

    assert "badge awaited" in back.text
    assert sale.invoice["balance"]["paid"]["amount"] == asked
    assert sale.invoice["status"] == "paid"
    assert len(sale.invoice["receipts"]) == 1
