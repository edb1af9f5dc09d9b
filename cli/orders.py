"""What an order on this machine would come to, and why; nothing is kept.

VIES and the bank are asked as a deployed Facturier asks them, at VIES_ENDPOINT and ECB_ENDPOINT
where the environment has them; `offline` asks nobody, and what hangs on an answer is held.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from invoicing import drafts, orders
from invoicing.adapters import inquiries
from invoicing.adapters.paper import typefaces
from invoicing.errors import Held
from invoicing.invoices import Draft
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.vat.findings import NOT_ASKED
from invoicing.views import explanations

_NO_PAGE = drafts.Link(site="", token="")


def price(order: Path, seller: Path, *, offline: bool) -> dict[str, Any]:
    """Give the draft of an order, or the reasons against one, as a dry run does."""
    return explanations.quote(_draft(order, seller, offline=offline))


def explain(order: Path, seller: Path, *, offline: bool) -> str:
    """Tell in words which VAT is charged and why."""
    return explanations.explain(_draft(order, seller, offline=offline))


def _draft(order: Path, seller: Path, *, offline: bool) -> Draft | Held:
    said = Order.model_validate(json.loads(order.read_bytes(), parse_float=Decimal))
    profile = Seller.model_validate_json(seller.read_bytes())
    now = datetime.now(UTC)
    known = NOT_ASKED if offline else inquiries.find(said, profile, at=now)
    today = profile.day(now)
    orders.refuse_paid_ahead(said, today=today)
    priced = drafts.draft(said, profile, _NO_PAGE, known, on=today)
    return typefaces.readable(priced, said, profile)
