"""A seller's morning: what waits for him, what he has to post, and the mail that tells him."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import requests

from local.demo import clockwork
from local.demo.buyer import Buyer, occasion
from tests.sales import an_order

DAY, SEVEN = timedelta(days=1), 7
SOON = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(hours=3)  # it tells of an hour before
MORNING = SOON if SOON.hour >= SEVEN else SOON.replace(hour=SEVEN)
PAID_TOO_MUCH = [{"paid_on": "2025-11-20", "amount": "5000.00"}]


def waiting(shop):
    answer = shop.get("/v1/tasks").json()
    return [(each["kind"], each["about"]) for each in answer["tasks"]]


def numbered(shop, order):
    shop.post(order)
    return shop.until(order["id"], "done")["invoice"]["number"]


def test_a_seller_posts_what_is_on_paper_and_is_told_in_the_morning_what_waits(stack, open_shop):
    shop = open_shop("mornings")
    held, paper, unknown = an_order(payments=PAID_TOO_MUCH), an_order(), an_order()
    paper["buyer"] |= {"delivery": "paper"}
    del unknown["buyer"]["email"]
    shop.post(held)
    shop.until(held["id"], "held")
    numbers = [numbered(shop, each) for each in (paper, unknown)]
    on_paper = [("paper", number) for number in numbers]
    assert waiting(shop) == [("held_order", held["id"]), *on_paper]

    to_post = shop.get("/v1/paper-deliveries").json()["paper_deliveries"][0]
    assert shop.get(to_post["pdf"]).content.startswith(b"%PDF")
    posted = requests.post(
        f"{stack.api_url}/v1/paper-deliveries/{to_post['id']}/delivered",
        headers={"authorization": f"Bearer {shop.key}"},
        timeout=30,
    )
    assert posted.status_code == HTTPStatus.OK, posted.text

    clockwork.fire(stack, "SendDigests", MORNING.astimezone(UTC))
    clockwork.fire(stack, "SendDigests", (MORNING + timedelta(hours=1)).astimezone(UTC))
    seller = Buyer(stack, "bonjour@atelier-lumiere.example")
    ours = occasion("digest", f"mornings_{MORNING.date()}")
    text = seller.await_mail(ours).text("plain")
    clockwork.until_quiet(stack)
    clockwork.fire(stack, "WatchDeliveries", (MORNING + DAY).astimezone(UTC))
    clockwork.until_quiet(stack)

    assert waiting(shop) == [("held_order", held["id"]), on_paper[1]]
    story = shop.get(f"/v1/invoices/{numbers[0]}/timeline").json()["events"]
    assert [each["what"] for each in story] == ["issued", "stored", "mail", "next_reminder"]
    assert (story[2]["state"], story[2]["way"]) == ("posted", "paper")
    assert held["id"] in text
    assert "Factures (2)" in text
    assert len([each for each in seller.mails() if ours(each)]) == 1
    assert Buyer(stack, paper["buyer"]["email"]).mails() == []
