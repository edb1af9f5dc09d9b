"""From an ended day to its closing, its anchor and the accountant's mail."""

import hashlib
import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from unittest.mock import Mock

import boto3
import pytest

from invoicing import notices, tallies
from invoicing.adapters import aws as clients
from invoicing.adapters import items, queues
from invoicing.adapters import rounds as product
from invoicing.adapters.ledger import ledger_table
from invoicing.adapters.ledger.closed_books import closed_books
from invoicing.adapters.mails import correspondence
from invoicing.adapters.operations import notices_table, watch_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.habits import Count
from invoicing.ledger import Place, Series
from invoicing.telemetry import logger
from local.demo.signatures import is_signed
from tests import aws, books, doors, rounds
from tests.books import PDF, XML, an_invoice_in_the_books, issue_order, issue_order_at
from tests.builders import PARIS, a_seller, a_stored, eur

MIDNIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)  # in Paris, after the day of every document here
MORNING = MIDNIGHT + timedelta(hours=1)
CLOSINGS = Series(seller="atelier", kind="closing")


def plan(shop, at):
    """Run the planner; give what it asked for, by queue."""
    assert rounds.go("plan_closings", "CLOSINGS_QUEUE", at) == 0
    asked = {name: aws.received(shop[name]) for name in ("CLOSE_QUEUE", "ANCHOR_QUEUE")}
    return {name: [each["body"] for each in several] for name, several in asked.items() if several}


def work(shop, at):
    """Close all that is due; an invocation that has little time left asks for another."""
    asked = [queues.Close(seller="atelier", at=at)]
    while asked:
        assert doors.deliver("close_ledger", *asked) == []
        asked = [queues.Close(**each["body"]) for each in aws.received(shop["CLOSE_QUEUE"])]


def closed():
    """All closings, the oldest first."""
    last = closed_books().standing("atelier").last
    return [*closed_books().back_from(last)][::-1]


def periods():
    return [signed.entry.source for signed in closed()]


def anchor(signed):
    assert doors.deliver("anchor_closing", queues.Anchor(place=signed.entry.place)) == []


def anchors():
    s3 = boto3.client("s3", aws.REGION)
    return sorted(each["Key"] for each in s3.list_objects_v2(Bucket="anchors").get("Contents", ()))


def anchored(key):
    body = boto3.client("s3", aws.REGION).get_object(Bucket="anchors", Key=key)["Body"]
    return json.loads(body.read())


# Planning


def test_a_seller_whose_day_has_ended_is_asked_for(shop):
    an_invoice_in_the_books()

    asked = plan(shop, MORNING)

    assert asked == {"CLOSE_QUEUE": [{"seller": "atelier", "at": "2026-11-22T00:00:00Z"}]}


def test_nobody_is_asked_for_while_the_day_lasts_or_when_it_is_closed(shop):
    assert plan(shop, MORNING) == {}
    an_invoice_in_the_books()
    assert plan(shop, MIDNIGHT) == {}
    work(shop, MORNING)
    anchor(closed()[0])
    assert plan(shop, MORNING) == {}


def test_an_anchor_whose_message_was_lost_is_asked_for_again(shop):
    an_invoice_in_the_books()
    work(shop, MORNING)

    place = {"series": {"seller": "atelier", "kind": "closing"}, "year": 2026, "n": 1}
    assert plan(shop, MORNING) == {"ANCHOR_QUEUE": [{"place": place}]}


@pytest.mark.parametrize(("hours", "overdue"), [(11, 0), (12, 1)])
def test_a_closing_that_is_missed_for_half_a_day_is_told(shop, capsys, hours, overdue):
    an_invoice_in_the_books()
    capsys.readouterr()

    plan(shop, MIDNIGHT + timedelta(hours=hours))

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["ClosingsOverdue"] for line in told if "ClosingsOverdue" in line] == [[overdue]]


def test_one_sellers_unreadable_books_keep_nobody_elses_open_and_are_told(
    shop, capsys, monkeypatch
):
    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    an_invoice_in_the_books()
    sellers().save(a_seller(id="aaa"))
    items.write(items.put("Heads", {"pk": "HEAD#aaa.invoice", "head": b"{}"}))

    assert rounds.go("plan_closings", "CLOSINGS_QUEUE", MORNING) == 1

    assert [each["body"]["seller"] for each in aws.received(shop["CLOSE_QUEUE"])] == ["atelier"]
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    overdue = [line["ClosingsOverdue"] for line in told if "ClosingsOverdue" in line]
    assert sorted(overdue) == [[0], [1]]
    assert [line["seller"] for line in told if line.get("level") == "WARNING"] == ["aaa"]


def test_every_sellers_closings_are_planned_however_many_there_are(shop, monkeypatch):
    monkeypatch.setattr(product, "PAGE", 2)
    for n in range(5):
        sellers().save(a_seller(id=f"a-{n}"))
    an_invoice_in_the_books()

    assert list(plan(shop, MORNING)) == ["CLOSE_QUEUE"]


# Closing


def test_a_day_is_closed_and_signed(shop):
    an_invoice_in_the_books()

    work(shop, MORNING)

    [signed] = closed()
    closing = signed.closing
    assert (closing.number, closing.civil.source) == ("CL-2026-000001", "day:2026-11-21")
    # moto hashes a digest once more, which KMS does not: the journey sees that it is as it should.
    again = hashlib.sha256(bytes.fromhex(signed.entry.hash)).hexdigest()
    assert is_signed(again, signed.signature, closing.key.public_key)
    assert not is_signed("0" * 64, signed.signature, closing.key.public_key)


def test_the_same_period_is_never_closed_twice(shop):
    an_invoice_in_the_books()

    for _ in range(3):
        work(shop, MORNING)

    assert periods() == ["day:2026-11-21"]


def test_missed_days_are_caught_up_in_order_with_their_month(shop):
    an_invoice_in_the_books()

    work(shop, datetime(2026, 12, 2, 12, tzinfo=UTC))

    assert periods() == [
        *(f"day:2026-11-{day}" for day in range(21, 31)),
        "month:2026-11",
        "day:2026-12-01",
    ]
    month = closed()[-2].closing
    assert [str(row.total) for row in month.totals] == ["120.00 EUR"]
    assert month.covered("invoice").count == 1


def test_a_year_is_closed_after_its_last_month(shop):
    an_invoice_in_the_books()

    work(shop, datetime(2027, 1, 1, 12, tzinfo=UTC))

    assert periods()[-3:] == ["day:2026-12-31", "month:2026-12", "year:2026"]
    year = closed()[-1].closing
    assert (year.begins, [str(row.total) for row in year.totals]) == (
        closed()[0].closing.begins,
        ["120.00 EUR"],
    )


def test_a_day_whose_pdf_is_still_being_made_waits_for_it(shop):
    entry = issue_order()
    work(shop, MORNING)
    assert periods() == []

    books.store(entry, PDF, XML)
    work(shop, MORNING)

    assert closed()[0].closing.covered("invoice").files.count == 1


def test_a_pdf_that_never_came_is_named_and_covered_when_it_comes(shop):
    entry = issue_order()
    work(shop, MIDNIGHT + timedelta(hours=6))
    books.store(entry, PDF, XML)
    work(shop, MIDNIGHT + timedelta(days=1, hours=1))

    first, second = (signed.closing.covered("invoice") for signed in closed())
    assert (first.files.count, [each.first for each in first.missing]) == (0, [1])
    assert (second.late.count, second.missing) == (1, ())


@pytest.mark.usefixtures("shop")
def test_books_that_were_altered_are_not_closed():
    entry = issue_order()
    books.store(entry, PDF, XML)
    issue_order(id="1002")
    altered = entry.model_copy(update={"source": "another"})
    items.write(items.put("Ledger", ledger_table.entry_item(altered)))

    assert doors.deliver("close_ledger", queues.Close(seller="atelier", at=MORNING)) == [0]
    assert periods() == []


def test_a_closing_that_lost_its_race_is_made_again(shop, monkeypatch):
    an_invoice_in_the_books()
    tally, late = closed_books().tally, [1]

    def overtaken(standing, kind, sightings, *, ends):
        result = tally(standing, kind, sightings, ends=ends)
        if late.pop() if late else 0:
            books.store(issue_order(id="1002"), PDF, XML)
        return result

    monkeypatch.setattr(closed_books(), "tally", overtaken)
    work(shop, MORNING)

    assert closed()[0].closing.covered("invoice").count == 2


def test_more_missing_files_than_can_be_named_wait_for_a_person(shop, monkeypatch):
    monkeypatch.setattr(tallies, "MOST_SPANS", 0)
    issue_order()

    work(shop, MIDNIGHT + timedelta(days=30))

    assert periods() == []


# Anchoring


def test_an_anchor_holds_every_hash_and_the_signature(shop):
    invoice = an_invoice_in_the_books()
    work(shop, MORNING)
    [signed] = closed()

    anchor(signed)

    found = anchored("atelier/2026-11-21.json")
    hash_ = book_hash(invoice.number)
    assert found["closing"] == {"year": 2026, "n": 1, "hash": signed.entry.hash}
    assert found["series"]["invoice"] == {"year": 2026, "n": 1, "hash": hash_}
    assert found["series"]["receipt"]["n"] == 0
    assert found["key"]["fingerprint"] == signed.closing.key.fingerprint


def book_hash(number):
    place = Place(series=Series(seller="atelier", kind="invoice"), year=2026, n=int(number[-6:]))
    return ledger_table.book().entry(place).hash


def test_who_anchors_a_closing_anchors_those_that_were_lost_before_it(shop):
    an_invoice_in_the_books()
    work(shop, MORNING + timedelta(days=2))

    anchor(closed()[-1])

    assert anchors() == [f"atelier/2026-11-{day}.json" for day in (21, 22, 23)]


def test_an_anchor_is_written_once(shop):
    an_invoice_in_the_books()
    work(shop, MORNING)

    for _ in range(2):
        anchor(closed()[0])

    s3 = boto3.client("s3", aws.REGION)
    versions = s3.list_object_versions(Bucket="anchors")["Versions"]
    assert len(versions) == 1


def test_an_anchor_that_says_otherwise_is_told(shop):
    an_invoice_in_the_books()
    work(shop, MORNING)
    boto3.client("s3", aws.REGION).put_object(
        Bucket="anchors", Key="atelier/2026-11-21.json", Body=b"{}"
    )

    message = queues.Anchor(place=closed()[0].entry.place)
    assert doors.deliver("anchor_closing", message) == [0]


@dataclass
class Told:
    """Whether the accountant is owed a mail for a closing."""

    number: str

    @property
    def notice(self):
        key = notices.Key(seller="atelier", number=self.number, occasion="closing")
        try:
            return notices_table.read(key)
        except NotFoundError:
            return None


def test_an_accountant_whose_mail_meets_a_busy_dynamodb_is_told_all_the_same(shop, monkeypatch):
    sellers().save(a_seller(accountant="cabinet@comptable.example"))
    an_invoice_in_the_books()
    work(shop, MORNING)
    message = queues.Anchor(place=closed()[0].entry.place)
    client = clients.dynamodb()
    busy = {"Error": {"Code": "", "Message": ""}, "CancellationReasons": [{"Code": "Throttling"}]}
    faults = client.exceptions
    refusals = {
        "put_item": faults.TransactionConflictException(busy, "PutItem"),
        "transact_write_items": faults.TransactionCanceledException(busy, "TransactWriteItems"),
    }

    with monkeypatch.context() as now:
        for call, refusal in refusals.items():
            now.setattr(client, call, Mock(side_effect=refusal))
        assert doors.deliver("anchor_closing", message) == [0]
    assert doors.deliver("anchor_closing", message) == []

    assert Told(closed()[0].closing.number).notice


def test_the_accountant_is_told_of_days_with_documents_and_of_each_month(shop):
    sellers().save(a_seller(accountant="cabinet@comptable.example"))
    an_invoice_in_the_books()
    work(shop, datetime(2026, 12, 1, 12, tzinfo=UTC))

    anchor(closed()[-1])

    told = [signed.entry.source for signed in closed() if Told(signed.closing.number).notice]
    assert told == ["day:2026-11-21", "month:2026-11"]
    assert Told("CL-2026-000001").notice.recipient == "cabinet@comptable.example"


def test_the_accountant_gets_the_hashes_in_words_and_as_a_file(shop):
    sellers().save(a_seller(accountant="cabinet@comptable.example"))
    invoice = an_invoice_in_the_books()
    work(shop, MORNING)
    [signed] = closed()
    anchor(signed)

    raw = correspondence.letter(Told("CL-2026-000001").notice)

    mail = message_from_bytes(raw, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()
    [attached] = mail.iter_attachments()
    assert mail["Subject"].startswith("Clôture CL-2026-000001 : 21 novembre 2026")
    assert mail["To"] == "cabinet@comptable.example"
    for hash_ in (book_hash(invoice.number), signed.entry.hash, signed.closing.key.fingerprint):
        assert hash_ in text
    assert "120,00" in text
    assert json.loads(attached.get_content()) == anchored("atelier/2026-11-21.json")


def test_without_an_accountant_nobody_is_told(shop):
    an_invoice_in_the_books()
    work(shop, MORNING)

    anchor(closed()[0])

    assert Told("CL-2026-000001").notice is None


def test_files_of_another_series_do_not_count(shop):
    stored = a_stored(place=Place(series=CLOSINGS, year=2026, n=1))
    items.write_together([ledger_table.book().store(stored)])
    issue_order()

    work(shop, MORNING)

    assert periods() == []


def test_an_anchor_is_locked_as_long_as_any_document_may_have_to_be_kept(shop, monkeypatch):
    monkeypatch.setenv("RETENTION_MODE", "GOVERNANCE")
    sellers().save(a_seller(address=PARIS | {"country": "DE"}))
    an_invoice_in_the_books()
    work(shop, MORNING)

    anchor(closed()[0])

    locked = boto3.client("s3", aws.REGION).head_object(
        Bucket="anchors", Key="atelier/2026-11-21.json"
    )
    assert locked["ObjectLockMode"] == "GOVERNANCE"
    assert locked["ObjectLockRetainUntilDate"].date() == date(2036, 12, 31)


# What the guard learns


def test_what_a_day_was_like_is_learnt_when_it_is_closed(shop):
    an_invoice_in_the_books()
    work(shop, MORNING)

    watch = watch_table.read("atelier")

    assert watch
    habits = watch.habits
    assert (habits.since, habits.until) == (date(2026, 11, 21), date(2026, 11, 21))
    assert (habits.busiest("invoice"), habits.largest("EUR")) == (1, eur("120.00"))
    assert habits.counted["invoice"] == Count(year=2026, n=1)
    assert set(habits.known) == {"country:FR", "vat:domestic", "currency:EUR"}


def test_each_day_is_learnt_once_however_often_it_is_added_up(shop, monkeypatch):
    an_invoice_in_the_books()

    def overtaken(*_: object, **__: object) -> None:
        monkeypatch.setattr(closed_books(), "append", append)
        raise OvertakenError

    append = closed_books().append
    monkeypatch.setattr(closed_books(), "append", overtaken)
    work(shop, MORNING + timedelta(days=2))

    watch = watch_table.read("atelier")

    assert watch
    assert (watch.habits.invoices, watch.habits.until) == (1, date(2026, 11, 23))


def test_what_was_issued_after_the_day_is_not_counted_as_its_own(shop):
    an_invoice_in_the_books()
    books.store(issue_order_at(MIDNIGHT + timedelta(minutes=1), id="1002"), PDF, XML)

    work(shop, MORNING)

    watch = watch_table.read("atelier")
    assert watch
    assert watch.habits.counted["invoice"].n == 1
