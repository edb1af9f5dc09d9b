from datetime import UTC, datetime, timedelta

import pytest

from invoicing import ledger, openings, requests
from invoicing.adapters import items
from invoicing.adapters.aws import size
from invoicing.adapters.ledger import heads
from invoicing.adapters.ledger.ledger_table import book, entry_item, entry_key
from invoicing.adapters.operations import request_items
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.ledger import BATCH, BEGINNING, GENESIS
from tests import aws, books
from tests.books import issue_receipt
from tests.builders import (
    INVOICES,
    NOON,
    RECEIPTS,
    a_key,
    a_line,
    a_place,
    a_receipt_draft,
    a_request,
    a_seller,
    a_stored,
    an_invoice,
    eur,
    many_lines,
    sealed,
)

pytestmark = pytest.mark.usefixtures("deployed")


def ready(order_id="1001"):
    return inbox().accept(a_request(id=order_id).ready())


def issue(*order_ids: str, at=NOON):
    """Issue orders in one transaction; give their entries."""
    return books.issue(*map(ready, order_ids), at=at)


def test_a_series_begins_at_the_beginning():
    assert book().head(INVOICES) == BEGINNING


def test_what_was_issued_is_read_with_its_seal():
    [entry] = issue("1001")

    read = book().entry(a_place(1))

    assert read == entry
    assert read.hash == entry.hash == book().head(INVOICES).hash


def test_a_batch_is_issued_as_one_and_the_next_follows_it():
    issue("1001", "1002", "1003")
    [entry] = issue("1004")

    assert entry.body["number"] == "FA-2026-000004"
    assert entry.previous == book().entry(a_place(3)).hash


def test_whoever_finds_the_head_moved_issues_nothing():
    head = book().head(INVOICES)
    issue("1001")
    late = inbox().accept(a_request(id="1002").ready())

    with pytest.raises(OvertakenError):
        book().append(sealed(late, after=head), [late], after=head)

    assert inbox().read(late.key).state == "READY"
    assert book().head(INVOICES).n == 1


def test_whoever_read_an_older_head_issues_nothing():
    issue("1001")
    head = book().head(INVOICES)
    issue("1002")
    late = inbox().accept(a_request(id="1003").ready())

    with pytest.raises(OvertakenError):
        book().append(sealed(late, after=head), [late], after=head)


def opening(n=1042):
    at = a_place(n)
    return openings.head(at, after=BEGINNING, today=NOON.date())


def test_a_series_that_opened_goes_on_from_there():
    book().open(INVOICES, opening(), after=BEGINNING)

    [entry] = issue("1001")

    assert entry.body["number"] == "FA-2026-001042"
    assert book().entry(a_place(1042)).previous == GENESIS


def test_an_opening_that_comes_too_late_changes_nothing():
    issue("1001")

    with pytest.raises(OvertakenError):
        book().open(INVOICES, opening(), after=BEGINNING)

    assert book().head(INVOICES).n == 1


def test_of_two_openings_one_stands():
    book().open(INVOICES, opening(), after=BEGINNING)

    with pytest.raises(OvertakenError):
        book().open(INVOICES, opening(2000), after=BEGINNING)

    assert book().head(INVOICES).n == 1041


@pytest.mark.parametrize("seen", [BEGINNING, BEGINNING.model_copy(update={"at": NOON})])
def test_who_read_the_head_before_the_series_opened_issues_nothing(seen):
    # Both heads have the hash of a chain without documents: the whole head has to be the same.
    if seen != BEGINNING:
        book().open(INVOICES, seen, after=BEGINNING)
    book().open(INVOICES, opening(), after=seen)
    late = ready("1001")

    with pytest.raises(OvertakenError):
        book().append(sealed(late, after=seen), [late], after=seen)


@pytest.mark.parametrize("before", [(), ("1000",)], ids=["the beginning", "an entry"])
def test_two_machines_around_new_year_never_both_follow(before):
    # Their numbers differ, so their places do too: only the head keeps the chain from forking.
    midnight = datetime(2026, 12, 31, 23, tzinfo=UTC)
    if before:
        issue(*before)
    head, late = book().head(INVOICES), ready("1002")
    issue("1001", at=midnight - timedelta(seconds=1))

    with pytest.raises(OvertakenError):
        book().append(sealed(late, after=head, at=midnight), [late], after=head)

    with pytest.raises(NotFoundError):
        book().entry(a_place(1, year=2027))


def test_one_request_that_moved_keeps_the_whole_batch_back():
    issue("1001")
    head = book().head(INVOICES)
    both = [a_request(id="1001").ready(), inbox().accept(a_request(id="1002").ready())]

    with pytest.raises(OvertakenError):
        book().append(sealed(*both, after=head), both, after=head)

    assert book().head(INVOICES) == head
    with pytest.raises(NotFoundError):
        book().entry(a_place(2))


def test_a_place_that_is_taken_is_never_written_again(monkeypatch):
    # The head keeps two documents from one place already; the place itself keeps them too.
    issue("1001")
    late = inbox().accept(a_request(id="1002").ready())
    monkeypatch.setattr(heads, "move", lambda *_: {"Delete": _a_free_key()})

    with pytest.raises(OvertakenError):
        book().append(sealed(late), [late], after=BEGINNING)

    assert book().entry(a_place(1)).source == "1001"


def _a_free_key():
    return {"TableName": "Heads", "Key": {"pk": {"S": "nothing"}}}


def test_a_full_batch_fits_into_a_transaction():
    assert len(issue(*(f"{order}" for order in range(INVOICES.batch)))) == 49


def test_a_thousand_documents_share_a_partition_key():
    keys = {entry_key(a_place(n))["pk"] for n in range(1000, 2000)}

    assert len(keys) == 1
    assert entry_key(a_place(999))["pk"] not in keys


def test_an_invoice_is_found_by_its_number():
    issue("1001")

    assert book().invoice(a_seller(), "FA-2026-000001") == an_invoice()


@pytest.mark.parametrize("number", ["FA-2026-000002", "RC-2026-000001", "FA", ""])
def test_a_number_that_was_never_given_is_not_found(number):
    issue("1001")

    with pytest.raises(NotFoundError):
        book().invoice(a_seller(), number)


def test_another_sellers_invoice_is_not_found():
    issue("1001")

    with pytest.raises(NotFoundError):
        book().invoice(a_seller(id="lampes"), "FA-2026-000001")


def test_an_invoice_that_nobody_paid_asks_everything():
    issue("1001")

    balance = book().balance(an_invoice())

    assert (balance.due, balance.version) == (eur("120.00"), 0)


def test_each_payment_lowers_what_is_open():
    issue("1001")
    issue_receipt("20.00", "pi_1")
    issue_receipt("70.50", "pi_2")

    balance = book().balance(an_invoice())

    assert (balance.paid, balance.due, balance.version) == (eur("90.50"), eur("29.50"), 2)


def test_a_payment_told_twice_is_counted_once():
    issue("1001")
    issue_receipt()

    with pytest.raises(OvertakenError):
        books.issue(requests.of_payment(a_receipt_draft(), at=NOON))

    assert book().balance(an_invoice()).paid == eur("120.00")
    assert book().head(RECEIPTS).n == 1


def test_the_check_of_a_balance_holds_while_nothing_moved():
    issue("1001")
    unpaid = book().balance(an_invoice())
    items.write_together([book().unchanged("atelier", "FA-2026-000001", unpaid)])

    issue_receipt("20.00")

    partly = book().balance(an_invoice())
    with pytest.raises(OvertakenError):
        items.write_together([book().unchanged("atelier", "FA-2026-000001", unpaid)])
    items.write_together([book().unchanged("atelier", "FA-2026-000001", partly)])


def test_a_payment_between_two_readings_shows():
    issue("1001")
    issue_receipt("20.00", "pi_1")
    seen = book().balance(an_invoice())
    issue_receipt("20.00", "pi_2")

    with pytest.raises(OvertakenError):
        items.write_together([book().unchanged("atelier", "FA-2026-000001", seen)])


def test_what_was_stored_for_a_document_is_recorded_once():
    assert book().stored(a_place()) is None
    items.write_together([book().store(a_stored())])

    with pytest.raises(OvertakenError):
        items.write_together([book().store(a_stored(template_version="2"))])

    assert book().stored(a_place()) == a_stored()


def test_a_document_and_its_files_stand_beside_each_other():
    issue("1001")
    items.write_together([book().store(a_stored())])

    assert len(aws.items("Ledger")) == 2


def test_a_large_invoice_is_stored_small():
    lines = [a_line(f"{n}.00") for n in range(1, 301)]
    ready = inbox().accept(a_request(lines=lines).ready())
    book().append(sealed(ready), [ready], after=BEGINNING)

    [item] = aws.items("Ledger")

    assert len(item["entry"]["B"]) < 20_000
    assert len(book().entry(a_place(1)).body["draft"]["lines"]) == 300


def test_a_clock_that_is_behind_does_not_change_the_order_of_the_ledger():
    issue("1001", at=NOON)
    [entry] = issue("1002", at=NOON - timedelta(hours=1))

    assert entry.at == NOON


def test_each_seller_and_kind_counts_alone():
    issue("1001")
    other = inbox().accept(a_request(seller=a_seller(id="lampes")).ready())
    series = ledger.Series(seller="lampes", kind="invoice")

    book().append(sealed(other, series=series), [other], after=BEGINNING)

    assert book().head(INVOICES).n == 1
    assert book().head(series).n == 1
    assert book().head(RECEIPTS) == BEGINNING


def test_a_transaction_of_the_largest_orders_is_less_than_dynamodb_takes():
    """4 MB, items as they are stored: the entry and its request with draft and order."""
    one = a_request(lines=many_lines()).ready()
    orders = [one.model_copy(update={"key": a_key(f"{n}"), "received_at": NOON}) for n in range(14)]

    batch = sealed(*orders)

    taken = orders[: len(batch.entries)]
    sizes = [size(entry_item(entry)) for entry in batch.entries]
    sizes += [size(request_items.item(request)) for request in taken]
    assert max(sizes) <= 400 * 1024
    assert 3_000_000 < sum(sizes) <= 4 * 1024 * 1024


def test_orders_of_a_thousand_plain_lines_go_in_full_batches():
    lines = [a_line(description=f"Article {n}", sku=f"A-{n}") for n in range(1_000)]
    one = a_request(lines=lines).ready()
    orders = [one.model_copy(update={"key": a_key(f"{n}")}) for n in range(BATCH)]

    assert len(sealed(*orders).entries) == BATCH
