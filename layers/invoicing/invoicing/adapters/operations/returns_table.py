"""Returned mails in `Operations`: one item for each address of a seller that gave mails back.

Beside what came back last stand the numbers of all invoices that nobody is reminded of because of
it: when the address is lifted, each of them is.
"""

from collections.abc import Collection
from typing import Any

from invoicing import returns, settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.errors import NotFoundError
from invoicing.records import canonical, plain
from invoicing.returns import Return


def keep(returned: Return, stopped: Collection[str] = ()) -> items.Action:
    """Give the write after which nobody writes there, nor reminds of these invoices."""
    values: aws.Item = {":returned": canonical(plain(returned))}
    add = " ADD stopped :stopped" if stopped else ""
    values |= {":stopped": set(stopped)} if stopped else {}
    return {
        "Update": {
            "TableName": settings.get("OPERATIONS_TABLE"),
            "Key": aws.to_item(_key(returned.seller, returned.id)),
            "UpdateExpression": f"SET returned = :returned{add}",
            "ExpressionAttributeValues": aws.to_item(values),
        }
    }


def stop(seller: str, address: str, numbers: Collection[str]) -> items.Action:
    """Give the write that adds invoices which are not reminded of while nobody writes there."""
    return {
        "Update": {
            "TableName": settings.get("OPERATIONS_TABLE"),
            "Key": aws.to_item(_key(seller, returns.id_of(seller, address))),
            "UpdateExpression": "ADD stopped :stopped",
            "ConditionExpression": items.EXISTS,
            "ExpressionAttributeValues": aws.to_item({":stopped": set(numbers)}),
        }
    }


def stopped(seller: str, name: str) -> frozenset[str]:
    """Read the numbers of the invoices that are not reminded of because of an address."""
    item = items.get(settings.get("OPERATIONS_TABLE"), _key(seller, name))
    return frozenset(item.get("stopped", ()))


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


def lift(seller: str, name: str, freed: Collection[str]) -> None:
    """Let the address be written to again; OvertakenError if it stops more than was freed."""
    condition = "stopped = :freed" if freed else "attribute_not_exists(stopped)"
    action: items.Action = {
        "TableName": settings.get("OPERATIONS_TABLE"),
        "Key": aws.to_item(_key(seller, name)),
        "ConditionExpression": condition,
    }
    if freed:
        action["ExpressionAttributeValues"] = aws.to_item({":freed": set(freed)})
    items.write_together([{"Delete": action}])


def _key(seller: str, name: str) -> aws.Item:
    return {"pk": f"RETURNS#{seller}", "sk": name}
