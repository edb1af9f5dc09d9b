"""What an order on this machine would come to, and why; nothing is sent or kept."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from invoicing import invoices
from invoicing.errors import Held
from invoicing.invoices import Draft
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.views import explanations

_NO_PAGE = invoices.Link(site="", token="")


def price(order: Path, seller: Path) -> dict[str, Any]:
    """Give the draft of an order, or the reasons against one, as a dry run does."""
    return explanations.quote(_draft(order, seller))


def explain(order: Path, seller: Path) -> str:
    """Tell in words which VAT is charged and why."""
    return explanations.explain(_draft(order, seller))


def _draft(order: Path, seller: Path) -> Draft | Held:
    said = json.loads(order.read_bytes(), parse_float=Decimal)
    profile = Seller.model_validate_json(seller.read_bytes())
    today = datetime.now(UTC).astimezone(profile.timezone).date()
    return invoices.draft(Order.model_validate(said), profile, _NO_PAGE, on=today)
