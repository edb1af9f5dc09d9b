"""A business pays late: what that costs is claimed, taken to the books, and handed over."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
import requests

from invoicing import drafts
from invoicing import requests as asked
from invoicing.adapters import aws
from invoicing.adapters.ledger.ledger_table import LedgerTable
from invoicing.adapters.operations.requests_table import RequestsTable
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.ledger import Series
from local.demo import clockwork
from local.demo.buyer import Buyer, link_in, occasion
from local.stack import ROOT
from tests.builders import PARIS, TOKEN, a_key, an_order, sealed
from tests.running import wait_for

SPRING = datetime(2026, 4, 1, 12, tzinfo=UTC)
HOTEL = {
    "name": "Hôtel des Lampes",
    "kind": "business",
    "registration": "552100554",
    "email": "compta@hotel.example",
    "address": PARIS,
}


def call(shop, method, path, **more):
    headers = {"Authorization": f"Bearer {shop.key}"}
    return requests.request(method, f"{shop.api_url}{path}", headers=headers, timeout=60, **more)


@pytest.fixture
def overdue(stack, open_shop, monkeypatch):
    """A shop whose first invoice is of April: nobody waits half a year here."""
    shop, series = (
        open_shop("late", iban="FR7630006000011234567890189"),
        Series(seller="late", kind="invoice"),
    )
    monkeypatch.setattr(aws, "dynamodb", lambda: stack.client("dynamodb"))
    tables = {
        name: stack.outputs[f"{name.title()}Table"] for name in ("ledger", "heads", "operations")
    }
    seller = SellersTable(tables["operations"]).read("late")
    order = an_order(buyer=HOTEL, ordered_on="2026-04-01")
    draft = drafts.draft(order, seller, drafts.Link(site=stack.api_url, token=TOKEN))
    taken = asked.of_order(order, a_key("1001", series), site=stack.api_url, at=SPRING)
    ready = RequestsTable(tables["operations"]).accept(taken.drafted(draft).ready())
    ledger = LedgerTable(**tables)
    head = ledger.head(series)
    batch = sealed(ready, series=series, after=head, at=SPRING)
    ledger.append(batch, [ready], after=head)
    return shop, batch.entries[0].body["number"]


def test_what_a_late_payer_owes_is_claimed_by_mail_and_handed_over_with_its_proofs(stack, overdue):
    shop, number = overdue
    buyer, path = Buyer(stack, HOTEL["email"]), f"/v1/invoices/{number}"
    link = link_in(buyer.await_mail(occasion("invoice", number)))

    assert "badge overdue" in buyer.open(link).text
    claimed = call(shop, "POST", f"{path}/late-payment", json={"id": "P-1", "until": "2026-05-31"})
    assert claimed.status_code == 202, claimed.text
    where = claimed.json()["href"]
    wait_for(lambda: shop.get(where).json()["status"] == "done")
    note = shop.get(where).json()["late_payment_note"]
    mail = buyer.await_mail(occasion("late_payment", note["number"]))
    clockwork.until_quiet(stack)

    assert shop.get(note["href"]).json()["late_payment_note"]["draft"]["amount"] == {
        "amount": "41.20",  # 120.00 x 12.15 % x 30 / 365, and the compensation
        "currency": "EUR",
    }
    pdf = shop.get(f"{note['href']}/pdf").content
    assert pdf.startswith(b"%PDF")
    assert [each.get_content() for each in mail.attachments] == [pdf]
    assert call(shop, "POST", f"{path}/hand-over").status_code == 200
    first, again = (call(shop, "GET", f"{path}/hand-over").content for _ in range(2))
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.read(f"late_payment/{note['number']}.pdf") == pdf
        assert archive.read(f"invoice/{number}.pdf") == shop.file(number, "pdf")
        sent = list(csv.DictReader(archive.read("deliveries.csv").decode().splitlines()))
        told = json.loads(archive.read("dossier.json"))
        (ROOT / "out").mkdir(exist_ok=True)
        (ROOT / "out/dossier.zip").write_bytes(first)
    assert {(each["occasion"], each["state"]) for each in sent} == {
        ("invoice", "DELIVERED"),
        ("late_payment", "DELIVERED"),
    }
    assert told["open"]["amount"] == "120.00"
    assert [each["reason"] for each in shop.invoice(number)["freezes"]] == ["handed_over"]
    shop.tell_of_transfer(number, f"VIR-{number}", "120.00").raise_for_status()
    wait_for(lambda: shop.invoice(number)["status"] == "paid", within=60)
    clockwork.until_quiet(stack)
