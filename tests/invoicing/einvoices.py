"""Orders, sellers and invoices for the tests of e-invoices: the samples, and changes to them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from invoicing import credit_notes, deposits, drafts, payments
from invoicing.credit_notes import CreditNote, CreditNoteDraft
from invoicing.errors import Held
from invoicing.invoices import Draft, Invoice
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.vat import tax
from invoicing.vat.findings import ExchangeRate, Findings, RateCheck, VatCheck
from tests.builders import a_credit

SAMPLES = Path(__file__).parents[2] / "samples"
ORDERS = sorted(
    file.stem for file in (SAMPLES / "orders").glob("*.json") if file.stem != "malformed"
)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LINK = drafts.Link(site="https://lampes.example", token="t" * 22)
PARIS: dict[str, Any] = {"line1": "1 rue de Rivoli", "city": "Paris", "country": "FR"}
BERLIN: dict[str, Any] = {"line1": "Torstraße 1", "city": "Berlin", "country": "DE"}
TOKYO: dict[str, Any] = {"line1": "2-11-3 Meguro", "city": "Tokyo", "country": "JP"}
FRENCH_HOTEL: dict[str, Any] = {
    "kind": "business",
    "name": "Hôtel du Parc",
    "registration": "552100554",
    "vat_number": "FR96552100554",
    "address": PARIS,
}
GERMAN_HOTEL: dict[str, Any] = {
    "kind": "business",
    "name": "Parkhotel GmbH",
    "vat_number": "DE811569869",
    "address": BERLIN,
}
FRANCHISE = {"vat_regime": "franchise", "vat_number": None, "oss": False}


def a_seller(**changes: object) -> Seller:
    sample = json.loads((SAMPLES / "seller.json").read_text())
    return Seller.model_validate(sample | changes)


def a_line(price: str, **changes: object) -> dict[str, Any]:
    return {"description": "Lampe", "price": price} | changes


def a_sample(name: str) -> Order:
    return Order.model_validate_json((SAMPLES / "orders" / f"{name}.json").read_text())


def an_order(**changes: object) -> Order:
    plain = {
        "id": "2001",
        "currency": "EUR",
        "ordered_on": "2026-11-20",
        "buyer": {"name": "Camille Moreau", "address": PARIS},
        "lines": [a_line("120.00")],
    }
    return Order.model_validate_json(json.dumps(plain | changes))


RATES = {
    "EUR": "1", "USD": "1.25", "JPY": "180.5", "KWD": "0.33", "CHF": "0.93", "SEK": "11.1",
    "ISK": "150", "GBP": "0.86", "BGN": "1.96", "CZK": "24.5", "DKK": "7.46", "HUF": "395",
    "PLN": "4.3", "RON": "5.1",
}  # fmt: skip


def found(order: Order, seller: Seller) -> Findings:
    """Find all that can be asked: the number is valid, the rate is quoted."""
    number = order.buyer.vat_number
    per = tax.vat_currency(seller)
    rate = ExchangeRate.across(
        order.currency,
        per,
        {currency: Decimal(rate) for currency, rate in RATES.items()},
        source="ECB",
        on=date(2026, 11, 20),
    )
    return Findings(
        vat_number=VatCheck(
            outcome="valid", number=number, checked_at=NOON, consultation_number="WAPIAAAA1"
        )
        if number
        else None,
        exchange_rate=RateCheck(outcome="found", rate=rate),
    )


def a_draft(order: Order | None = None, seller: Seller | None = None, **changes: object) -> Draft:
    order, seller = order or an_order(**changes), seller or a_seller()
    made = drafts.draft(order, seller, LINK, found(order, seller))
    assert isinstance(made, Draft), made
    return made


def an_invoice(
    order: Order | None = None, seller: Seller | None = None, **changes: object
) -> Invoice:
    """Issue the order, or an order with these changes, as the seller's first invoice."""
    return a_draft(order, seller, **changes).issue(number="FA-2026-000001", at=NOON)


def a_credit_note(invoice: Invoice, **said: object) -> CreditNote:
    draft = credit_notes.draft(a_credit(**said), invoice)
    assert isinstance(draft, CreditNoteDraft), draft
    return draft.issue(number="AV-2026-000001", at=NOON)


def a_final_draft(deposit: Invoice, order: Order, seller: Seller) -> Draft | Held:
    """Draft the invoice that deducts a deposit."""
    order = order.model_copy(update={"deposit": None, "deducts": (deposit.number,)})
    known = [deposits.issued(deposit, payments.unpaid(deposit))]
    return drafts.draft(order, seller, LINK, found(order, seller), deducted=known)


def a_final(deposit: Invoice, *, seller: Seller | None = None, **changes: object) -> Invoice:
    """Issue the invoice that deducts a deposit."""
    made = a_final_draft(deposit, an_order(**changes), seller or a_seller())
    assert isinstance(made, Draft), made
    return made.issue(number="FA-2026-000002", at=NOON)
