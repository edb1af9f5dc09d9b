from datetime import UTC, datetime, timedelta

import pytest

from invoicing import drafts, guard, ledger, requests
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import requests_table, watch_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Check, Doorbell
from invoicing.errors import OvertakenError
from tests import aws
from tests.books import issue_order
from tests.builders import (
    INVOICES,
    NOON,
    RECEIPTS,
    a_key,
    a_movement,
    a_receipt_draft,
    a_request,
    a_seller,
    an_invoice,
    eur,
)
from tests.doors import deliver
from tests.habits import a_day

pytestmark = pytest.mark.usefixtures("deployed")


def ring(*keys: requests.Key):
    messages = [Doorbell(request=key) for key in keys]
    return deliver("issue_document", *messages, group=str(keys[0].series))


def numbers(*order_ids: str):
    return [inbox().read(a_key(order)).number for order in order_ids]


def test_an_order_that_is_ready_becomes_an_invoice_with_a_number():
    inbox().accept(a_request().ready())

    assert ring(a_key()) == []

    assert numbers("1001") == [f"FA-{book().head(INVOICES).year}-000001"]
    assert book().head(INVOICES).n == 1


def test_one_ring_numbers_all_that_waits_oldest_first():
    for minutes, order in enumerate(["1003", "1001", "1002"]):
        inbox().accept(a_request(id=order, at=NOON + timedelta(minutes=minutes)).ready())

    ring(a_key("1002"))

    assert [number[-1] for number in numbers("1003", "1001", "1002")] == ["1", "2", "3"]


def test_a_second_ring_for_the_same_order_gives_no_second_number():
    inbox().accept(a_request().ready())

    assert ring(a_key(), a_key()) == []

    assert book().head(INVOICES).n == 1


def test_the_rings_of_one_series_are_answered_together(monkeypatch):
    orders = ["1001", "1002", "1003"]
    for order in orders:
        inbox().accept(a_request(id=order).ready())
    waiting, looked = requests_table.RequestsTable.waiting, []

    def counted(table, series, state):
        looked.append(series)
        return waiting(table, series, state)

    monkeypatch.setattr(requests_table.RequestsTable, "waiting", counted)

    ring(*map(a_key, orders))

    assert len(looked) == 2  # what waits, and that nothing waits any more
    assert all(numbers(*orders))


def test_what_the_rules_have_not_seen_gets_no_number():
    inbox().accept(a_request())

    assert ring(a_key()) == []

    assert inbox().read(a_key()).number is None
    assert book().head(INVOICES) == ledger.BEGINNING


def test_a_ring_for_nothing_is_no_fault():
    assert ring(a_key()) == []


def test_more_than_one_transaction_holds_is_numbered_in_several(monkeypatch):
    monkeypatch.setattr(ledger, "BATCH", 2)
    orders = ["1001", "1002", "1003", "1004", "1005"]
    for order in orders:
        inbox().accept(a_request(id=order).ready())

    assert ring(a_key("1005")) == []

    assert book().head(INVOICES).n == 5
    assert len(set(numbers(*orders))) == 5


def test_who_lost_a_race_reads_again_and_takes_the_next_number(monkeypatch):
    inbox().accept(a_request(id="1001").ready())
    read = book().head

    def overtaken(series):
        head = read(series)
        monkeypatch.setattr(book(), "head", read)
        issue_order(id="1002")
        return head

    monkeypatch.setattr(book(), "head", overtaken)

    assert ring(a_key("1001")) == []
    assert inbox().read(a_key("1001")).number == "FA-2026-000002"


def test_in_one_series_what_follows_a_failure_waits_for_it(monkeypatch):
    for order in ("1001", "1002"):
        inbox().accept(a_request(id=order).ready())

    def fail(*_: object, **__: object) -> None:
        raise OvertakenError

    monkeypatch.setattr(book(), "append", fail)

    assert ring(a_key("1001"), a_key("1002")) == [0, 1]


def test_a_ring_that_nobody_can_read_keeps_no_other_waiting():
    inbox().accept(a_request(id="1001").ready())
    rung = Doorbell(request=a_key("1001"))

    assert deliver("issue_document", rung, {"request": "?"}, group="atelier.invoice") == [1]

    assert numbers("1001") == ["FA-2026-000001"]


def test_one_ring_drains_the_inbox_in_full_batches(monkeypatch):
    one, sizes, append = a_request().ready(), [], book().append
    for n in range(100):
        inbox().accept(one.model_copy(update={"key": a_key(f"{n}")}))

    def counted(batch, done, *, after):
        append(batch, done, after=after)
        sizes.append(len(batch.entries))

    monkeypatch.setattr(book(), "append", counted)

    assert ring(a_key("7")) == []

    assert sizes == [49, 49, 2]


def test_two_payments_of_one_invoice_get_a_receipt_each():
    issue_order()
    for payment in ("pi_1", "pi_2"):
        draft = a_receipt_draft(movement=a_movement("20.00", id=payment))
        inbox().accept(requests.of_payment(draft, at=NOON))

    assert ring(a_key("pi_1", RECEIPTS)) == []

    assert book().head(RECEIPTS).n == 2
    assert book().balance(an_invoice()).paid == eur("40.00")


def test_an_invoice_is_dated_when_it_is_numbered_not_when_it_was_ordered():
    inbox().accept(a_request().ready())

    ring(a_key())

    assert abs(book().head(INVOICES).at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_draft_that_the_law_has_overtaken_goes_back_to_the_check(monkeypatch, deployed):
    inbox().accept(a_request().ready())
    monkeypatch.setattr(drafts, "outdated", lambda _, *, at: at is not None)

    assert ring(a_key()) == []

    assert inbox().read(a_key()).state == "RECEIVED"
    assert book().head(INVOICES).n == 0
    [message] = aws.received(deployed["CHECK_QUEUE"])
    assert Check(**message["body"]).request == a_key()


def test_a_refund_waits_for_its_payment_and_holds_nobody_up():
    issue_order()
    refund = a_movement("20.00", id="re_1", kind="refund", of="pi_1")
    for movement in (refund, a_movement("120.00", id="pi_1")):
        inbox().accept(requests.of_payment(a_receipt_draft(movement=movement), at=NOON))

    deliver("issue_document", Doorbell(request=a_key("re_1", RECEIPTS)))

    numbers = [inbox().read(a_key(source, RECEIPTS)).number for source in ("pi_1", "re_1")]
    assert numbers == ["RC-2026-000001", "RC-2026-000002"]


def test_a_refund_without_its_payment_stays_ready():
    issue_order()
    refund = a_movement("20.00", id="re_1", kind="refund", of="pi_1")
    inbox().accept(requests.of_payment(a_receipt_draft(movement=refund), at=NOON))

    assert deliver("issue_document", Doorbell(request=a_key("re_1", RECEIPTS))) == []

    assert inbox().read(a_key("re_1", RECEIPTS)).state == "READY"


# What its seller never issues


def learn(invoices=40, days=30):
    """Let the guard know days that were all alike, up to yesterday."""
    today = datetime.now(a_seller().timezone).date()
    for n in range(days, 0, -1):
        watch_table.learn("atelier", a_day(today - timedelta(days=n), invoices), {})


@pytest.fixture
def small_days(deployed, monkeypatch):  # noqa: ARG001  made after it
    """Let two documents a day be what any seller may issue, and nothing more."""
    monkeypatch.setattr(guard, "AT_LEAST", {"invoice": 2, "credit_note": 2})
    monkeypatch.setattr(guard, "TIMES", 0)
    learn()


@pytest.mark.usefixtures("small_days")
def test_no_more_are_numbered_than_its_seller_ever_issues_and_the_rest_is_checked_again(deployed):
    orders = ["1001", "1002", "1003", "1004"]
    for order in orders:
        inbox().accept(a_request(id=order).ready())

    assert ring(a_key("1001")) == []

    states = [inbox().read(a_key(order)).state for order in orders]
    assert states == ["NUMBERED", "NUMBERED", "RECEIVED", "RECEIVED"]
    asked = [Check(**message["body"]).request for message in aws.received(deployed["CHECK_QUEUE"])]
    assert asked == [a_key("1003"), a_key("1004")]


def test_what_was_ready_when_its_seller_was_paused_has_no_number_and_is_checked_again(deployed):
    watch_table.pause("atelier", table=deployed["OPERATIONS_TABLE"])
    inbox().accept(a_request(id="1001").ready())

    assert ring(a_key("1001")) == []

    assert inbox().read(a_key("1001")).state == "RECEIVED"
    [asked] = aws.received(deployed["CHECK_QUEUE"])
    assert Check(**asked["body"]).request == a_key("1001")


@pytest.mark.usefixtures("small_days")
def test_what_was_released_is_numbered_whatever_the_day_had():
    released = a_request(id="1003").model_copy(update={"overruled": ("unusual_rate",)})
    for request in (a_request(id="1001"), a_request(id="1002"), released):
        inbox().accept(request.ready())

    assert ring(a_key("1001")) == []

    assert book().head(INVOICES).n == 3


@pytest.mark.usefixtures("small_days")
def test_money_that_came_is_always_acknowledged():
    issue_order()
    for payment in ("pi_1", "pi_2", "pi_3"):
        draft = a_receipt_draft(movement=a_movement("20.00", id=payment))
        inbox().accept(requests.of_payment(draft, at=NOON))

    assert ring(a_key("pi_1", RECEIPTS)) == []

    assert book().head(RECEIPTS).n == 3
