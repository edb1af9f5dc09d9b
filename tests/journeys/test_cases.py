"""A payment is disputed: nobody is reminded until the bank, and then the seller, has decided."""

from datetime import UTC, datetime, timedelta

import requests

from local.demo import clockwork
from local.demo.buyer import link_in, occasion
from tests.sales import remind

DUE = clockwork.at_work(datetime.now(UTC) + timedelta(days=40))


def ask(shop, method, path, **body):
    headers = {"Authorization": f"Bearer {shop.key}"}
    answer = requests.request(
        method, f"{shop.api_url}{path}", json=body or None, headers=headers, timeout=60
    )
    answer.raise_for_status()
    return answer.json()


def paid(sell, account):
    sale = sell()
    sale.buyer.pay_by_card(sale.link)
    sale.buyer.await_mail(occasion("receipt"))
    (payment,) = account.payments_of(sale.number)
    return sale, payment.id


def reminders(sale):
    wanted = occasion("reminder", sale.number)
    return [mail for mail in sale.buyer.mails() if wanted(mail)]


def test_a_lost_dispute_is_chased_when_the_seller_says_so(stack, sell, our_account):
    sale, payment = paid(sell, our_account)
    cases = f"/v1/invoices/{sale.number}/cases"

    dispute = our_account.control(f"/payment_intents/{payment}/dispute")["id"]
    clockwork.until_quiet(stack)
    told = ask(sale.shop, "POST", f"{cases}/{dispute}/evidence")
    clockwork.until_quiet(stack)
    ask(sale.shop, "POST", f"{cases}/{dispute}/answers", text="Nous en parlons à votre banque.")
    answer = sale.buyer.await_mail(occasion("answer", sale.number))
    assert "Nous en parlons à votre banque." in answer.text("plain")
    assert link_in(answer) == sale.link
    [case] = ask(sale.shop, "GET", cases)["cases"]
    assert (case["about"]["status"], case["may_decide"]) == ("under_review", [])
    assert told["evidence"]["file"].startswith("file_")
    assert sale.invoice["status"] == "open"
    remind(stack, sale, DUE)
    clockwork.until_quiet(stack)

    our_account.control(f"/disputes/{dispute}/settle", outcome="lost")
    clockwork.until_quiet(stack)
    next_day = clockwork.at_work(DUE + timedelta(days=1))
    remind(stack, sale, next_day)
    clockwork.until_quiet(stack)
    assert [each["reason"] for each in sale.invoice["freezes"]] == ["dispute_lost"]
    assert dispute in [
        each["id"] for each in ask(sale.shop, "GET", "/v1/cases?status=open")["cases"]
    ]
    assert reminders(sale) == []

    decided = ask(sale.shop, "POST", f"{cases}/{dispute}/decision", decision="chase")
    remind(stack, sale, clockwork.at_work(next_day + timedelta(days=1)))

    assert decided["status"] == "closed"
    sale.buyer.await_mail(occasion("reminder", sale.number))


def test_a_refund_in_the_dashboard_is_credited_and_a_promise_keeps_reminders_away(
    stack, sell, our_account
):
    sale, payment = paid(sell, our_account)
    refund = our_account.control(f"/payment_intents/{payment}/refund", amount=1000)["id"]
    clockwork.until_quiet(stack)
    assert sale.invoice["status"] == "open"
    promise = {"reason": "promise", "until": f"{DUE.date()}", "note": "called"}
    frozen = ask(sale.shop, "POST", f"/v1/invoices/{sale.number}/freezes", **promise)
    assert [each["reason"] for each in frozen["freezes"]] == ["promise", "refund_unexplained"]

    decided = ask(
        sale.shop, "POST", f"/v1/invoices/{sale.number}/cases/{refund}/decision", decision="credit"
    )
    number = sale.shop.credited(sale.number, decided["decision"]["credit"])["number"]
    clockwork.until_quiet(stack)
    lifted = ask(sale.shop, "DELETE", f"/v1/invoices/{sale.number}/freezes/promise")

    assert [each["number"] for each in sale.invoice["credit_notes"]] == [number]
    assert sale.invoice["balance"]["due"]["amount"] == "0.00"
    assert sale.invoice["balance"]["owed"]["amount"] == "0.00"
    assert [each["reason"] for each in lifted["freezes"]] == ["refund_unexplained"]
