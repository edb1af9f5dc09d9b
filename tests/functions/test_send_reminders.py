from datetime import UTC, datetime, timedelta

import pytest

from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, freezes_table, notices_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import NotFoundError
from invoicing.freezes import Freeze
from invoicing.reminders import PLAN
from tests.books import an_invoice_in_the_books, issue_receipt
from tests.builders import NOON, PARIS, a_notice, a_seller, an_agenda
from tests.doors import tick

pytestmark = pytest.mark.usefixtures("shop")

DUE = datetime(2026, 12, 21, 12, tzinfo=UTC)  # of an invoice of 21 November


@pytest.fixture
def unpaid(shop):  # noqa: ARG001  made after it
    """An invoice that is on the agenda, as it is when its PDF was stored."""
    return an_unpaid_invoice()


def an_unpaid_invoice(**changes: object):
    invoice = an_invoice_in_the_books(**changes)
    agenda = an_agenda(invoice.due_on.isoformat(), number=invoice.number)
    items.write_together([agenda_table.plan(agenda)])
    return invoice


def run(*, days):
    tick("send_reminders", DUE + timedelta(days=days))


def owed(level, number="FA-2026-000001"):
    """The reminder that was owed, None if it was not."""
    try:
        return notices_table.read(a_notice("reminder", number=number, level=level).key)
    except NotFoundError:
        return None


def levels():
    return [level for level in range(1, len(PLAN) + 1) if owed(level)]


@pytest.mark.usefixtures("unpaid")
def test_nobody_is_reminded_before_the_first_day():
    run(days=-4)

    assert levels() == []


@pytest.mark.usefixtures("unpaid")
def test_who_has_not_paid_is_reminded_on_each_day_of_the_plan_once():
    for day in range(-4, 32):
        run(days=day)
        run(days=day)

    assert levels() == [1, 2, 3, 4, 5]
    assert owed(1).recipient == "camille@buyer.example"


@pytest.mark.usefixtures("unpaid")
def test_days_that_were_missed_are_caught_up_with_one_mail():
    run(days=8)

    assert levels() == [3]
    run(days=9)
    assert levels() == [3]
    run(days=15)
    assert levels() == [3, 4]


@pytest.mark.usefixtures("unpaid")
def test_after_the_last_level_nothing_is_planned():
    run(days=30)

    assert levels() == [5]
    assert list(agenda_table.due("atelier", until="2099-01-01")) == []


@pytest.mark.usefixtures("unpaid")
def test_who_has_paid_is_not_reminded_and_leaves_the_agenda():
    issue_receipt("120.00")

    run(days=1)

    assert levels() == []
    assert list(agenda_table.due("atelier", until="2099-01-01")) == []


@pytest.mark.usefixtures("unpaid")
def test_who_has_paid_a_part_is_reminded():
    issue_receipt("50.00")

    run(days=1)

    assert levels() == [2]


@pytest.mark.usefixtures("unpaid")
def test_money_that_comes_between_reading_and_claiming_stops_the_reminder(monkeypatch):
    read = book().balance

    def overtaken(invoice):
        balance = read(invoice)
        monkeypatch.setattr(book(), "balance", read)
        issue_receipt("120.00")
        return balance

    monkeypatch.setattr(book(), "balance", overtaken)
    run(days=1)
    assert levels() == []

    run(days=1)
    assert levels() == []
    assert list(agenda_table.due("atelier", until="2099-01-01")) == []


def test_who_gave_no_address_is_reminded_on_paper_and_the_plan_goes_on():
    an_unpaid_invoice(buyer={"name": "Camille Moreau", "address": PARIS})

    run(days=1)

    assert (levels(), owed(2).state) == ([2], "PAPER")
    assert list(agenda_table.due("atelier", until="2026-12-28")) == [an_agenda(level=3)]


def test_every_unpaid_invoice_is_reminded():
    an_unpaid_invoice(id="1001")
    an_unpaid_invoice(id="1002")

    run(days=1)

    assert owed(2, "FA-2026-000001")
    assert owed(2, "FA-2026-000002")


@pytest.mark.usefixtures("unpaid")
def test_the_day_is_the_sellers_own():
    # 23:30 UTC on 17 December is 18 December in Paris, the first day of the plan.
    tick("send_reminders", datetime(2026, 12, 17, 22, 30, tzinfo=UTC))
    assert levels() == []

    tick("send_reminders", datetime(2026, 12, 17, 23, 30, tzinfo=UTC))
    assert levels() == [1]


@pytest.mark.usefixtures("unpaid")
def test_a_seller_without_invoices_keeps_nobody_else_waiting():
    sellers().save(a_seller(id="aaa"))

    run(days=1)

    assert levels() == [2]


def test_an_invoice_that_cannot_be_reminded_keeps_nobody_else_waiting():
    an_unpaid_invoice(id="1001")
    lost = an_agenda(DUE.date().isoformat(), number="FA-2026-000009")
    items.write_together([agenda_table.plan(lost)])
    an_unpaid_invoice(id="1002")

    with pytest.raises(Exception, match="1") as failed:
        run(days=1)

    assert failed.typename == "NotAllRemindedError"
    assert owed(2, "FA-2026-000001")
    assert owed(2, "FA-2026-000002")


def freeze(*, until=None):
    by_hand = Freeze(reason="by_hand", since=NOON, until=until)
    freezes_table.change("atelier", "FA-2026-000001", lambda kept: kept.frozen(by_hand))


def lift():
    freezes_table.change("atelier", "FA-2026-000001", lambda kept: kept.lifted("by_hand"))


@pytest.mark.usefixtures("unpaid")
def test_a_frozen_invoice_is_reminded_of_from_the_day_after_the_freeze_is_lifted():
    freeze()
    for day in range(-4, 9):
        run(days=day)
    assert levels() == []

    lift()
    run(days=8)
    assert levels() == []
    run(days=9)

    assert levels() == [3], "what was due meanwhile is caught up with one mail"


@pytest.mark.usefixtures("unpaid")
def test_a_freeze_ends_with_its_last_day():
    freeze(until=DUE.date() + timedelta(days=1))

    run(days=1)
    assert levels() == []
    run(days=2)

    assert levels() == [2]


@pytest.mark.usefixtures("unpaid")
def test_nothing_is_lost_of_an_invoice_that_was_frozen_beyond_the_whole_plan():
    freeze()
    for day in range(-4, 41):
        run(days=day)

    lift()
    run(days=41)

    assert levels() == [5]


@pytest.mark.usefixtures("unpaid")
def test_a_freeze_that_comes_between_reading_and_claiming_stops_the_reminder(monkeypatch):
    read = freezes_table.read

    def overtaken(seller, number):
        found = read(seller, number)
        monkeypatch.setattr(freezes_table, "read", read)
        freeze()
        return found

    monkeypatch.setattr(freezes_table, "read", overtaken)
    run(days=1)
    run(days=1)

    assert levels() == []
