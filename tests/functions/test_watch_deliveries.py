import json
from datetime import UTC, datetime, timedelta

import pytest

from invoicing import settings
from invoicing.adapters import items
from invoicing.adapters.operations import agenda_table, notices_table, watch_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import NotFoundError
from invoicing.reminders import Agenda
from tests import rounds
from tests.books import invoice, issue_order, issue_order_at, owe
from tests.builders import NOON, PARIS, a_notice, a_seller

pytestmark = pytest.mark.usefixtures("shop")

NEXT_DAY = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def lacking(capsys):
    """Run the watchdog; give the most that its alarm's metric says of a seller."""

    def run(at=NEXT_DAY, *, failing=0):
        capsys.readouterr()
        assert rounds.go("watch_deliveries", "WATCH_QUEUE", at) == failing
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return max(each["MailsMissing"][0] for each in told if "_aws" in each)

    return run


def sent(number="FA-2026-000001"):
    before = owe(a_notice(number=number))
    claimed = before.claim("worker", NOON)
    notices_table.move(before, claimed)
    notices_table.move(claimed, claimed.sent("ses-1"))


def test_a_day_without_work_is_silent(lacking):
    assert lacking() == 0


def test_a_day_whose_mails_are_out_is_silent(lacking):
    issue_order()
    sent()

    assert lacking() == 0


def test_it_rings_when_nothing_leaves(lacking):
    issue_order(id="1001")
    issue_order(id="1002")
    owe(a_notice())  # it waits in the queue; of the other not even a notice is there

    assert lacking() == 2


def test_paper_that_is_listed_is_not_missed(lacking):
    issue_order(buyer={"name": "Camille Moreau", "address": PARIS})
    assert lacking() == 1

    owe(a_notice().model_copy(update={"state": "PAPER", "recipient": ""}))

    assert lacking() == 0


@pytest.mark.parametrize(
    ("issued", "seen"),
    [("2026-11-20T22:59:59Z", 0), ("2026-11-20T23:00:00Z", 1), ("2026-11-21T23:00:00Z", 0)],
)
def test_the_day_is_the_sellers_own(lacking, issued, seen):
    issue_order_at(datetime.fromisoformat(issued))

    assert lacking() == seen


def test_what_was_issued_just_now_has_time(lacking):
    issue_order()

    assert lacking(NOON + timedelta(hours=14)) == 0


def test_it_rings_when_nobody_looks_at_the_reminders_that_are_due(lacking):
    issue_order()
    sent()
    agenda = Agenda.first(invoice())
    items.write_together([agenda_table.plan(agenda)])
    due = agenda.wakes_at

    assert lacking(due + timedelta(hours=23)) == 0
    assert lacking(due + timedelta(days=2)) == 1

    watch_table.pause("atelier", table=settings.get("OPERATIONS_TABLE"))
    assert lacking(due + timedelta(days=2)) == 0  # nobody is to be reminded meanwhile
    watch_table.resume("atelier", table=settings.get("OPERATIONS_TABLE"))

    ended = agenda.at(len(agenda.plan) + 1)
    items.write_together([agenda_table.move(agenda, ended)])
    assert lacking(due + timedelta(days=2)) == 0


def test_one_seller_that_cannot_be_counted_is_told_and_hides_no_other(lacking, monkeypatch):
    sellers().save(a_seller(id="lampes"))
    issue_order()
    read = sellers().read

    def broken(seller_id):
        if seller_id == "lampes":
            raise NotFoundError(seller_id)
        return read(seller_id)

    monkeypatch.setattr(sellers(), "read", broken)

    assert lacking(failing=1) == 1
