"""The sums of the official example invoices, reproduced by the real calculation.

An example becomes an order with the rates that it states, and is priced. Where an example's lines
do not follow from quantity and price (`errors` says which), its line nets are given instead, and
the sums from there on are still compared: `totals_consistent`.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from invoicing import pricing
from invoicing.figures import Priced
from invoicing.pricing import Rates
from invoicing.vat.sums import Rate
from tests.builders import an_order

VECTORS = Path(__file__).parents[3] / "shared/data/en16931/vectors.json"
FOUND: list[dict[str, Any]] = json.loads(VECTORS.read_text()) if VECTORS.exists() else []
CONSISTENT = [each for each in FOUND if each["consistent"]]
WITH_CONSISTENT_TOTALS = [each for each in FOUND if each["totals_consistent"]]

pytestmark = pytest.mark.skipif(not FOUND, reason="the shared examples are not here")


def named(vectors: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(each, id=each["file"]) for each in vectors]


@pytest.mark.parametrize("vector", named(CONSISTENT))
def test_everything_follows_from_quantities_and_prices(vector):
    order = an_order(**the_order(vector), lines=[a_line(each) for each in vector["lines"]])

    priced = pricing.price(order, the_rates(vector))

    assert [line.net.amount for line in priced.lines] == [
        number(each["net_amount"]) for each in vector["lines"]
    ]
    assert the_breakdown(priced) == the_stated_breakdown(vector)
    assert the_totals(priced) == the_stated_totals(vector)


@pytest.mark.parametrize("vector", named(WITH_CONSISTENT_TOTALS))
def test_the_totals_follow_from_the_nets_of_the_lines(vector):
    order = an_order(**the_order(vector), lines=[a_given_line(each) for each in vector["lines"]])

    priced = pricing.price(order, the_rates(vector))

    assert the_breakdown(priced) == the_stated_breakdown(vector)
    assert the_totals(priced) == the_stated_totals(vector)


def number(text: str | None) -> Decimal:
    return Decimal(text or 0)


def the_order(vector: dict[str, Any]) -> dict[str, Any]:
    totals = vector["totals"]
    prepaid = number(totals["prepaid"])
    payment = {"paid_on": "2026-11-20", "amount": str(prepaid)}
    return {
        "currency": vector["currency"],
        "prices_include_vat": False,
        "allowances": [a_change(each) for each in vector["doc_allowances"]],
        "charges": [a_change(each) for each in vector["doc_charges"]],
        "payments": [payment] if prepaid else [],
        "rounding": str(number(totals["rounding"])),
    }


def a_line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": "x",
        "quantity": line["qty"],
        "price": line["unit_price"],
        "price_quantity": line["price_base_qty"] or "1",
        "allowances": [a_change(each) for each in line["allowances"]],
        "charges": [a_change(each) for each in line["charges"]],
    }


def a_given_line(line: dict[str, Any]) -> dict[str, Any]:
    """A line of which only the net is known; a price is never negative (BR-27)."""
    net = number(line["net_amount"])
    return {"description": "x", "quantity": "-1" if net < 0 else "1", "price": str(abs(net))}


def a_change(change: dict[str, Any]) -> dict[str, Any]:
    return {"reason": "x", "amount": change["amount"]}


def the_rates(vector: dict[str, Any]) -> Rates:
    return Rates(
        lines=[a_rate(each) for each in vector["lines"]],
        charges=[a_rate(each) for each in vector["doc_charges"]],
        allowances=[a_rate(each) for each in vector["doc_allowances"]],
    )


def a_rate(part: dict[str, Any]) -> Rate:
    return Rate(part["vat_category"], number(part["vat_rate"]))


def the_breakdown(priced: Priced) -> dict[Rate, tuple[Decimal, Decimal]]:
    return {each.rate: (each.base.amount, each.vat.amount) for each in priced.vat}


def the_stated_breakdown(vector: dict[str, Any]) -> dict[Rate, tuple[Decimal, Decimal]]:
    return {
        Rate(each["category"], number(each["rate"])): (
            number(each["taxable"]),
            number(each["tax"]),
        )
        for each in vector["vat_breakdown"]
    }


def the_totals(priced: Priced) -> dict[str, Decimal]:
    totals = priced.totals
    return {
        "line_total": totals.lines.amount,
        "allowance_total": totals.allowances.amount,
        "charge_total": totals.charges.amount,
        "tax_basis_total": totals.net.amount,
        "tax_total": totals.vat.amount,
        "grand_total": totals.gross.amount,
        "prepaid": totals.prepaid.amount,
        "rounding": totals.rounding.amount,
        "due_payable": totals.due.amount,
    }


def the_stated_totals(vector: dict[str, Any]) -> dict[str, Decimal]:
    stated = {name: number(value) for name, value in vector["totals"].items()}
    stated.pop("tax_total_accounting")  # BT-111, which hangs on a rate of exchange
    return stated
