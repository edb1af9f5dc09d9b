"""A seller's morning: what waits for him, what he has to post, and the mail that tells him."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import requests

from local.demo import clockwork
from local.demo.buyer import Buyer, occasion
from local.demo.shop import sample
from tests.sales import an_order

EIGHT, DAY = 8, timedelta(days=1)
NOW = datetime.now(ZoneInfo("Europe/Paris"))
MORNING = (NOW if NOW.hour < EIGHT else NOW + DAY).replace(hour=EIGHT, minute=0)
PAID_TOO_MUCH = [{"paid_on": "2026-11-20", "amount": "5000.00"}]


def waiting(shop):
    answer = shop.get("/v1/tasks").json()
    return [(each["kind"], each["about"]) for each in answer["tasks"]]


def test_a_seller_posts_what_is_on_paper_and_is_told_in_the_morning_what_waits(stack, open_shop):
    shop = open_shop("mornings")
    held, paper = an_order(payments=PAID_TOO_MUCH), an_order()
    paper["buyer"] |= {"delivery": "paper"}
    shop.post(held)
    shop.post(paper)
    shop.until(held["id"], "held")
    number = shop.until(paper["id"], "done")["invoice"]["number"]
    assert waiting(shop) == [("held_order", held["id"]), ("paper", number)]

    [to_post] = shop.get("/v1/paper-deliveries").json()["paper_deliveries"]
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

    assert waiting(shop) == [("held_order", held["id"])]
    assert held["id"] in text
    assert "Factures (1)" in text
    assert len([each for each in seller.mails() if ours(each)]) == 1
    assert Buyer(stack, paper["buyer"]["email"]).mails() == []


def test_an_email_that_nobody_gave_is_no_reason_to_forget_its_buyer(open_shop):
    shop, order = open_shop("mornings-too"), an_order()
    order["buyer"] = {
        name: value for name, value in sample("french-consumer")["buyer"].items() if name != "email"
    }
    shop.post(order)

    number = shop.until(order["id"], "done")["invoice"]["number"]

    assert waiting(shop) == [("paper", number)]
