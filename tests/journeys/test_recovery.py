"""What is lost is found again, what is poisoned is put aside, what is repeated changes nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from invoicing.adapters.queues import Round
from local.demo import auditor, clockwork
from local.demo.buyer import attached, occasion
from local.stack import Stack
from tests.running import asleep, wait_for
from tests.sales import an_order, sold


def test_a_poisoned_message_is_put_aside_where_an_alarm_watches(stack, impatient_queues):
    clockwork.until_quiet(stack)
    for url in impatient_queues.values():
        ordered = {"MessageGroupId": "poison", "MessageDeduplicationId": "poison"}
        more = ordered if url.endswith(".fifo") else {}
        stack.client("sqs").send_message(QueueUrl=url, MessageBody="poison", **more)

    clockwork.until_quiet(stack)

    dead = auditor.dead_letters(stack)
    assert len(dead) == len(impatient_queues)
    for logical_id, count in dead.items():
        assert count == 1
        assert taken_from(stack, stack.resources[logical_id]) == ["poison"]
        assert is_watched(stack, logical_id)


@pytest.mark.parametrize("worker", ["CheckDraft", "IssueDocument", "RenderDocument"])
def test_a_lost_message_is_found_by_the_sweeper(stack, our_shop, worker):
    order = an_order()
    clockwork.until_quiet(stack)
    with asleep(stack, worker) as queue:
        our_shop.post(order)
        wait_for(lambda: clockwork.messages(stack, queue))
        stack.client("sqs").purge_queue(QueueUrl=queue)

    assert our_shop.order(order["id"])["status"] != "done"
    clockwork.fire(stack, "SweepRequests", datetime.now(UTC) + timedelta(minutes=1, seconds=1))

    assert our_shop.until(order["id"], "done")


def test_a_refund_whose_message_is_lost_is_made_all_the_same(stack, sell, our_account):
    sale = sell()
    sale.buyer.pay_by_card(sale.link)
    sale.buyer.await_mail(occasion("receipt"))
    [payment] = our_account.payments_of(sale.number)
    credit = {"id": f"l-{sale.number}", "reason": "Article rendu", "whole": True, "refund": True}
    with asleep(stack, "RefundPayment") as queue:
        sale.shop.credit(sale.number, credit).raise_for_status()
        sale.shop.credited(sale.number, credit["id"])
        wait_for(lambda: clockwork.messages(stack, queue), within=60)
        stack.client("sqs").purge_queue(QueueUrl=queue)

    clockwork.fire(stack, "SweepRequests", datetime.now(UTC) + timedelta(minutes=1, seconds=1))

    wait_for(lambda: our_account.refunded(payment) == [payment.amount_received], within=60)


def test_a_run_of_reminders_that_dies_half_way_is_finished_by_the_next_one(stack, open_shop):
    shop = open_shop("halfway")
    sales = [sold(stack, shop, "french-consumer") for _ in range(2)]
    clockwork.until_quiet(stack)
    later = clockwork.at_work(datetime.now(UTC) + timedelta(days=40))
    with asleep(stack, "SendReminders") as queue:
        plan_reminders(stack, "halfway", later)
        wait_for(lambda: clockwork.messages(stack, queue) == len(sales))
        [lost, again] = taken_from(stack, queue)
        stack.client("sqs").send_message(QueueUrl=queue, MessageBody=again)
    clockwork.until_quiet(stack)
    assert len(reminded(sales)) == 1

    plan_reminders(stack, "halfway", later)
    clockwork.until_quiet(stack)

    assert lost != again
    assert reminded(sales) == [sale.number for sale in sales]


def reminded(sales) -> list[str]:
    """Name, as often as one came, whose letter came."""
    wanted = [(sale, occasion("reminder", sale.number)) for sale in sales]
    return [
        sale.number
        for sale, is_reminder in wanted
        for mail in filter(is_reminder, sale.buyer.mails())
        if f"letter-{sale.number}.pdf" in attached(mail)
    ]


def plan_reminders(stack: Stack, seller: str, at: datetime) -> None:
    """Ask for one seller's part of the hourly run."""
    asked = Round(at=at, seller=seller)
    stack.client("sqs").send_message(
        QueueUrl=stack.resources["RemindersToPlan"], MessageBody=asked.model_dump_json()
    )


def test_a_second_message_to_render_changes_nothing(stack, sell):
    sale = sell()
    clockwork.until_quiet(stack)
    books, mails = auditor.read(stack), len(stack.mail())
    (stored,) = [each for each in books.files if in_series(each, sale.number)]

    message = json.dumps({"place": stored["place"]})
    queue = stack.resources["DocumentsToRender"]
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=message)
    clockwork.until_quiet(stack)

    assert (auditor.read(stack), len(stack.mail())) == (books, mails)
    assert len(versions(stack, stored["pdf"]["key"])) == 1


def in_series(stored, number: str) -> bool:
    series = stored["place"]["series"]
    return (stored["number"], series) == (number, {"seller": "journeys", "kind": "invoice"})


def versions(stack: Stack, key: str):
    bucket = stack.outputs["DocumentsBucket"]
    return stack.client("s3").list_object_versions(Bucket=bucket, Prefix=key)["Versions"]


def taken_from(stack: Stack, queue: str) -> list[str]:
    sqs = stack.client("sqs")
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    for message in messages:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in messages]


def is_watched(stack: Stack, queue: str) -> bool:
    """Say whether an alarm counts this queue; tests/test_alarms.py says who is told of it."""
    [alarm] = stack.client("cloudwatch").describe_alarms(
        AlarmNames=[stack.resources[f"{queue}Alarm"]]
    )["MetricAlarms"]
    watched = {"Name": "QueueName", "Value": stack.resources[queue].rpartition("/")[2]}
    return watched in alarm["Dimensions"] and alarm["Threshold"] == 0
