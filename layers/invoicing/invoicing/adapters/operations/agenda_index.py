"""The sparse index `agenda` of `Operations`, a page at a time.

Under one name stands what waits for a day or for a person, in the order of `agenda_on`.
"""

from typing import Any

from pydantic import Field

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.errors import UnknownCursorError
from invoicing.records import Record


class Mark(Record):
    """Where a list was left: after this."""

    at: str = ""  # by what the list is ordered
    source: str = Field(min_length=1)


def page(name: str, *, after: Mark | None, limit: int) -> tuple[list[aws.Item], Mark | None]:
    """Read some items of a list as they are now, in its order, and where the next page goes on.

    The index may still name what has just left the list: whoever asks looks at the item. A mark of
    another list is an UnknownCursorError.
    """
    table = settings.get("OPERATIONS_TABLE")
    query: dict[str, Any] = {
        "TableName": table,
        "IndexName": "agenda",
        "KeyConditionExpression": "agenda = :agenda",
        "ExpressionAttributeValues": aws.to_item({":agenda": name}),
        "Limit": limit,
    }
    if after:
        pk, _, sk = after.source.rpartition(" ")
        if not (pk and sk and after.at):  # DynamoDB takes no empty key
            raise UnknownCursorError
        start = {"pk": pk, "sk": sk, "agenda": name, "agenda_on": after.at}
        query["ExclusiveStartKey"] = aws.to_item(start)
    answer = aws.dynamodb().query(**query)
    keys = ({"pk": each["pk"], "sk": each["sk"]} for each in map(aws.from_item, answer["Items"]))
    found = [each for each in items.get_all(table, keys) if each.get("agenda") == name]
    last = aws.from_item(answer.get("LastEvaluatedKey", {}))
    mark = Mark(at=last["agenda_on"], source=f"{last['pk']} {last['sk']}") if last else None
    return sorted(found, key=lambda each: (each["agenda_on"], each["pk"], each["sk"])), mark
