"""The agenda in `Operations`: an invoice's next reminder, in the index `agenda` by its day."""

from collections.abc import Iterator

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.records import canonical, plain
from invoicing.reminders import Agenda


def plan(agenda: Agenda) -> items.Action:
    """Give the write that puts an invoice's first reminder on the agenda, once."""
    return {"Put": items.put(_table(), _item(agenda), condition=items.NOT_EXISTS)}


def due(seller_id: str, *, until: str) -> Iterator[Agenda]:
    """Walk over the seller's reminders whose day has come; `until` is a civil date."""
    values = {":agenda": f"reminders#{seller_id}", ":until": until}
    condition = "agenda = :agenda AND agenda_on <= :until"
    for item in items.listed(_table(), "agenda", condition, values):
        found = items.get(_table(), {"pk": item["pk"], "sk": item["sk"]})
        if found:  # the index may still list what has just left the agenda
            yield Agenda.model_validate_json(found["entry"])


def move(before: Agenda, after: Agenda | None) -> items.Action:
    """Give the write that moves an invoice to its next reminder, or off the agenda."""
    guard = {
        "TableName": _table(),
        "ConditionExpression": "#level = :level",
        "ExpressionAttributeNames": {"#level": "level"},
        "ExpressionAttributeValues": aws.to_item({":level": before.level}),
    }
    if after is None:
        return {"Delete": guard | {"Key": aws.to_item(_key(before))}}
    return {"Put": guard | {"Item": aws.to_item(_item(after))}}


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(agenda: Agenda) -> aws.Item:
    return {"pk": f"AGENDA#{agenda.seller}#{agenda.number}", "sk": "AGENDA"}


def _item(agenda: Agenda) -> aws.Item:
    return _key(agenda) | {
        "level": agenda.level,
        "entry": canonical(plain(agenda)),
        "agenda": f"reminders#{agenda.seller}",
        "agenda_on": agenda.wakes_on.isoformat(),
    }
