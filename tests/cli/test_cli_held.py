"""Whoever is woken up by held orders sees which reason repeats without any seller's key."""

import json

from cli import __main__ as facturier
from cli.stack import Stack
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import Reason
from tests.builders import a_request
from tests.deployments import the_stack

LARGE = Reason(code="unusual_amount", message="It is large.")
UNKNOWN = Reason(code="vat_number_unverified", message="VIES is away.")


def test_held_orders_are_counted_by_reason_and_seller(shop, monkeypatch, capsys):
    stack = the_stack(shop)
    monkeypatch.setattr(Stack, "find", lambda _: stack)
    inbox().accept(a_request(id="1001").held((UNKNOWN,)))
    inbox().accept(a_request(id="1002").held((UNKNOWN, LARGE)))
    inbox().accept(a_request(id="1003"))

    assert facturier.main(["held"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told == {"unusual_amount": {"atelier": 1}, "vat_number_unverified": {"atelier": 2}}
