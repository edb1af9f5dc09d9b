from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic_core import InitErrorDetails

from invoicing import faults, ledger, requests
from invoicing.adapters.aws import size
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import request_items
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import NotFoundError, OvertakenError, Reason, RefusedError
from invoicing.invoices import Draft
from tests.builders import (
    INVOICES,
    NOON,
    RECEIPTS,
    a_key,
    a_line,
    a_receipt_draft,
    a_request,
    many_lines,
    sealed,
)

pytestmark = pytest.mark.usefixtures("deployed")

REASON = Reason(code="BR-CO-10", message="the sums do not add up", rule="EN 16931, BR-CO-10")


def number(*ready: requests.Request):
    """Issue requests as the ledger does."""
    head = book().head(INVOICES)
    book().append(sealed(*ready, after=head), ready, after=head)


def test_a_request_is_read_as_it_was_accepted():
    kept = inbox().accept(a_request())

    assert kept == a_request()
    assert inbox().read(a_key()) == a_request()


def test_a_request_that_comes_again_is_answered_with_the_first():
    inbox().accept(a_request())

    again = inbox().accept(a_request(at=NOON + timedelta(days=400)))

    assert again == a_request()


def test_another_content_under_the_same_id_does_not_overwrite():
    inbox().accept(a_request())

    kept = inbox().accept(a_request(lines=[a_line("1.00")]))

    assert kept.body_hash == a_request().body_hash
    assert inbox().read(a_key()) == a_request()


def test_a_request_that_moved_on_is_not_set_back_by_a_repeat():
    inbox().accept(a_request())
    inbox().decide(a_request().ready())

    assert inbox().accept(a_request()).state == "READY"


def test_a_request_that_nobody_made_is_not_found():
    with pytest.raises(NotFoundError):
        inbox().read(a_key())


def test_the_request_of_a_payment_keeps_its_receipt():
    request = requests.of_payment(a_receipt_draft(), at=NOON)
    inbox().accept(request)

    assert inbox().read(a_key("pi_1", RECEIPTS)) == request


def test_a_request_is_decided_once():
    inbox().accept(a_request())
    inbox().decide(a_request().ready())

    with pytest.raises(OvertakenError):
        inbox().decide(a_request().held((REASON,)))

    assert inbox().read(a_key()).state == "READY"


def test_a_held_request_keeps_its_reasons():
    inbox().accept(a_request())
    inbox().decide(a_request().held((REASON,)))

    assert inbox().read(a_key()).reasons == (REASON,)


def test_what_was_never_accepted_cannot_be_decided():
    with pytest.raises(OvertakenError):
        inbox().decide(a_request().ready())


def test_a_request_learns_its_number_with_its_document():
    ready = inbox().accept(a_request().ready())

    number(ready)

    numbered = inbox().read(a_key())
    assert (numbered.state, numbered.number) == ("NUMBERED", "FA-2026-000001")
    assert numbered.place == ledger.Place(series=INVOICES, year=2026, n=1)
    assert (numbered.order, numbered.draft) == (None, None)  # the document has what was decided


def test_a_request_is_numbered_once():
    ready = inbox().accept(a_request().ready())
    number(ready)

    with pytest.raises(OvertakenError):
        number(ready)

    assert book().head(INVOICES).n == 1


def test_a_draft_that_is_not_the_one_that_was_checked_gets_no_number():
    inbox().accept(a_request().ready())

    with pytest.raises(OvertakenError):
        number(a_request(lines=[a_line("1.00")]).ready())

    assert book().head(INVOICES) == ledger.BEGINNING


def test_a_request_that_is_only_received_gets_no_number():
    received = inbox().accept(a_request())

    with pytest.raises(OvertakenError):
        number(received)


def test_several_requests_are_read_oldest_first():
    for minutes, order in [(2, "1003"), (0, "1002"), (1, "1001")]:
        inbox().accept(a_request(id=order, at=NOON + timedelta(minutes=minutes)))

    found = inbox().read_all([a_key("1001"), a_key("1002"), a_key("1003"), a_key("1001")])

    assert [request.key.source for request in found] == ["1002", "1001", "1003"]


def test_what_waits_is_found_by_series_whatever_it_waits_for():
    inbox().accept(a_request(id="1001"))
    inbox().accept(a_request(id="1002").ready())
    inbox().accept(requests.of_payment(a_receipt_draft(), at=NOON))

    assert inbox().waiting(INVOICES, "READY") == [a_key("1001"), a_key("1002")]
    assert inbox().waiting(RECEIPTS, "READY") == [a_key("pi_1", RECEIPTS)]


def test_no_more_wait_at_once_than_fit_into_a_transaction(monkeypatch):
    monkeypatch.setattr(ledger, "BATCH", 2)
    for order in ("1001", "1002", "1003"):
        inbox().accept(a_request(id=order).ready())

    assert len(inbox().waiting(INVOICES, "READY")) == 2


def test_only_what_was_numbered_can_be_dismissed():
    inbox().accept(a_request().ready())

    inbox().dismiss(a_key())

    assert inbox().waiting(INVOICES, "READY") == [a_key()]


def numbers(n: int) -> dict[str, object]:
    """Numbers that hardly can be compressed; sent as numbers they are no text."""
    cents = [(7 * n + k) * 7_919_317 % 9_999_991 + 1 for k in range(5)]
    return {
        "price": Decimal(cents[0]).scaleb(-2),
        "quantity": Decimal(cents[1]).scaleb(-4),
        "price_quantity": Decimal(cents[2]).scaleb(-4),
        "charges": [{"reason": "a", "amount": Decimal(each).scaleb(-2)} for each in cents[3:]],
    }


def test_the_largest_order_that_is_taken_fits_beside_its_draft():
    lines = [line | numbers(n) for n, line in enumerate(many_lines(letters=148))]
    largest = a_request(lines=lines)

    assert isinstance(largest.draft, Draft)
    assert 300_000 < size(request_items.item(largest)) < request_items.MOST_TAKEN
    assert inbox().accept(largest) == largest


def test_an_order_that_no_item_can_hold_beside_its_draft_is_refused_and_not_kept(monkeypatch):
    monkeypatch.setattr(request_items, "MOST_TAKEN", 500)

    with pytest.raises(RefusedError, match="too_large"):
        inbox().accept(a_request())

    with pytest.raises(NotFoundError):
        inbox().read(a_key())


def test_an_order_that_outgrows_an_item_when_it_is_drafted_is_held_and_kept(monkeypatch):
    inbox().accept(a_request().model_copy(update={"draft": None}))
    monkeypatch.setattr(request_items, "MOST_BYTES", 550)

    decided = inbox().decide(a_request().ready())

    assert decided == inbox().read(a_key())
    assert (decided.state, [each.code for each in decided.reasons]) == ("HELD", ["too_large"])
    assert (decided.order, decided.draft) == (a_request().order, None)


def test_of_very_many_reasons_the_first_are_kept():
    reasons = tuple(REASON.model_copy(update={"path": f"line {n}"}) for n in range(5_000))
    inbox().accept(a_request())

    inbox().decide(a_request().held(reasons))

    assert inbox().read(a_key()).reasons == reasons[:100]


def test_an_order_is_read_back_whatever_is_asked_of_new_ones(monkeypatch):
    """As it is kept its numbers and defaults are text, more than an order may come with."""
    request = a_request(lines=many_lines(letters=145))
    monkeypatch.setattr(faults, "too_long", fail)

    inbox().accept(request)

    assert inbox().read(request.key) == request


def fail(*_: object) -> list[InitErrorDetails]:
    return [faults.fault((), "too_long", "whatever it is", None)]
