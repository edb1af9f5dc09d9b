import json
from datetime import timedelta

import pytest

from cli import __main__ as facturier
from cli.news import repair
from cli.stack import Stack
from invoicing.adapters import items
from invoicing.adapters.operations import cases_table, deliveries_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.webhooks import happened
from invoicing.errors import Reason
from invoicing.webhooks import KEPT, Delivery, Subject
from tests.books import issue_order, issue_receipt
from tests.builders import NOON, a_case, a_request, a_seller
from tests.deployments import the_stack

TODAY = NOON.date()
LATER = NOON + timedelta(days=3)
COMMAND = ("webhook", "repair", "atelier")
HELD = (Reason(code="unusual_amount", message="It is large."),)


@pytest.fixture
def stack(shop, monkeypatch):
    stack = the_stack(shop)
    monkeypatch.setattr(Stack, "find", lambda _: stack)
    return stack


@pytest.fixture
def told(stack):  # noqa: ARG001  written into its table
    item = deliveries_table.endpoint_key("atelier") | {"url": "https://shop.example/hook"}
    items.write(items.put("Operations", item))


def repaired(stack, *, since=TODAY, at=LATER) -> dict[str, int]:
    return repair("atelier", stack, since=since, at=at)["to_tell"]


def waiting() -> list[str]:
    events = [deliveries_table.read(*each) for each in deliveries_table.due(until=LATER, most=500)]
    return sorted(each.event.type for each in events)


@pytest.mark.usefixtures("told")
def test_a_shop_is_told_what_the_outbox_lost_and_nothing_twice(stack):
    invoiced = issue_order()
    issue_receipt()
    cases_table.keep(a_case(), a_seller())
    inbox().accept(a_request(id="1002").held(HELD))
    for event in happened.events(Subject(kind="document", place=invoiced.place), at=NOON):
        deliveries_table.plan(Delivery.of(event, at=NOON))

    found = repaired(stack)

    lost = {"case.opened": 1, "invoice.paid": 1, "order.held": 1, "payment.recorded": 1}
    assert found == lost
    assert waiting() == sorted([*lost, "invoice.issued"])
    assert repaired(stack) == {}


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("since", "at"),
    [(LATER.date(), LATER), (TODAY, NOON + KEPT + timedelta(seconds=1))],
    ids=["before the day", "before what is remembered"],
)
def test_what_is_older_is_not_told(stack, since, at):
    issue_order()
    inbox().accept(a_request(id="1002").held(HELD))

    assert repaired(stack, since=since, at=at) == {}


@pytest.mark.usefixtures("told")
def test_the_command_says_what_it_will_tell(capsys):
    assert facturier.main([*COMMAND, "--from", "2026-11-21"]) == 0
    assert json.loads(capsys.readouterr().out)["seller"] == "atelier"


@pytest.mark.usefixtures("stack")
def test_a_shop_that_is_told_nothing_has_nothing_to_repair(capsys):
    assert facturier.main([*COMMAND, "--from", "2026-11-21"]) == 2
    assert "endpoint of atelier" in capsys.readouterr().err
