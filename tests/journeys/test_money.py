"""Money that goes back, that comes by another way, and that no webhook told."""

from datetime import timedelta

import pytest

from local.demo import auditor, clockwork
from local.demo.buyer import occasion
from tests.running import wait_for


@pytest.fixture
def paid(sell, our_account):
    """A sale whose buyer has paid by card, and his payment at Stripe."""
    sale = sell()
    sale.buyer.pay_by_card(sale.link)
    sale.buyer.await_mail(occasion("receipt"))
    [payment] = our_account.payments_of(sale.number)
    return sale, payment


def receipts(sale):
    """The mails that told of money, either way."""
    return [each for each in sale.buyer.mails() if occasion("receipt")(each)]


def balance_of(sale, name):
    return sale.invoice["balance"][name]["amount"]


def test_a_part_that_the_seller_refunds_in_stripes_dashboard_shows(paid, our_account):
    sale, payment = paid

    our_account.refund(payment, 2000)

    wait_for(lambda: balance_of(sale, "refunded") == "20.00")
    wait_for(lambda: len(receipts(sale)) == 2)
    assert "20,00" in sale.buyer.open(sale.link).text


def test_what_was_paid_too_much_goes_back_the_way_it_came(stack, paid, our_account):
    sale, payment = paid
    sale.shop.tell_of_transfer(sale.number, f"VIR-{sale.number}", "50.00").raise_for_status()
    wait_for(lambda: balance_of(sale, "owed") == "50.00")

    asked = {"id": f"back-{sale.number}", "reason": "paid twice"}
    answer = sale.shop.ask_refund(sale.number, asked)
    answer.raise_for_status()

    wait_for(lambda: sale.shop.get(answer.json()["href"]).json()["state"] == "MADE")
    assert our_account.refunded(payment) == [5000]
    wait_for(lambda: balance_of(sale, "owed") == "0.00")
    assert sale.shop.ask_refund(sale.number, asked).json() == answer.json()
    clockwork.until_quiet(stack)
    assert our_account.refunded(payment) == [5000]


def test_what_the_dashboard_left_owed_goes_back_and_is_a_task_until_then(paid, our_account):
    sale, payment = paid
    sale.shop.tell_of_transfer(sale.number, f"VIR-{sale.number}", "50.00").raise_for_status()
    wait_for(lambda: balance_of(sale, "owed") == "50.00", within=60)
    our_account.refund(payment, 2000)
    wait_for(lambda: balance_of(sale, "owed") == "30.00", within=60)
    wait_for(lambda: ("owed", sale.number) in tasks_of(sale), within=60)

    asked = {"id": f"rest-{sale.number}", "reason": "paid twice"}
    sale.shop.ask_refund(sale.number, asked).raise_for_status()

    wait_for(lambda: balance_of(sale, "owed") == "0.00", within=60)
    assert sorted(our_account.refunded(payment)) == [2000, 3000]
    wait_for(lambda: ("owed", sale.number) not in tasks_of(sale), within=60)


def tasks_of(sale):
    told = sale.shop.get("/v1/tasks").json()["tasks"]
    return [(each["kind"], each["about"]) for each in told]


def test_a_credit_note_that_refunds_is_one_order(paid, our_account):
    sale, payment = paid
    credit = {"id": f"c-{sale.number}", "reason": "Article rendu", "whole": True, "refund": True}

    sale.shop.credit(sale.number, credit).raise_for_status()

    note = sale.shop.credited(sale.number, credit["id"])
    assert sale.buyer.await_mail(occasion("credit_note", note["number"]))
    wait_for(lambda: len(receipts(sale)) == 2)
    assert our_account.refunded(payment) == [payment.amount_received]
    assert (balance_of(sale, "due"), balance_of(sale, "owed")) == ("0.00", "0.00")


def test_a_transfer_that_the_seller_tells_of_pays(sell):
    sale = sell()
    due = balance_of(sale, "due")

    sale.shop.tell_of_transfer(sale.number, f"VIR-{sale.number}", due).raise_for_status()

    assert sale.buyer.await_mail(occasion("receipt"))
    again = sale.shop.tell_of_transfer(sale.number, f"VIR-{sale.number}", due)
    assert again.status_code == 202
    assert (sale.invoice["status"], balance_of(sale, "paid")) == ("paid", due)


def test_a_payment_that_no_webhook_told_is_found_within_the_hour(stack, sell, our_account):
    sale = sell()
    with our_account.events_travel(deliver="never"):
        sale.buyer.pay_by_card(sale.link)
        clockwork.until_quiet(stack)
        assert sale.invoice["status"] == "open"

        clockwork.fire(stack, "ReconcilePayments", our_account.now + timedelta(seconds=2))

        assert sale.buyer.await_mail(occasion("receipt"))
    assert sale.invoice["status"] == "paid"
    assert auditor.faults(auditor.read(stack)) == []


def test_a_webhooks_secret_may_be_rolled_while_payments_come_in(sell, our_account):
    our_account.roll_webhook_secret()
    sale = sell()

    sale.buyer.pay_by_card(sale.link)

    assert sale.buyer.await_mail(occasion("receipt"))
    assert sale.invoice["status"] == "paid"
