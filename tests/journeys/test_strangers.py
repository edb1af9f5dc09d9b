"""Whatever is sent, the API answers as docs/openapi.json says, and never that it is broken."""

from tests.journeys import strangers
from tests.sales import sold


def test_three_hundred_calls_that_nobody_thought_of_are_answered_as_described(stack, open_shop):
    shop = open_shop("strangers")
    sale = sold(stack, shop, "french-consumer")

    there = {"/v1/orders/": [sale.order["id"]], "/v1/invoices/": [sale.number]}

    told = strangers.call(shop, there, times=300)

    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr
