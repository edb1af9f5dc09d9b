"""Returned mails in `Operations`: one item for each address of a seller that gave mails back."""

from typing import Any

from invoicing import returns, settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations.agenda_index import Mark
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


def page(seller: str, *, after: Mark | None, limit: int) -> tuple[list[Return], Mark | None]:
    """Read some of a seller's, and where the next page goes on."""
    query: dict[str, Any] = {
        "TableName": settings.get("OPERATIONS_TABLE"),
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": aws.to_item({":pk": f"RETURNS#{seller}"}),
        "Limit": limit,
        "ConsistentRead": True,
    }
    if after:
        query["ExclusiveStartKey"] = aws.to_item(_key(seller, after.source))
    answer = aws.dynamodb().query(**query)
    kept = map(aws.from_item, answer["Items"])
    found = [Return.model_validate_json(each["returned"]) for each in kept]
    last = aws.from_item(answer.get("LastEvaluatedKey", {}))
    return found, Mark(source=last["sk"]) if last else None


def lift(seller: str, name: str) -> None:
    """Let the address be written to again."""
    table = settings.get("OPERATIONS_TABLE")
    aws.dynamodb().delete_item(TableName=table, Key=aws.to_item(_key(seller, name)))


def _key(seller: str, name: str) -> aws.Item:
    return {"pk": f"RETURNS#{seller}", "sk": name}
