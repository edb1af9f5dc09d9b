from datetime import timedelta

import pytest

from invoicing import ledger, requests
from invoicing.adapters import items
from invoicing.adapters.ledger_table import book
from invoicing.adapters.requests_table import inbox
from invoicing.errors import NotFoundError, OvertakenError, Reason
from tests.builders import (
    INVOICES,
    NOON,
    RECEIPTS,
    a_key,
    a_line,
    a_receipt_draft,
    a_request,
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


def test_what_waits_is_found_by_series_and_state():
    inbox().accept(a_request(id="1001"))
    inbox().accept(a_request(id="1002").ready())
    inbox().accept(requests.of_payment(a_receipt_draft(), at=NOON))

    assert inbox().waiting(INVOICES, "READY") == [a_key("1002")]
    assert inbox().waiting(RECEIPTS, "READY") == [a_key("pi_1", RECEIPTS)]


def test_no_more_wait_at_once_than_fit_into_a_transaction(monkeypatch):
    monkeypatch.setattr(ledger, "BATCH", 2)
    for order in ("1001", "1002", "1003"):
        inbox().accept(a_request(id=order).ready())

    assert len(inbox().waiting(INVOICES, "READY")) == 2


def test_only_what_was_numbered_can_be_done():
    inbox().accept(a_request().ready())

    with pytest.raises(OvertakenError):
        items.write_together([inbox().done(a_key())])
