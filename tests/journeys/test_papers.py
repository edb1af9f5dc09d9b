"""Who is written to on paper is reminded on paper; what money overtakes is drawn again."""

from datetime import UTC, datetime, timedelta

from local.demo import clockwork
from local.demo.buyer import attached, occasion
from tests.running import asleep, wait_for
from tests.sales import an_order, remind

LATER = clockwork.at_work(datetime.now(UTC) + timedelta(days=40))


def pay_some(shop, number):
    before = shop.invoice(number)["balance"]["due"]["amount"]
    shop.tell_of_transfer(number, f"VIR-{number}", "10.00").raise_for_status()
    wait_for(lambda: shop.invoice(number)["balance"]["due"]["amount"] != before, within=60)


def to_post(shop, number):
    """The reminder of an invoice that is to be posted, if it is there."""
    told = shop.get("/v1/paper-deliveries").json()["paper_deliveries"]
    wanted = (number, "reminder")
    return next((each for each in told if (each["number"], each["occasion"]) == wanted), None)


def test_a_reminder_on_paper_says_what_is_still_open_when_it_is_fetched(stack, open_shop):
    shop, order = open_shop("papers"), an_order()
    order["buyer"] |= {"delivery": "paper"}
    shop.post(order)
    number = shop.until(order["id"], "done")["invoice"]["number"]
    clockwork.fire(stack, "PlanReminders", LATER)
    wait_for(lambda: to_post(shop, number), within=60)
    place = to_post(shop, number)["pdf"]
    wait_for(lambda: shop.get(place).status_code == 200, within=60)
    first = shop.get(place).content

    pay_some(shop, number)
    wait_for(lambda: shop.get(place).status_code == 200, within=60)

    assert shop.get(place).content != first


def test_a_reminder_that_money_overtakes_is_drawn_again_before_it_is_mailed(stack, sell):
    sale = sell()
    clockwork.until_quiet(stack)
    with asleep(stack, "DeliverNotice") as queue:
        remind(stack, sale, LATER)
        wait_for(lambda: clockwork.messages(stack, queue), within=60)
        pay_some(sale.shop, sale.number)

    mail = sale.buyer.await_mail(occasion("reminder", sale.number))
    seller = sale.invoice["invoice"]["draft"]["seller"]["id"]
    drawn = [each for each in stack.logs("DrawLetter") if f"{seller}.{sale.number}." in each]

    assert f"letter-{sale.number}.pdf" in attached(mail)
    assert len([line for line in drawn if "letter drawn" in line]) == 2
