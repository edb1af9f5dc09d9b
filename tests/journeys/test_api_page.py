"""What docs/api.md shows in Python leads from an order to its payment."""

from datetime import UTC, datetime

from tests.api.test_page import blocks
from tests.running import wait_for
from tests.sales import an_order


def test_the_way_that_the_page_shows_leads_from_an_order_to_its_payment(our_shop, monkeypatch):
    monkeypatch.setenv("FACTURIER_URL", our_shop.api_url)
    monkeypatch.setenv("FACTURIER_KEY", our_shop.key)
    shown = {}
    exec(blocks("python")[0], shown)  # noqa: S102  the page's own words
    order = an_order()

    invoice = shown["invoice_of"](order)
    today = f"{datetime.now(UTC).date()}"
    due = invoice["balance"]["due"]["amount"]
    shown["tell_of_transfer"](invoice["number"], f"T-{order['id']}", due, today)

    wait_for(lambda: our_shop.invoice(invoice["number"])["status"] == "paid")
