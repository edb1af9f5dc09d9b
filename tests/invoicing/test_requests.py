import json

import pytest

from invoicing import requests
from invoicing.orders import Order
from invoicing.records import plain
from tests.builders import (
    NOON,
    RECEIPTS,
    a_line,
    a_movement,
    a_receipt_draft,
    a_request,
    a_seller,
    an_order,
    an_order_body,
)


def the_hash_of(body):
    return requests.body_hash(Order.model_validate_json(json.dumps(body)))


def test_the_same_content_is_the_same_whatever_the_order_of_its_fields():
    body = an_order_body()

    assert the_hash_of(dict(reversed(body.items()))) == the_hash_of(body)


def test_a_field_that_is_said_at_its_default_changes_nothing():
    said = an_order_body(prices_include_vat=True, charges=[], lines=[a_line(quantity="1")])

    assert the_hash_of(said) == the_hash_of(an_order_body())


@pytest.mark.parametrize(
    "change",
    [
        {"lines": [a_line("120.01")]},
        {"lines": [a_line(), a_line()]},
        {"note": "Merci"},
        {"prices_include_vat": False},
        {"ordered_on": "2026-11-19"},
    ],
)
def test_another_content_is_told_apart(change):
    assert the_hash_of(an_order_body(**change)) != the_hash_of(an_order_body())


def test_an_order_that_can_be_priced_waits_for_the_check_with_its_draft():
    request = a_request()

    assert request.state == "RECEIVED"
    assert request.draft
    assert request.order == an_order()


def test_an_order_that_cannot_be_an_invoice_is_held_with_its_reasons():
    request = a_request(seller=a_seller(vat_number=None))

    assert request.state == "HELD"
    assert [reason.code for reason in request.reasons] == ["seller_vat_number_missing"]
    assert request.draft is None
    assert request.order == an_order()  # kept, to price it again when the profile is corrected


def test_a_request_that_is_ready_keeps_its_draft_and_the_order_in_case_the_law_changes():
    ready = a_request().ready()

    assert ready.state == "READY"
    assert ready.draft == a_request().draft
    assert ready.order == a_request().order


def test_what_was_checked_is_told_apart_from_what_was_changed_since():
    assert a_request().draft_hash == a_request().draft_hash
    assert a_request(lines=[a_line("1.00")]).draft_hash != a_request().draft_hash


def test_a_request_without_a_draft_has_no_draft_hash():
    assert a_request(seller=a_seller(vat_number=None)).draft_hash is None


def test_a_payment_told_twice_is_the_same_request():
    once, twice = (requests.of_payment(a_receipt_draft(), at=NOON) for _ in range(2))

    assert once.key == twice.key == requests.Key(series=RECEIPTS, source="pi_1")
    assert once.body_hash == twice.body_hash
    assert once.state == "READY"


def test_one_transaction_moves_each_invoice_once():
    of_payments = [
        requests.of_payment(a_receipt_draft(movement=a_movement(id=payment)), at=NOON)
        for payment in ("pi_1", "pi_2")
    ]

    assert requests.one_for_each_invoice(of_payments) == of_payments[:1]


def test_every_order_is_an_invoice_of_its_own():
    of_orders = [a_request(id=order).ready() for order in ("1001", "1002")]

    assert requests.one_for_each_invoice(of_orders) == of_orders


def test_a_request_is_the_same_after_a_journey_through_json():
    request = a_request()

    assert requests.Request.model_validate(plain(request)) == request


def test_the_draft_of_a_receipt_is_read_back_as_one():
    request = requests.of_payment(a_receipt_draft(), at=NOON)

    assert requests.Request.model_validate(plain(request)) == request


def a_held_request(**changes):
    return a_request(totals={"total": "1.00"}, **changes)


def test_a_corrected_order_waits_for_its_price_and_remembers_what_it_was():
    held = a_held_request()

    corrected = held.corrected(an_order())

    assert (corrected.state, corrected.reasons, corrected.revision) == ("RECEIVED", (), 1)
    assert corrected.order == an_order()
    assert corrected.earlier == (held.body_hash,)
    assert corrected.key == held.key
    assert corrected.received_at == held.received_at


def test_every_body_that_it_had_is_known_and_no_other():
    first, second, other = (an_order(note=note) for note in ("1", "2", "3"))
    twice = a_held_request(note="0").corrected(first).corrected(second).corrected(first)

    assert all(twice.knows(requests.body_hash(each)) for each in (first, second))
    assert not twice.knows(requests.body_hash(other))
    assert requests.body_hash(first) not in twice.earlier


def test_a_release_names_what_is_overruled():
    released = a_held_request().released(requests.Release(reasons=("totals_differ",)))

    assert (released.state, released.overruled, released.revision) == (
        "RECEIVED",
        ("totals_differ",),
        1,
    )


def test_only_reasons_that_are_the_sellers_own_can_be_released():
    held = a_held_request(seller=a_seller(vat_number=None))
    named = requests.Release(reasons=("totals_differ", "seller_vat_number_missing", "nonsense"))

    assert [reason.path for reason in held.not_releasable(named)] == [
        "$.reasons[1]",
        "$.reasons[2]",
    ]


def test_a_cancelled_order_forgets_its_content_and_keeps_its_hash():
    held = a_held_request()

    cancelled = held.cancelled(requests.Cancellation(reason="sold twice"))

    assert (cancelled.state, cancelled.order, cancelled.draft) == ("CANCELLED", None, None)
    assert cancelled.body_hash == held.body_hash
