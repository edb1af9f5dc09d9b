from datetime import UTC, datetime

import pytest

from invoicing import settings
from invoicing.adapters import items, queues, rounds
from invoicing.adapters.operations import agenda_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Round
from tests import aws
from tests.builders import a_seller, an_agenda
from tests.doors import deliver, function, tick

pytestmark = pytest.mark.usefixtures("shop")

AT = datetime(2026, 12, 22, 11, tzinfo=UTC)
BUYERS = [f"{n:032}" for n in range(5)]


@pytest.fixture(autouse=True)
def _short_pages(shop, monkeypatch):  # noqa: ARG001  made after it
    for each in (function("plan_reminders"), rounds):
        monkeypatch.setattr(each, "PAGE", 2)


@pytest.fixture(autouse=True)
def _due(shop):  # noqa: ARG001  made after it
    for n, buyer in enumerate(BUYERS):
        agenda = an_agenda(buyer=buyer, number=f"FA-2026-{n:06}")
        items.write_together([agenda_table.plan(agenda)])


def pages():
    return [each["body"] for each in aws.received(settings.get("PLAN_QUEUE"))]


def asked():
    return [each["body"]["buyer"] for each in aws.received(settings.get("REMIND_QUEUE"))]


def run():
    """Let the schedule tick, and follow it page by page."""
    tick("plan_reminders", AT)
    while found := pages():
        for page in found:
            assert deliver("plan_reminders", page) == []


def test_each_buyer_of_whom_something_is_due_is_asked_for_once():
    run()

    assert sorted(asked()) == BUYERS


def test_every_seller_is_looked_at_however_many_there_are():
    for n in range(5):
        sellers().save(a_seller(id=f"shop-{n}"))
        items.write_together([agenda_table.plan(an_agenda(seller=f"shop-{n}"))])

    run()

    assert len(asked()) == len(BUYERS) + 5


def test_a_page_that_dies_comes_again_alone_and_leaves_nobody_out(monkeypatch):
    first = Round(at=AT, seller="atelier")
    with monkeypatch.context() as dying:
        dying.setattr(queues, "go_round", lambda *_: 1 / 0)
        assert deliver("plan_reminders", first) == [0]

    todo = [first]
    while todo:
        assert deliver("plan_reminders", *todo) == []
        todo = pages()

    assert sorted(set(asked())) == BUYERS
