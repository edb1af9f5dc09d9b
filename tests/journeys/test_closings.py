"""A day is closed: signed, anchored where nothing is deleted, and told to the accountant."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from local.demo import auditor, clockwork
from local.demo.buyer import Buyer, attached, occasion
from local.demo.signatures import is_signed
from tests.running import asleep, wait_for
from tests.sales import an_order, sold

SELLER = "closings"
ACCOUNTANT = "cabinet@comptes-clairs.example"  # of the sample's seller


@pytest.fixture(scope="module")
def closing(stack, open_shop):
    """What is signed of a day on which two invoices were issued; the other sellers' goes on."""
    shop = open_shop(SELLER)
    for _ in range(2):
        sold(stack, shop, "french-consumer")
    clockwork.until_quiet(stack)
    for _ in range(2):
        close(stack, datetime.now(UTC) + timedelta(days=1))
    clockwork.until_quiet(stack)
    return closings(stack)[0]


def close(stack, at):
    """Ask for what has ended by a moment to come, of this seller alone: others issue now."""
    message = json.dumps({"seller": SELLER, "at": at.isoformat()})
    queue = stack.resources["LedgersToClose"]
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=message)


def closings(stack):
    """All closings of the seller, as they lie in the ledger."""
    found = [
        item for item in auditor.items(stack, "LedgerTable") if f"{SELLER}.closing" in item["pk"]
    ]
    return sorted(found, key=lambda item: item["sk"])


def anchor(stack, period):
    """Wait for an anchor, and read it."""
    s3, bucket = stack.client("s3"), stack.outputs["AnchorsBucket"]
    wanted = {"Bucket": bucket, "Prefix": f"{SELLER}/{period}.json"}
    end = time.monotonic() + 30
    while not s3.list_objects_v2(**wanted).get("Contents"):
        assert time.monotonic() < end, "no anchor"
        time.sleep(0.05)
    return s3.get_object(Bucket=bucket, Key=wanted["Prefix"])["Body"].read()


def test_a_day_is_closed_once_however_often_it_is_asked_for(stack, closing):
    days = [
        each for each in map(auditor.content, closings(stack)) if each["source"].startswith("day:")
    ]

    assert len({each["source"] for each in days}) == len(days)
    body = auditor.content(closing)["body"]
    [invoices] = [each for each in body["series"] if each["kind"] == "invoice"]
    assert (invoices["count"], invoices["files"]["count"], invoices["missing"]) == (2, 2, [])


def test_the_signature_is_verified_with_whole_numbers_alone(closing):
    key = auditor.content(closing)["body"]["key"]

    assert is_signed(closing["hash"], closing["signature"].value, key["public_key"])
    assert not is_signed("0" * 64, closing["signature"].value, key["public_key"])


def test_the_anchor_says_what_the_closing_said(stack, closing):
    entry = auditor.content(closing)

    found = json.loads(anchor(stack, entry["body"]["period"]))

    assert found["closing"]["hash"] == closing["hash"]
    assert found["key"] == entry["body"]["key"]
    books = auditor.read(stack)
    assert found["series"]["invoice"]["hash"] == books.hashes[f"{SELLER}.invoice"][-1]


def test_the_accountant_is_mailed_the_hashes_and_the_anchor(stack, closing):
    entry = auditor.content(closing)
    number = entry["body"]["number"]

    accountant = Buyer(stack, ACCOUNTANT)
    mail = accountant.await_mail(lambda each: f"{SELLER}_{number}_closing_" in tag(each))

    assert closing["hash"] in mail.text("plain")
    assert entry["body"]["key"]["fingerprint"] in mail.text("plain")
    assert attached(mail) == {f"{number}.json": anchor(stack, entry["body"]["period"])}
    about = [each for each in accountant.mails() if occasion("closing", number)(each)]
    assert len([each for each in about if tag(each).startswith(f"{SELLER}_")]) == 1


def tag(mail):
    return mail.envelope.tags.get("notice", "")


@pytest.mark.usefixtures("closing")
def test_what_is_issued_after_a_closing_is_of_the_next_day(stack, open_shop):
    last = auditor.content(closings(stack)[-1])["body"]

    sale = sold(stack, open_shop(SELLER), "french-consumer", **an_order())

    assert sale.invoice["invoice"]["issued_at"] >= last["ends"]


@pytest.mark.usefixtures("closing")
def test_the_hourly_plan_finds_nothing_left_to_close(stack):
    before = closings(stack)

    clockwork.fire(stack, "PlanClosings", datetime.now(UTC))
    clockwork.until_quiet(stack)

    assert closings(stack) == before
    assert auditor.dead_letters(stack) == {}


@pytest.mark.usefixtures("closing")
def test_an_anchor_whose_message_was_lost_is_put_within_the_hour(stack, open_shop):
    sold(stack, open_shop(SELLER), "french-consumer")
    clockwork.until_quiet(stack)
    with asleep(stack, "AnchorClosing") as queue:
        close(stack, datetime.now(UTC) + timedelta(days=2))
        wait_for(lambda: clockwork.messages(stack, queue), within=60)
        stack.client("sqs").purge_queue(QueueUrl=queue)

    clockwork.fire(stack, "PlanClosings", datetime.now(UTC))
    clockwork.until_quiet(stack)

    for each in closings(stack):
        assert anchor(stack, auditor.content(each)["body"]["period"])
