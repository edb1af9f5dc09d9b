"""Links in `Operations`: the token of an invoice whose first one was revoked."""

import secrets
from datetime import datetime

from invoicing import links, settings
from invoicing.adapters import aws, items
from invoicing.links import Link
from invoicing.records import canonical, plain

TOKEN_BYTES = 16


def read(seller_id: str, number: str) -> Link | None:
    """Read what opens an invoice's page, strongly; None where its first token still does."""
    item = items.get(_table(), _key(seller_id, number))
    return Link.model_validate_json(item["link"]) if item else None


def page(first: str, seller_id: str, number: str) -> str:
    """Give the address of an invoice's page; `first` is the one that documents know."""
    return links.page(first, read(seller_id, number))


def revoke(seller_id: str, number: str, *, at: datetime, asked: str | None = None) -> Link:
    """Let a new token open the page; OvertakenError if another was made at the same time."""
    before = read(seller_id, number)
    link = links.revoked(before, secrets.token_urlsafe(TOKEN_BYTES), at=at, asked=asked)
    if link == before:
        return link
    item = _key(seller_id, number) | {"version": link.version, "link": canonical(plain(link))}
    condition = "version = :seen" if before else items.NOT_EXISTS
    values = {":seen": before.version} if before else None
    items.write(items.put(_table(), item, condition=condition, values=values))
    return link


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(seller_id: str, number: str) -> aws.Item:
    return {"pk": f"LINK#{seller_id}#{number}", "sk": "LINK"}
