"""One mail for one occasion, whatever SES does."""

import pytest

from local.demo import auditor, clockwork
from local.demo.shop import Shop
from tests.sales import an_order


@pytest.fixture
def mailbox(stack):
    clockwork.until_quiet(stack)
    yield stack.mailbox
    stack.mailbox.control(throttle=0, lose_answers=0)


def notice_to(stack, email: str):
    notices = [
        item for item in auditor.items(stack, "OperationsTable") if item["sk"] == "invoice#0"
    ]
    (notice,) = [each for each in notices if email.encode() in each["notice"].value]
    return notice


def numbered(shop: Shop, order) -> str:
    shop.post(order)
    number: str = shop.until(order["id"], "done")["invoice"]["number"]
    return number


def mails_to(stack, email: str):
    return [mail for mail in stack.mail() if email in mail.envelope.recipients]


def test_a_lost_answer_of_ses_leaves_one_mail_and_says_that_nobody_knows(stack, our_shop, mailbox):
    order = an_order()
    mailbox.control(lose_answers=1)

    numbered(our_shop, order)
    clockwork.until_quiet(stack)

    assert len(mails_to(stack, order["buyer"]["email"])) == 1
    assert notice_to(stack, order["buyer"]["email"])["state"] == "UNKNOWN"


@pytest.mark.usefixtures("impatient_queues")
def test_a_throttled_mail_arrives_once_and_later(stack, our_shop, mailbox):
    order = an_order()
    mailbox.control(throttle=1)

    numbered(our_shop, order)
    clockwork.until_quiet(stack)

    (mail,) = mails_to(stack, order["buyer"]["email"])
    assert mail.envelope.tags["attempt"] == "2"
    assert notice_to(stack, order["buyer"]["email"])["state"] == "SENT"
