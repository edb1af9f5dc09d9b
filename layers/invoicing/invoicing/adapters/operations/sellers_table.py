"""Sellers in `Operations`: profiles and logos.

A class, because the operator's command opens the table of a stack that is not its own.
"""

import json
from functools import cache
from typing import Any, NamedTuple

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.errors import NotFoundError, NumbersChosenError, OvertakenError
from invoicing.logos import Logo
from invoicing.parties import Seller
from invoicing.records import canonical, plain


class SellerPage(NamedTuple):
    """Some ids of sellers, and where the next page goes on."""

    ids: list[str]
    after: dict[str, str] | None


@cache
def sellers() -> "SellersTable":
    """Give the sellers of this deployment."""
    return SellersTable(settings.get("OPERATIONS_TABLE"))


class SellersTable:
    """Sellers, each with the pictures that its documents ever had."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, seller_id: str) -> Seller:
        """Read a seller's profile."""
        item = items.get(self._name, _key(seller_id))
        if not item:
            raise NotFoundError(seller_id)
        return Seller.model_validate_json(item["profile"])

    def save(self, seller: Seller) -> None:
        """Write a seller's profile, new or changed.

        NumbersChosenError if it changes how numbers read: those given already are read back by it.
        """
        numbers = json.dumps(plain(seller.numbers), sort_keys=True)
        item = _key(seller.id) | {
            "profile": canonical(plain(seller)),
            "numbers": numbers,
            "agenda": "sellers",
            "agenda_on": seller.id,
        }
        same = f"{items.NOT_EXISTS} OR numbers = :numbers"
        try:
            items.write(items.put(self._name, item, condition=same, values={":numbers": numbers}))
        except OvertakenError as error:
            raise NumbersChosenError(seller.id) from error

    def save_logo(self, seller_id: str, logo: Logo, data: bytes) -> None:
        """Keep a logo under its hash for ever and show it from now on.

        NotFoundError for an unknown seller.
        """
        seller = self.read(seller_id)
        items.write(items.put(self._name, _logo_key(seller_id, logo) | {"data": data}))
        self.save(seller.model_copy(update={"logo": logo}))

    def logo(self, seller: Seller) -> bytes | None:
        """Read the logo of a seller as a document has him, None for one without.

        NotFoundError if it is gone: no document is printed without it then.
        """
        return self.picture(seller.id, seller.logo) if seller.logo else None

    def picture(self, seller_id: str, logo: Logo) -> bytes:
        """Read a seller's picture; NotFoundError if it is gone."""
        item = items.get(self._name, _logo_key(seller_id, logo))
        if not item:
            raise NotFoundError(logo.address)
        return bytes(item["data"])

    def page(self, after: dict[str, str] | None, *, limit: int) -> SellerPage:
        """Read some ids of sellers, and where the next page goes on."""
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": "agenda",
            "KeyConditionExpression": "agenda = :agenda",
            "ExpressionAttributeValues": aws.to_item({":agenda": "sellers"}),
            "Limit": limit,
        }
        if after:
            query["ExclusiveStartKey"] = aws.to_item(dict(after))
        answer = aws.dynamodb().query(**query)
        ids = [aws.from_item(each)["agenda_on"] for each in answer["Items"]]
        return SellerPage(ids, aws.from_item(answer.get("LastEvaluatedKey", {})) or None)


def _key(seller_id: str) -> aws.Item:
    return {"pk": f"SELLER#{seller_id}", "sk": "SELLER"}


def _logo_key(seller_id: str, logo: Logo) -> aws.Item:
    return {"pk": f"SELLER#{seller_id}", "sk": f"LOGO#{logo.sha256}"}
