"""Every state of a buyer's page that can be reached today, brought about from outside."""

from collections.abc import Callable

from local.demo import clockwork
from local.demo.buyer import occasion
from local.demo.stripe_account import StripeAccount
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
    sale = sell()
    back = sale.buyer.pay_by_card(sale.link).url
    sale.buyer.await_mail(occasion("receipt"))
    clockwork.until_quiet(sale.buyer.stack)
    return back


def _paid(sell: Sell, account: StripeAccount) -> str:
    return _thanks(sell, account).partition("?")[0]


def _paid_at_the_shop(sell: Sell, _: StripeAccount) -> str:
    invoice = sell("paid-at-the-shop").invoice
    return str(invoice["page"])


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
    "not-found": _not_found,
}
