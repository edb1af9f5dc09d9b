from datetime import UTC, datetime, timedelta

import pytest

from invoicing import closings, requests, tallies
from invoicing.adapters import aws, items
from invoicing.adapters.ledger import ledger_pages, ledger_table, signing
from invoicing.adapters.ledger.closed_books import closed_books
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.requests_table import inbox
from invoicing.closings import KINDS, START, Span
from invoicing.errors import OvertakenError
from invoicing.habits import Sightings
from invoicing.ledger import GENESIS
from tests import books
from tests.books import PDF, XML, issue_order, issue_receipt
from tests.builders import (
    INVOICES,
    NOON,
    RECEIPTS,
    a_receipt_draft,
    a_request,
    a_seller,
    sealed,
)

pytestmark = pytest.mark.usefixtures("deployed")

SELLER = a_seller()
MIDNIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)  # in Paris
MORNING = MIDNIGHT + timedelta(hours=8)
SIGNATURE = b"signed"


def prepare(*, at=MORNING):
    """Read and add up a day as a closing does, before its transaction."""
    standing = closed_books().standing("atelier")
    period = closings.upcoming(SELLER, standing.closing, list(standing.heads.values()))
    _, ends = closings.bounds(period, SELLER, standing.closing)
    seen = Sightings(period.first)
    tallied = [closed_books().tally(standing, kind, seen, ends=ends) for kind in KINDS]
    key = closings.SigningKey.of(b"key")
    draft = tallies.day(period, SELLER, tallied, before=standing.closing, key=key)
    return closings.seal(draft, after=standing.closed, at=at), standing


def close(*, at=MORNING):
    batch, standing = prepare(at=at)
    closed_books().append(batch, SIGNATURE, after=standing)
    return closings.read(batch.entries[0])


def slow_writer(order="1002", *, at=MIDNIGHT - timedelta(seconds=1)):
    """Somebody who has read the head before midnight and is about to write."""
    request = inbox().accept(a_request(id=order).ready())
    head = book().head(INVOICES)
    return lambda: book().append(sealed(request, after=head, at=at), [request], after=head)


def test_a_closing_is_read_back_with_its_signature():
    issue_order()
    closing = close()

    standing = closed_books().standing("atelier")
    assert standing.closing == closing
    assert standing.last.signature == SIGNATURE
    assert standing.closed.hash == standing.last.entry.hash


def test_a_slow_writer_cannot_slip_a_document_in_behind_the_closing():
    issue_order()
    write = slow_writer()
    close()

    with pytest.raises(OvertakenError):
        write()

    assert book().head(INVOICES).n == 1


def test_a_slow_writer_cannot_begin_a_series_behind_the_closing():
    issue_order()
    payment = requests.of_payment(a_receipt_draft(), at=NOON)
    late = inbox().accept(payment)
    head = book().head(RECEIPTS)
    close()

    with pytest.raises(OvertakenError):
        book().append(sealed(late, series=RECEIPTS, after=head), [late], after=head)

    assert (book().head(RECEIPTS).hash, book().head(RECEIPTS).at) == (GENESIS, MIDNIGHT)


def test_whoever_reads_after_the_closing_issues_on_the_next_day():
    issue_order()
    close()

    entry = issue_order(id="1002")

    assert entry.at == MIDNIGHT
    assert entry.body["issued_on"] == "2026-11-22"


def test_a_document_that_came_first_is_in_the_closing_or_stops_it():
    issue_order()
    batch, standing = prepare()
    slow_writer()()

    with pytest.raises(OvertakenError):
        closed_books().append(batch, SIGNATURE, after=standing)

    assert close().covered("invoice").count == 2


def test_documents_of_the_next_day_do_not_stop_the_closing():
    issue_order()
    books.issue(inbox().accept(a_request(id="1002").ready()), at=MORNING)
    batch, standing = prepare()
    books.issue(inbox().accept(a_request(id="1003").ready()), at=MORNING)

    closed_books().append(batch, SIGNATURE, after=standing)

    assert book().head(INVOICES).at == MORNING  # a head is never taken back
    assert closed_books().standing("atelier").closing.covered("invoice").count == 1


def test_two_who_close_at_once_close_once():
    issue_order()
    first, standing = prepare()
    second, _ = prepare()
    closed_books().append(first, SIGNATURE, after=standing)

    with pytest.raises(OvertakenError):
        closed_books().append(second, SIGNATURE, after=standing)

    assert closed_books().standing("atelier").closed.n == 1


def test_a_closing_takes_up_what_came_since_the_one_before():
    issue_order()
    issue_receipt()
    first = close()
    books.issue(inbox().accept(a_request(id="1002").ready()), at=MORNING)
    second = close(at=MORNING + timedelta(days=1))

    assert [each.count for each in first.series] == [1, 0, 1, 0]
    assert [each.count for each in second.series] == [1, 0, 0, 0]
    assert [str(row.net) for row in second.perpetual] == ["240.00 EUR"]


def test_closings_are_walked_back_to_the_first():
    issue_order()
    closed = [close(at=MORNING + timedelta(days=n)) for n in range(3)]

    found = closed_books().back_from(closed_books().standing("atelier").last)

    assert [each.closing for each in found] == closed[::-1]


def test_a_series_that_opened_elsewhere_is_found():
    opening = book().head(INVOICES).model_copy(update={"year": 2026, "n": 4711})
    book().open(INVOICES, opening, after=book().head(INVOICES))
    issue_order()

    first = close().covered("invoice").first

    assert (first.year, first.n) == (2026, 4712)


def test_a_series_is_walked_over_partitions_and_years(monkeypatch):
    for module in (ledger_table, ledger_pages):
        monkeypatch.setattr(module, "PER_PARTITION", 4)
    new_year = datetime(2026, 12, 31, 23, tzinfo=UTC)
    for n in range(24):
        request = inbox().accept(a_request(id=f"{n}").ready())
        [entry] = books.issue(request, at=new_year + timedelta(hours=n - 15))
        if n % 3:
            books.store(entry, PDF, XML)
    head = book().head(INVOICES)
    everything = list(ledger_pages.documents("Ledger", INVOICES, after=START, until=head))

    assert [entry.source for entry, _ in everything] == [f"{n}" for n in range(24)]
    assert [bool(stored) for _, stored in everything] == [bool(n % 3) for n in range(24)]
    for behind, (entry, _) in enumerate(everything, 1):
        after = closings.Position(year=entry.place.year, n=entry.place.n, hash=entry.hash)
        rest = ledger_pages.documents("Ledger", INVOICES, after=after, until=head)
        assert [each.source for each, _ in rest] == [f"{n}" for n in range(behind, 24)]


def test_files_that_came_late_are_found_over_partitions(monkeypatch):
    for module in (ledger_table, ledger_pages):
        monkeypatch.setattr(module, "PER_PARTITION", 4)
    for n in range(10):
        entry = issue_order(id=f"{n}")
        if n % 2:
            books.store(entry, PDF)

    found = dict(ledger_pages.files("Ledger", INVOICES, Span(year=2026, first=2, last=9)))

    assert {n: bool(stored) for n, stored in found.items()} == {n: not n % 2 for n in range(2, 10)}


def test_an_altered_document_is_never_closed_over():
    entry = issue_order()
    issue_order(id="1002")
    altered = entry.model_copy(update={"source": "another"})
    items.write(items.put("Ledger", ledger_table.entry_item(altered)))

    with pytest.raises(tallies.BrokenChainError):
        prepare()


def test_a_day_whose_last_document_is_gone_is_not_closed_without_it():
    issue_order()
    gone = issue_order(id="1002")
    aws.dynamodb().delete_item(
        TableName="Ledger", Key=aws.to_item(ledger_table.entry_key(gone.place))
    )

    with pytest.raises(tallies.BrokenChainError, match="2026 2"):
        prepare()

    books.issue(inbox().accept(a_request(id="1003").ready()), at=MORNING)
    with pytest.raises(tallies.BrokenChainError, match="2026 3"):
        prepare()


def test_a_signature_is_verified_with_what_the_closing_carries():
    signer = signing.signer()
    issue_order()
    batch, _ = prepare()

    signature = signer.sign(batch.head.hash)

    assert len(signature) == 384  # RSA with 3072 bits
    assert signer.key.fingerprint == signing.signer().key.fingerprint


def test_nothing_is_closed_where_nothing_was_issued():
    standing = closed_books().standing("atelier")

    assert (standing.last, standing.closing) == (None, None)
    assert closings.upcoming(SELLER, None, list(standing.heads.values())) is None
