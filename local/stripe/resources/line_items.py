"""Line items of a session, each with the price and product that Stripe makes for it."""

from local.stripe.accounts import Account, new_id
from local.stripe.resources import currencies
from local.stripe.wire import parameters
from local.stripe.wire.errors import StripeError, missing, not_covered
from local.stripe.wire.openapi import Resource
from local.stripe.wire.shape import complete


def drafted(account: Account, asked: Resource) -> list[Resource]:
    """Draft the items of a session about to open, all in one currency."""
    items = [_item(account, line, place) for place, line in enumerate(asked["line_items"])]
    if len({item["currency"] for item in items}) > 1:
        raise StripeError(
            "All line items in a Checkout Session must have the same currency.",
            param="line_items",
        )
    return items


def _item(account: Account, line: Resource, place: int) -> Resource:
    at = f"line_items[{place}]"
    if "price_data" not in line:
        raise not_covered("line items without price_data")
    if "quantity" not in line:
        raise missing(f"{at}[quantity]")
    price = _price(account, line["price_data"], f"{at}[price_data]")
    total = price["unit_amount"] * _counted(line["quantity"], f"{at}[quantity]")
    item: Resource = {
        "id": new_id("li_1"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": line["price_data"]["product_data"]["name"],
        "price": price,
        "quantity": line["quantity"],
    }
    return complete(account.shared.contract, item)


def _price(account: Account, wanted: Resource, at: str) -> Resource:
    if "product_data" not in wanted:
        raise StripeError(
            "You must specify either `product` or `product_data` when creating a price.",
            code="parameter_missing",
            param=at,
        )
    if "unit_amount" not in wanted:
        raise missing(f"{at}[unit_amount]")
    currency = currencies.supported(wanted["currency"], param=f"{at}[currency]")
    amount = _counted(wanted["unit_amount"], f"{at}[unit_amount]")
    return account.keep(
        {
            "id": new_id("price_1"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": account.now(),
            "currency": currency,
            "livemode": False,
            "metadata": {},
            "product": _product(account, wanted["product_data"])["id"],
            "tax_behavior": "unspecified",
            "type": "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": str(amount),
        }
    )


def _product(account: Account, wanted: Resource) -> Resource:
    return account.keep(
        {
            "id": new_id("prod_", 14),
            "object": "product",
            "active": False,
            "created": account.now(),
            "images": [],
            "livemode": False,
            "marketing_features": [],
            "metadata": parameters.metadata(wanted.get("metadata")),
            "name": wanted["name"],
            "updated": account.now(),
        }
    )


def _counted(number: int, param: str) -> int:
    if number < 0:
        raise StripeError(
            "Invalid non-negative integer", code="parameter_invalid_integer", param=param
        )
    return number
