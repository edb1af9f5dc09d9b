"""A day that is over at Stripe is held against the books."""

from datetime import UTC, datetime, timedelta

import pytest

from local.demo import auditor, clockwork
from local.demo.buyer import occasion
from local.demo.stripe_account import StripeAccount
from tests.sales import sold

SELLER = "reconciled"


@pytest.fixture
def days_pass(stack):
    """Let the days of every account be read ahead, and forget it afterwards."""

    def cursors():
        items = auditor.items(stack, "OperationsTable")
        return {(each["pk"], each["sk"]) for each in items if each["sk"] == "CURSOR"}

    def pass_by(days):
        clockwork.fire(stack, "ReconcilePayments", datetime.now(UTC) + timedelta(days=days))
        clockwork.until_quiet(stack)

    yield pass_by
    for pk, sk in cursors():
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        stack.client("dynamodb").delete_item(TableName=stack.outputs["OperationsTable"], Key=key)


def test_a_day_with_a_transfer_and_a_refund_differs_in_nothing(stack, open_shop, days_pass):
    shop = open_shop(SELLER, stripe_transfers="offered")
    account = StripeAccount(stack.stripe_url, f"sk_test_{SELLER}")
    days_pass(0)
    exact, refunded = (sold(stack, shop, "french-consumer") for _ in range(2))
    exact.buyer.ask_for_transfer(exact.link)
    [payment] = account.payments_of(exact.number)
    account.transfer(payment, payment.amount)
    exact.buyer.await_mail(occasion("receipt"))
    refunded.buyer.pay_by_card(refunded.link)
    refunded.buyer.await_mail(occasion("receipt"))
    with account.events_travel(deliver="never"):
        account.refund(account.payments_of(refunded.number)[0], 2000)
        clockwork.until_quiet(stack)
        days_pass(2)

    today = shop.get(f"/v1/reconciliations/{datetime.now(UTC).date()}").json()

    assert refunded.invoice["balance"]["refunded"]["amount"] == "20.00"
    assert today["different"] == 0
