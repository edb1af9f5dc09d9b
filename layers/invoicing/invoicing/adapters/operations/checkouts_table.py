"""Checkouts in `Operations`: the latest attempt at paying an invoice."""

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.payments import Checkout
from invoicing.records import canonical, plain


def latest(seller_id: str, number: str) -> Checkout | None:
    """Read the latest attempt at paying an invoice, strongly."""
    item = items.get(_table(), _key(seller_id, number))
    return Checkout.model_validate_json(item["checkout"]) if item else None


def save(seller_id: str, number: str, checkout: Checkout) -> None:
    """Keep an attempt; OvertakenError if this or a later one is kept already."""
    item = _key(seller_id, number) | {
        "count": checkout.count,
        "checkout": canonical(plain(checkout)),
    }
    items.write(
        items.put(
            _table(),
            item,
            condition=f"{items.NOT_EXISTS} OR #count < :count",
            names={"#count": "count"},
            values={":count": checkout.count},
        )
    )


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(seller_id: str, number: str) -> aws.Item:
    return {"pk": f"CHECKOUT#{seller_id}#{number}", "sk": "CHECKOUT"}
