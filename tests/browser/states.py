"""Every state of a buyer's page that can be reached today, brought about from outside.

An invoice is due on the day of its issue at the earliest, so nothing that is issued here is overdue
before midnight in its seller's zone; what the page says then is in `drawn_pages` and in
`tests/functions/test_serve_pages.py`.
"""

from collections.abc import Callable

from local.demo import clockwork
from local.demo.buyer import occasion
from local.demo.stripe_account import StripeAccount
from tests.running import wait_for
from tests.sales import Sale

Sell = Callable[..., Sale]
State = Callable[[Sell, StripeAccount], str]


def _open(sell: Sell, _: StripeAccount) -> str:
    return sell().link


def _in_german(sell: Sell, _: StripeAccount) -> str:
    return sell("german-consumer").link


def _of_a_business(sell: Sell, _: StripeAccount) -> str:
    return sell("french-business").link


def _confirming(sell: Sell, account: StripeAccount) -> str:
    sale = sell()
    with account.events_travel(deliver="never"):
        return sale.buyer.pay_by_card(sale.link).url


def _in_process(sell: Sell, _: StripeAccount) -> str:
    sale = sell()
    return sale.buyer.choose("sepa_debit", sale.buyer.press_pay(sale.link)).url


def _thanks(sell: Sell, _: StripeAccount) -> str:
    return f"{_paid_sale(sell).link}?paid"


def _paid_sale(sell: Sell) -> Sale:
    sale = sell()
    sale.buyer.pay_by_card(sale.link)
    sale.buyer.await_mail(occasion("receipt"))
    clockwork.until_quiet(sale.buyer.stack)
    return sale


def _paid(sell: Sell, _: StripeAccount) -> str:
    return _paid_sale(sell).link


def _paid_at_the_shop(sell: Sell, _: StripeAccount) -> str:
    invoice = sell("paid-at-the-shop").invoice
    return str(invoice["page"])


def _disputed(sell: Sell, account: StripeAccount) -> str:
    sale = _paid_sale(sell)
    (payment,) = account.payments_of(sale.number)
    account.control(f"/payment_intents/{payment.id}/dispute")
    wait_for(lambda: "badge disputed" in sale.buyer.open(sale.link).text)
    return sale.link


def _partly_paid(sell: Sell, _: StripeAccount) -> str:
    sale = sell()
    sale.shop.tell_of_transfer(sale.number, "T-2", "20.00")
    wait_for(lambda: "badge partly_paid" in sale.buyer.open(sale.link).text)
    return sale.link


def _overpaid(sell: Sell, _: StripeAccount) -> str:
    sale = _paid_sale(sell)
    sale.shop.tell_of_transfer(sale.number, "T-1", "20.00")
    wait_for(lambda: "badge overpaid" in sale.buyer.open(sale.link).text)
    return sale.link


def _refunded(sell: Sell, _: StripeAccount) -> str:
    sale = _paid_sale(sell)
    sale.shop.credit(
        sale.number, {"id": "whole", "reason": "Retour", "whole": True, "refund": True}
    )
    wait_for(lambda: "badge refunded" in sale.buyer.open(sale.link).text)
    return sale.link


def _replaced(sell: Sell, _: StripeAccount) -> str:
    sale = sell()
    sale.shop.revoke_link(sale.number)
    return sale.link


def _paper(sell: Sell, _: StripeAccount) -> str:
    return sell().paper


def _not_found(sell: Sell, _: StripeAccount) -> str:
    return f"{sell().link}x"


STATES: dict[str, State] = {
    "open": _open,
    "open-in-german": _in_german,
    "open-of-a-business": _of_a_business,
    "confirming": _confirming,
    "in-process": _in_process,
    "thanks": _thanks,
    "paid": _paid,
    "paid-at-the-shop": _paid_at_the_shop,
    "disputed": _disputed,
    "partly-paid": _partly_paid,
    "overpaid": _overpaid,
    "refunded": _refunded,
    "replaced": _replaced,
    "paper": _paper,
    "not-found": _not_found,
}
