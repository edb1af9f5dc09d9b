"""What every door that takes an order does: gather what has to be known, and draft."""

import secrets
from collections.abc import Collection
from datetime import datetime

from invoicing import drafts
from invoicing.adapters import inquiries
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.paper import typefaces
from invoicing.errors import Held
from invoicing.invoices import Draft
from invoicing.orders import Order
from invoicing.parties import Seller


def draft(
    order: Order, seller: Seller, *, site: str, at: datetime, overruled: Collection[str] = ()
) -> Draft | Held:
    """Price and tax an order as things stand; `site` is where the buyer's pages are."""
    priced = drafts.draft(
        order,
        seller,
        drafts.Link(site=site, token=secrets.token_urlsafe(16)),
        inquiries.find(order, seller, at=at),
        overruled=overruled,
        on=seller.day(at),
        deducted=book().deposits(seller, order.deducts),
    )
    return typefaces.readable(priced, order, seller)
