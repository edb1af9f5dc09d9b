"""Customers in `Operations`: which customer at Stripe a seller's buyer is."""

import hashlib

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.invoices import Invoice


def name(invoice: Invoice) -> str:
    """Name an invoice's buyer without saying who it is.

    Who has no address is another one with each invoice: names alone are not unique, and one
    buyer's money must never pay another's invoice.
    """
    buyer = invoice.draft.buyer
    address = buyer.email.strip().lower() if buyer.email else invoice.number
    said = f"{invoice.draft.seller.id}\0{address}\0{buyer.name.casefold()}"
    return hashlib.sha256(said.encode()).hexdigest()


def find(seller: str, buyer: str) -> str | None:
    """Read a buyer's customer (cus_…) by his name; None if there is none yet."""
    item = items.get(settings.get("OPERATIONS_TABLE"), _key(seller, buyer))
    return str(item["customer"]) if item else None


def keep(seller: str, buyer: str, customer: str) -> None:
    """Keep a buyer's customer."""
    item = _key(seller, buyer) | {"customer": customer}
    items.write(items.put(settings.get("OPERATIONS_TABLE"), item))


def _key(seller: str, buyer: str) -> aws.Item:
    return {"pk": f"CUSTOMER#{seller}", "sk": buyer}
