"""One mail for one occasion, whatever SES does."""

import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
import requests

from invoicing.adapters import aws
from invoicing.notices import GRACE
from invoicing.records import canonical
from local.demo import auditor, clockwork
from local.demo.buyer import occasion
from local.demo.shop import Shop
from tests.running import wait_for
from tests.sales import an_order, remind

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailbox(stack):
    clockwork.until_quiet(stack)
    yield stack.mailbox
    stack.mailbox.control(throttle=0, lose_answers=0, events="in time")


def notice_to(stack, email: str):
    """Find the notice of an invoice's mail; there is nothing before the first attempt."""
    notices = [
        item for item in auditor.items(stack, "OperationsTable") if item["sk"] == "invoice#0"
    ]
    return next((each for each in notices if email.encode() in each["notice"].value), {})


def numbered(shop: Shop, order) -> str:
    shop.post(order)
    number: str = shop.until(order["id"], "done")["invoice"]["number"]
    return number


def mails_to(stack, email: str):
    return [mail for mail in stack.mail() if email in mail.envelope.recipients]


def state_of(stack, order) -> str:
    return str(notice_to(stack, order["buyer"]["email"]).get("state"))


def test_a_lost_answer_of_ses_is_made_good_by_its_event(stack, our_shop, mailbox):
    order = an_order()
    mailbox.control(lose_answers=1)

    numbered(our_shop, order)
    wait_for(lambda: state_of(stack, order) == "DELIVERED")
    clockwork.fire(stack, "SweepRequests", datetime.now(UTC) + GRACE + 2 * MINUTE)
    clockwork.until_quiet(stack)

    assert len(mails_to(stack, order["buyer"]["email"])) == 1
    assert state_of(stack, order) == "DELIVERED"


def test_an_invoice_whose_answer_and_events_are_lost_is_sent_again_after_a_while(
    stack, our_shop, mailbox
):
    order = an_order()
    mailbox.control(lose_answers=1, events="never")
    numbered(our_shop, order)
    wait_for(lambda: state_of(stack, order) == "UNKNOWN")
    mailbox.control(events="in time")

    long_ago(stack, order)
    clockwork.fire(stack, "SweepRequests", datetime.now(UTC) + 2 * MINUTE)
    wait_for(lambda: state_of(stack, order) == "DELIVERED")

    mails = mails_to(stack, order["buyer"]["email"])
    assert [mail.envelope.tags["attempt"] for mail in mails] == ["1", "2"]


def long_ago(stack, order) -> None:
    """Let the grace be over: the notice is put back as if it had been in doubt for an hour."""
    item = notice_to(stack, order["buyer"]["email"])
    notice = json.loads(item["notice"].value)
    then = (datetime.fromisoformat(notice["since"]) - GRACE).isoformat()
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["OperationsTable"],
        Key=aws.to_item({"pk": item["pk"], "sk": item["sk"]}),
        UpdateExpression="SET notice = :notice, inbox_at = :then",
        ExpressionAttributeValues=aws.to_item(
            {":notice": canonical(notice | {"since": then}), ":then": then}
        ),
    )


@pytest.mark.parametrize(("address", "state"), [("bounce", "BOUNCED"), ("complaint", "COMPLAINED")])
@pytest.mark.usefixtures("mailbox")
def test_what_comes_back_shows_in_its_notice(stack, our_shop, address, state):
    order = an_order()
    order["buyer"]["email"] = f"{address}+{order['id'].lower()}@simulator.amazonses.com"

    numbered(our_shop, order)
    wait_for(lambda: state_of(stack, order) == state)

    assert len(mails_to(stack, order["buyer"]["email"])) == 1


@pytest.mark.usefixtures("mailbox")
def test_who_gave_a_mail_back_is_written_to_elsewhere_and_stands_in_the_sellers_list(
    stack, our_shop
):
    order = an_order()
    other = f"other+{order['id'].lower()}@buyer.example"
    order["buyer"] |= {
        "email": f"bounce+{order['id'].lower()}@simulator.amazonses.com",
        "fallback_email": other,
    }

    number = numbered(our_shop, order)
    wait_for(lambda: mails_to(stack, other))

    listed = requests.get(
        f"{stack.api_url}/v1/returned-mails",
        headers={"authorization": f"Bearer {our_shop.key}"},
        timeout=30,
    ).json()["returned_mails"]
    [returned] = [each for each in listed if each["number"] == number]
    assert (returned["hint"], returned["state"]) == ("b…@simulator.amazonses.com", "BOUNCED")
    lifted = requests.delete(
        f"{stack.api_url}/v1/returned-mails/{returned['id']}",
        headers={"authorization": f"Bearer {our_shop.key}"},
        timeout=30,
    )
    assert lifted.status_code == HTTPStatus.OK, lifted.text


def test_events_that_come_late_and_twice_end_the_same(stack, our_shop, mailbox):
    order = an_order()
    mailbox.control(events="late")
    numbered(our_shop, order)
    wait_for(lambda: state_of(stack, order) == "SENT")

    mailbox.control(events="twice")
    wait_for(lambda: state_of(stack, order) == "DELIVERED")
    clockwork.until_quiet(stack)

    assert state_of(stack, order) == "DELIVERED"


def test_a_throttled_mail_arrives_once_and_later(stack, our_shop, mailbox):
    order = an_order()
    mailbox.control(throttle=1)

    numbered(our_shop, order)
    wait_for(lambda: notice_to(stack, order["buyer"]["email"]).get("attempt") == 1)
    wait_for(lambda: state_of(stack, order) == "QUEUED")
    clockwork.fire(stack, "SweepRequests", datetime.now(UTC) + 3 * MINUTE)
    wait_for(lambda: state_of(stack, order) == "DELIVERED")

    (mail,) = mails_to(stack, order["buyer"]["email"])
    assert mail.envelope.tags["attempt"] == "2"


def test_nobody_writes_again_to_who_gave_a_mail_back_until_the_seller_lifts_it(
    stack, our_shop, mailbox
):
    order, later = an_order(), an_order()
    gone = f"bounce+{order['id'].lower()}@simulator.amazonses.com"
    order["buyer"]["email"] = later["buyer"]["email"] = gone
    first = numbered(our_shop, order)
    wait_for(lambda: state_of(stack, order) == "BOUNCED")

    second = numbered(our_shop, later)
    wait_for(lambda: [each["reason"] for each in frozen(our_shop, second)] == ["bounce"])

    assert len(mails_to(stack, gone)) == 1
    [returned] = [
        each
        for each in our_shop.get("/v1/returned-mails").json()["returned_mails"]
        if each["number"] == first
    ]
    headers = {"authorization": f"Bearer {our_shop.key}"}
    place = f"{stack.api_url}/v1/returned-mails/{returned['id']}"
    mailbox.control(events="never")  # both are mailed again, and would come back again
    requests.delete(place, headers=headers, timeout=30).raise_for_status()
    assert [frozen(our_shop, each) for each in (first, second)] == [[], []]
    wait_for(lambda: len(mails_to(stack, gone)) == 3)


def frozen(shop: Shop, number: str):
    return shop.invoice(number)["freezes"]


def test_a_reminder_in_doubt_is_a_task_until_the_seller_has_it_sent_again(
    stack, our_shop, mailbox, sell
):
    sale = sell()
    clockwork.until_quiet(stack)
    mailbox.control(lose_answers=1, events="never")
    remind(stack, sale, clockwork.at_work(datetime.now(UTC) + timedelta(days=40)))
    wait_for(lambda: doubts(our_shop), within=60)
    mailbox.control(events="in time")
    [task] = doubts(our_shop)

    headers = {"authorization": f"Bearer {our_shop.key}"}
    again = f"{stack.api_url}/v1/tasks/mail/{task['id']}/again"
    requests.post(again, headers=headers, timeout=30).raise_for_status()

    wait_for(lambda: not doubts(our_shop), within=60)
    sale.buyer.await_mail(occasion("reminder", sale.number))


def doubts(shop: Shop):
    return [each for each in shop.get("/v1/tasks").json()["tasks"] if each["kind"] == "mail"]
