"""The agenda in `Operations`: each invoice's next reminder, those of one buyer in one partition.

The index `agenda` has them by the moment at which they are looked at next, a partition for each
seller; what was handed over stands in another partition of it. What is paid, or whose plan has
ended, stands in neither; what is paid is forgotten after two years: by then no bank takes money
back.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from invoicing import settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.invoices import Invoice
from invoicing.records import canonical, plain
from invoicing.reminders import Agenda, buyer_of

KEPT = timedelta(days=2 * 365)

Cursor = dict[str, str]
"""Where a page of the index ended."""


class Page(NamedTuple):
    """Whose reminders are due, each buyer once, and where the next page goes on."""

    buyers: list[str]
    after: Cursor | None


def plan(agenda: Agenda) -> items.Action:
    """Give the write that puts an invoice's first reminder on the agenda, once."""
    return {"Put": items.put(_table(), _item(agenda), condition=items.NOT_EXISTS)}


def rest(invoice: Invoice, today: date) -> items.Action | None:
    """Give the write by which a settled invoice rests that is looked at no more, None if it is.

    It leaves its seller's list with it. What is to be looked at rests when its day comes.
    """
    found = find(invoice)
    if not found or found.paid_on or _wakes(found):
        return None
    return move(found, found.paid(today))


def reopen(invoice: Invoice, today: date, *, was_settled: bool) -> None:
    """Go on with an invoice that is open again; OvertakenError if its item moves meanwhile.

    One that has not rested yet may have been settled all the same. What was reopened before and
    not asked for since is reopened already, what was handed over waits for its seller.
    """
    found = find(invoice)
    if not found or (not found.paid_on and (_is_handed_over(found) or found.reopened_on)):
        return
    if found.paid_on or was_settled:
        items.write(move(found, found.reopened(today))["Put"])


def give(invoice: Invoice, today: date) -> None:
    """Take an invoice off both lists while whoever collects has it.

    OvertakenError if its item moves meanwhile; so for `take_back`.
    """
    _change(invoice, lambda agenda: agenda.given(today))


def take_back(invoice: Invoice) -> None:
    """Put an invoice back on the list on which it was."""
    _change(invoice, Agenda.taken_back)


def find(invoice: Invoice) -> Agenda | None:
    """Read an invoice's next reminder, strongly; None where none will come."""
    found = items.get(_table(), _key(invoice.draft.seller.id, buyer_of(invoice), invoice.number))
    return _read(found) if found else None


def due_page(seller_id: str, *, at: datetime, after: Cursor | None, limit: int) -> Page:
    """Read some of the seller's buyers of whom a reminder is due; a hint, read eventually."""
    query: dict[str, Any] = {
        "TableName": _table(),
        "IndexName": "agenda",
        "KeyConditionExpression": "agenda = :agenda AND agenda_on <= :until",
        "ExpressionAttributeValues": aws.to_item(
            {":agenda": f"reminders#{seller_id}", ":until": _moment(at)}
        ),
        "Limit": limit,
    }
    if after:
        query["ExclusiveStartKey"] = aws.to_item(dict(after))
    answer = aws.dynamodb().query(**query)
    buyers = [aws.from_item(each)["pk"].split("#", 2)[2] for each in answer["Items"]]
    last = aws.from_item(answer.get("LastEvaluatedKey", {}))
    return Page(list(dict.fromkeys(buyers)), last or None)


def due(seller_id: str, buyer: str, *, at: datetime, most: int) -> list[Agenda]:
    """Read what is due of a buyer, strongly, as much of it as is asked for at most."""
    walked = items.together(_table(), "pk = :pk", {":pk": _partition(seller_id, buyer)})
    woken = (each for each in map(_read, walked) if _wakes(each) and each.wakes_at <= at)
    return list(islice(woken, most))


def handed_over(seller_id: str) -> Iterator[Agenda]:
    """Walk over what waits for the seller, the longest first."""
    values = {":agenda": f"hand_overs#{seller_id}"}
    for item in items.listed(_table(), "agenda", "agenda = :agenda", values):
        found = items.get(_table(), {"pk": item["pk"], "sk": item["sk"]})
        if found:  # the index may still list what has just left the agenda
            yield _read(found)


def handed_over_page(
    seller_id: str, *, after: Mark | None, limit: int
) -> tuple[list[Agenda], Mark | None]:
    """Read some of what waits for the seller, and where the next page goes on."""
    found, mark = agenda_index.page(f"hand_overs#{seller_id}", after=after, limit=limit)
    return list(map(_read, found)), mark


def move(before: Agenda, after: Agenda) -> items.Action:
    """Give the write that moves an invoice to its next reminder, or lets it rest."""
    guard = {
        "TableName": _table(),
        "ConditionExpression": "entry = :entry",
        "ExpressionAttributeValues": aws.to_item({":entry": canonical(plain(before))}),
    }
    return {"Put": guard | {"Item": aws.to_item(_item(after))}}


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _partition(seller_id: str, buyer: str) -> str:
    return f"AGENDA#{seller_id}#{buyer}"


def _key(seller_id: str, buyer: str, number: str) -> aws.Item:
    return {"pk": _partition(seller_id, buyer), "sk": number}


def _read(item: aws.Item) -> Agenda:
    return Agenda.model_validate_json(item["entry"])


def _change(invoice: Invoice, by: Callable[[Agenda], Agenda]) -> None:
    found = find(invoice)
    after = by(found) if found else None
    if found and after and after != found:
        items.write(move(found, after)["Put"])


def _wakes(agenda: Agenda) -> bool:
    return not (_is_handed_over(agenda) or agenda.paid_on or agenda.has_ended)


def _is_handed_over(agenda: Agenda) -> bool:
    """Say whether it waits for its seller, or is with whoever collects."""
    return bool(agenda.handed_over_on or agenda.given_on)


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _item(agenda: Agenda) -> aws.Item:
    if agenda.paid_on:
        forgotten = datetime.combine(agenda.paid_on, time(), UTC) + KEPT
        listed: aws.Item = {"expires_at": int(forgotten.timestamp())}
    elif agenda.given_on:
        listed = {}
    elif agenda.handed_over_on:
        listed = {"agenda": f"hand_overs#{agenda.seller}", "agenda_on": f"{agenda.handed_over_on}"}
    elif agenda.has_ended:
        listed = {}
    else:
        listed = {"agenda": f"reminders#{agenda.seller}", "agenda_on": _moment(agenda.wakes_at)}
    key = _key(agenda.seller, agenda.buyer, agenda.number)
    return key | listed | {"entry": canonical(plain(agenda))}
