"""A plan of the seller's own is followed to its end."""

from datetime import UTC, datetime, timedelta

from local.demo import clockwork
from local.demo.buyer import occasion
from tests.running import wait_for
from tests.sales import remind, sold

ONCE = [{"days": 7, "tone": "friendly"}]


def test_a_plan_of_one_reminder_is_over_after_it(stack, open_shop):
    shop = open_shop("brief", reminders={"consumer": ONCE})
    sale = sold(stack, shop, "french-consumer")
    later = clockwork.at_work(datetime.now(UTC) + timedelta(days=40))

    for _ in range(2):
        remind(stack, sale, later)
        clockwork.until_quiet(stack)
        later = clockwork.at_work(later + timedelta(days=30))

    told = [each for each in sale.buyer.mails() if occasion("reminder", sale.number)(each)]
    assert len(told) == 1
    story = shop.get(f"/v1/invoices/{sale.number}/timeline").json()["events"]
    assert "next_reminder" not in [each["what"] for each in story]
    late = shop.get(f"/v1/invoices/{sale.number}/late-payment").json()
    assert [each["code"] for each in late["unclaimed"]["reasons"]] == ["no_notice_of_default"]
    due = shop.invoice(sale.number)["balance"]["due"]["amount"]
    shop.tell_of_transfer(sale.number, f"VIR-{sale.number}", due).raise_for_status()
    wait_for(lambda: shop.invoice(sale.number)["status"] == "paid")
    clockwork.until_quiet(stack)
