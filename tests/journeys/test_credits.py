"""A shop gives back a line, then the rest, then once more."""

import time
from decimal import Decimal

from local.demo import auditor, clockwork
from local.demo.buyer import occasion
from tests.running import asleep, wait_for


def credit(sale, credit_id, **said):
    body = {"id": credit_id, "reason": "Article rendu"} | said
    return sale.shop.credit(sale.number, body)


def done(sale, credit_id):
    """Wait until a credit is a credit note, and read that."""
    path = f"/v1/invoices/{sale.number}/credit-notes/{credit_id}"
    end = time.monotonic() + 60
    while (standing := sale.shop.get(path).json())["status"] != "done":
        assert time.monotonic() < end, standing
        time.sleep(0.05)
    return sale.shop.get(standing["credit_note"]["href"]).json()


def test_one_line_the_rest_and_no_more(sell, stack):
    sale = sell()
    total = sale.invoice["balance"]["due"]["amount"]

    credit(sale, f"{sale.number}-1", lines=[{"line": "1"}]).raise_for_status()
    first = done(sale, f"{sale.number}-1")
    credit(sale, f"{sale.number}-2", whole=True).raise_for_status()
    second = done(sale, f"{sale.number}-2")
    refused = credit(sale, f"{sale.number}-3", amount="0.01")

    back = [note["credit_note"]["draft"]["totals"]["due"]["amount"] for note in (first, second)]
    assert sum(Decimal(each) for each in back) == Decimal(total)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "more_than_left"
    assert sale.invoice["status"] == "credited"
    assert sale.invoice["balance"]["due"]["amount"] == "0.00"
    for note in (first, second):
        assert sale.buyer.await_mail(occasion("credit_note", note["number"]))
        assert sale.shop.get(f"/v1/credit-notes/{note['number']}/pdf").content[:5] == b"%PDF-"
    assert auditor.faults(auditor.read(stack)) == []


def test_a_credit_that_another_overtook_is_decided_again(sell, stack):
    sale = sell()
    clockwork.until_quiet(stack)
    ids = [f"{sale.number}-a", f"{sale.number}-b"]

    with asleep(stack, "IssueDocument") as queue:
        for each in ids:
            credit(sale, each, amount="10.00").raise_for_status()
        wait_for(lambda: clockwork.messages(stack, queue) == len(ids), within=60)

    notes = [done(sale, each) for each in ids]
    assert len({note["credit_note"]["number"] for note in notes}) == len(ids)
    assert auditor.faults(auditor.read(stack)) == []
