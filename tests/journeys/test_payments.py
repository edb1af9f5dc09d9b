"""A buyer is charged at most once, and what Stripe tells is recorded once."""

from concurrent.futures import ThreadPoolExecutor

import requests

from local.demo import auditor, clockwork
from local.demo.buyer import occasion


def receipts_of(stack, number: str):
    receipts = auditor.read(stack).entries.get("journeys.receipt", [])
    return [each["body"] for each in receipts if each["body"]["draft"]["invoice"] == number]


def test_an_unsigned_webhook_is_refused_without_a_word(our_shop):
    body = '{"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "x"}}}'

    for headers in ({}, {"Stripe-Signature": "t=1,v1=00"}):
        for seller in ("journeys", "nobody"):
            address = f"{our_shop.api_url}/v1/stripe/{seller}"
            answer = requests.post(address, body, headers=headers, timeout=60)
            assert (answer.status_code, answer.content) == (400, b"")


def test_a_lost_webhook_leaves_the_invoice_open_and_nothing_else(stack, sell, our_account):
    sale = sell()
    clockwork.until_quiet(stack)
    books, mails = auditor.read(stack), len(stack.mail())

    with our_account.events_travel(deliver="never"):
        page = sale.buyer.pay_by_card(sale.link)
        clockwork.until_quiet(stack)

    assert sale.invoice["status"] == "open"
    assert page.headers["Refresh"] == "5"  # the buyer is told that it is being confirmed
    assert (auditor.read(stack), len(stack.mail())) == (books, mails)


def test_events_that_come_twice_and_in_reverse_record_one_payment(stack, sell, our_account):
    sale = sell()

    with our_account.events_travel(repeat=2, order="reversed"):
        sale.buyer.choose("sepa_debit", sale.buyer.press_pay(sale.link))
        (payment,) = our_account.payments_of(sale.number)
        our_account.settle(payment, "succeeded")
    sale.buyer.await_mail(occasion("receipt"))
    clockwork.until_quiet(stack)

    assert [each["draft"]["movement"]["id"] for each in receipts_of(stack, sale.number)] == [
        payment.id
    ]
    assert sale.invoice["status"] == "paid"


def test_a_declined_card_leaves_the_invoice_open_for_another_try(stack, sell, our_account):
    sale = sell()
    checkout = sale.buyer.press_pay(sale.link)

    declined = sale.buyer.choose("declined_card", checkout)
    clockwork.until_quiet(stack)

    assert "declined" in declined.text
    assert sale.invoice["status"] == "open"
    sale.buyer.choose("card", checkout)
    sale.buyer.await_mail(occasion("receipt"))
    assert sale.invoice["status"] == "paid"
    (payment,) = our_account.payments_of(sale.number)
    assert payment.amount_received == payment.amount


def test_5900_yen_are_charged_as_5900(sell, our_account):
    sale = sell("japanese-consumer")

    sale.buyer.pay_by_card(sale.link)

    (payment,) = our_account.payments_of(sale.number)
    assert (payment.amount_received, payment.currency) == (5900, "jpy")
    sale.buyer.await_mail(occasion("receipt"))
    assert sale.invoice["balance"]["paid"] == {"amount": "5900", "currency": "JPY"}


def test_a_debit_under_way_blocks_another_payment(stack, sell, our_account):
    sale = sell()
    sale.buyer.choose("sepa_debit", sale.buyer.press_pay(sale.link))
    clockwork.until_quiet(stack)

    back = sale.buyer.press_pay(sale.link)

    assert sale.invoice["status"] == "open"
    assert back == sale.link
    assert "/pay" not in sale.buyer.open(back).text
    assert len(our_account.payments_of(sale.number)) == 1


def test_a_debit_under_way_blocks_another_payment_on_the_days_that_follow(stack, sell, our_account):
    sale = sell()
    sale.buyer.choose("sepa_debit", sale.buyer.press_pay(sale.link))
    clockwork.until_quiet(stack)

    our_account.control("/clock", advance=25 * 3600)
    sale.buyer.choose("card", sale.buyer.press_pay(sale.link))

    assert len(our_account.payments_of(sale.number)) == 1


def test_two_tabs_that_pay_at_once_are_one_session_and_one_charge(stack, sell, our_account):
    sale = sell()

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(sale.buyer.press_pay, [sale.link] * 2))
        list(pool.map(lambda page: sale.buyer.choose("card", page), pages))
    sale.buyer.await_mail(occasion("receipt"))
    clockwork.until_quiet(stack)

    assert pages[0] == pages[1]
    assert len(our_account.payments_of(sale.number)) == 1
    assert len(receipts_of(stack, sale.number)) == 1


def test_who_has_paid_is_not_led_to_stripe_again(sell, our_account):
    sale = sell()
    sale.buyer.pay_by_card(sale.link)
    sale.buyer.await_mail(occasion("receipt"))

    assert sale.buyer.press_pay(sale.link) == sale.link
    assert len(our_account.sessions_of(sale.number)) == 1
