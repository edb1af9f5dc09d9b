"""Returned mails in `Operations`: one item for each address of a seller that gave mails back."""

from collections.abc import Iterator

from invoicing import returns, settings
from invoicing.adapters import aws, items
from invoicing.errors import NotFoundError
from invoicing.records import canonical, plain
from invoicing.returns import Return


def keep(returned: Return) -> items.Action:
    """Give the write after which nobody writes there."""
    item = _key(returned.seller, returned.id) | {"returned": canonical(plain(returned))}
    return {"Put": items.put(settings.get("OPERATIONS_TABLE"), item)}


def holds(seller: str, address: str) -> bool:
    """Tell whether an address of a seller's buyer gave a mail back."""
    return bool(
        items.get(settings.get("OPERATIONS_TABLE"), _key(seller, returns.id_of(seller, address)))
    )


def read(seller: str, name: str) -> Return:
    """Read one; NotFoundError if it was never there, or is lifted."""
    item = items.get(settings.get("OPERATIONS_TABLE"), _key(seller, name))
    if not item:
        raise NotFoundError(name)
    return Return.model_validate_json(item["returned"])


def of_seller(seller: str) -> Iterator[Return]:
    """Walk over a seller's."""
    owner = {":pk": f"RETURNS#{seller}"}
    for item in items.together(settings.get("OPERATIONS_TABLE"), "pk = :pk", owner):
        yield Return.model_validate_json(item["returned"])


def lift(seller: str, name: str) -> None:
    """Let the address be written to again."""
    table = settings.get("OPERATIONS_TABLE")
    aws.dynamodb().delete_item(TableName=table, Key=aws.to_item(_key(seller, name)))


def _key(seller: str, name: str) -> aws.Item:
    return {"pk": f"RETURNS#{seller}", "sk": name}
