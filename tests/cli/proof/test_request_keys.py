"""`Operations` came back older than the ledger: what was numbered since is known again."""

import boto3
import pytest

from cli import proofs
from cli.proof import request_keys
from invoicing import requests
from invoicing.adapters.operations import request_items
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import Reason
from tests import aws, books
from tests.builders import (
    CREDIT_NOTES,
    INVOICES,
    LATE_PAYMENT,
    NOON,
    RECEIPTS,
    a_key,
    a_movement,
    a_receipt_draft,
    a_request,
)
from tests.cli.proof.bundles import a_late_payers_life, sell
from tests.deployments import the_stack

HELD = (Reason(code="unusual_amount", message="It is large."),)


@pytest.fixture
def stack(shop):
    return the_stack(shop)


def repair(stack):
    told = proofs.repair_requests("atelier", stack)
    return told["known_again"], told["twice"]


def forget(*keys: requests.Key):
    """Let requests never have come."""
    for key in keys:
        item = {name: {"S": value} for name, value in request_items.key(key).items()}
        boto3.client("dynamodb", aws.REGION).delete_item(TableName="Operations", Key=item)


def test_an_order_that_was_ready_when_its_table_came_back_is_not_numbered_again(stack):
    sell(2)
    order = a_key("order-0")
    before = inbox().read(order)
    forget(order)
    inbox().accept(a_request(id="order-0").ready())

    assert repair(stack) == ({"invoice": 1}, [])

    assert inbox().read(order) == before.model_copy(update={"site": inbox().read(order).site})
    assert inbox().waiting(INVOICES, "READY") == []


def test_an_order_that_was_lost_is_taken_no_second_time(stack):
    sell(1)
    forget(a_key("order-0"))

    assert repair(stack) == ({"invoice": 1}, [])

    again = inbox().accept(a_request(id="order-0"))
    assert (again.state, again.number) == ("NUMBERED", "FA-2026-000001")
    assert not again.knows(a_request(id="order-0").body_hash), "what was ordered is in no document"


def test_a_payment_that_was_lost_has_its_receipt_already(stack):
    sell(1)
    books.store(books.issue_receipt(), books.PDF)
    books.store(books.issue_credit("FA-2026-000001", amount="10.00", id="C-1"), books.PDF)
    before = inbox().read(a_key("pi_1", RECEIPTS))
    forget(before.key, a_key("C-1", CREDIT_NOTES))

    assert repair(stack) == ({"receipt": 1, "credit_note": 1}, [])

    told_again = requests.of_payment(a_receipt_draft(movement=a_movement("120.00")), at=NOON)
    assert inbox().accept(told_again) == before


def test_a_credit_that_was_lost_is_found_by_its_id_though_its_words_are_gone(stack):
    sell(1)
    books.store(books.issue_credit("FA-2026-000001", amount="10.00", id="C-1"), books.PDF)
    before = inbox().read(a_key("C-1", CREDIT_NOTES))
    forget(before.key)

    repair(stack)

    again = inbox().read(before.key)
    assert again.credit.invoice == "FA-2026-000001"
    assert again.credit.credit == before.credit.credit
    assert again.body_hash == request_keys.NO_BODY


def test_claims_that_were_lost_are_found_by_their_ids(stack):
    a_late_payers_life()
    keys = [a_key(source, LATE_PAYMENT) for source in ("P-1", "W-1", "P-2")]
    before = [inbox().read(key).late_payment for key in keys]
    forget(*keys)

    assert repair(stack) == ({"late_payment": 3}, [])

    first, withdrawn, second = (inbox().read(key).late_payment for key in keys)
    assert [first, withdrawn] == before[:2]
    assert second.claim.id == "P-2"


def test_what_came_back_held_may_have_been_corrected_before_it_was_numbered(stack):
    books.issue_order(id="order-0")
    before = inbox().read(a_key("order-0"))
    forget(before.key)
    first = a_request(id="order-0", note="the first words")
    inbox().accept(first.held(HELD).model_copy(update={"draft": None}))

    assert repair(stack) == ({"invoice": 1}, [])

    again = inbox().read(before.key)
    assert again.number == before.number
    assert not again.knows(first.body_hash)


def test_what_came_back_held_as_it_was_numbered_says_what_was_asked(stack):
    books.issue_order(id="order-0")
    before = inbox().read(a_key("order-0"))
    forget(before.key)
    inbox().accept(a_request(id="order-0").held(HELD))

    repair(stack)

    assert inbox().read(before.key).knows(before.body_hash)


def test_where_nothing_was_lost_nothing_is_repaired(stack):
    sell(2)
    before = inbox().read(a_key("order-1"))

    assert repair(stack) == ({}, [])
    assert inbox().read(a_key("order-1")) == before


def test_what_is_not_rendered_yet_still_waits_for_it(stack):
    books.issue_order(id="fresh")
    forget(a_key("fresh"))

    repair(stack)

    assert inbox().waiting(INVOICES, "NUMBERED") == [a_key("fresh")]


def test_what_was_numbered_twice_before_is_named(stack):
    sell(1)
    forget(a_key("order-0"))
    books.issue_order(id="order-0")

    assert repair(stack) == ({}, ["FA-2026-000001"])


def test_what_is_numbered_while_it_is_repaired_keeps_that_number(stack):
    sell(2)
    forget(a_key("order-0"), a_key("order-1"))

    def number_the_second():
        if inbox().read_all([a_key("order-1")]) == []:
            books.issue_order(id="order-1")

    told = request_keys.repair("atelier", stack, advance=number_the_second)

    assert told["twice"] == ["FA-2026-000002"]
    assert inbox().read(a_key("order-1")).number == "FA-2026-000003"
