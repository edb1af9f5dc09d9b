"""An invoice that nobody gets, drawn while Lambda starts the function.

What is done once (imports, fonts, templates, types of C) is done then, in the time that Lambda
gives a start, and the first document that somebody waits for is as quick as the tenth.
"""

import os
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from invoicing import drafts
from invoicing.adapters.paper import renderer
from invoicing.errors import Held
from invoicing.invoices import Invoice
from invoicing.orders import Order
from invoicing.parties import Seller

_ADDRESS = {"line1": "1 rue de Rivoli", "postcode": "75001", "city": "Paris", "country": "FR"}
_SELLER: dict[str, Any] = {
    "id": "rehearsal",
    "name": "Rehearsal",
    "legal_form": "SAS",
    "capital": "1 €",
    "registration": "732829320",
    "register_city": "Paris",
    "size": "micro",
    "vat_number": "FR44732829320",
    "address": _ADDRESS,
    "email": "seller@rehearsal.example",
    "sender": "seller@rehearsal.example",
    "iban": "FR7630006000011234567890189",
}
_ORDER: dict[str, Any] = {
    "id": "1",
    "currency": "EUR",
    "ordered_on": "2026-01-02",
    "buyer": {"name": "Rehearsal", "address": _ADDRESS},
    "lines": [
        {"description": f"Line {n}", "sku": f"SKU-{n}", "quantity": "2", "price": str(Decimal(n))}
        for n in range(1, 41)  # two pages
    ],
    "allowances": [{"reason": "Allowance", "amount": "1.00"}],
    "charges": [{"reason": "Charge", "amount": "1.00"}],
}
_AT = datetime(2026, 1, 2, tzinfo=UTC)


def on_lambda() -> None:
    """Rehearse where Lambda starts a function; everywhere else an import stays an import."""
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:  # set by Lambda alone
        rehearse()


def rehearse() -> None:
    """Draw the invoice and forget it."""
    renderer.files(_invoice())


def _invoice() -> Invoice:
    link = drafts.Link(site="https://rehearsal.example", token="t" * 22)
    draft = drafts.draft(Order.model_validate(_ORDER), Seller.model_validate(_SELLER), link)
    if isinstance(draft, Held):
        raise TypeError(f"the rehearsal is held: {draft.reasons}")
    return draft.issue(number="FA-2026-000001", at=_AT)
