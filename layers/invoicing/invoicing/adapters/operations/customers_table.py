"""Customers in `Operations`: which customer at Stripe a seller's buyer is."""

from invoicing import settings
from invoicing.adapters import aws, items


def find(seller: str, buyer: str) -> str | None:
    """Read a buyer's customer (cus_…); None if there is none yet. `buyer` is a hash."""
    item = items.get(settings.get("OPERATIONS_TABLE"), _key(seller, buyer))
    return str(item["customer"]) if item else None


def keep(seller: str, buyer: str, customer: str) -> None:
    """Keep a buyer's customer."""
    item = _key(seller, buyer) | {"customer": customer}
    items.write(items.put(settings.get("OPERATIONS_TABLE"), item))


def _key(seller: str, buyer: str) -> aws.Item:
    return {"pk": f"CUSTOMER#{seller}", "sk": buyer}
