"""Notices in `Operations`: one mail that is owed for one occasion, and what became of it."""

import json
from collections.abc import Iterable
from datetime import datetime

from botocore.exceptions import HTTPClientError

from invoicing import notices, settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.records import canonical, plain


def queue(notice: notices.Notice) -> items.Action:
    """Give the write that owes somebody a mail, once."""
    return {"Put": items.put(_table(), item(notice), condition=items.NOT_EXISTS)}


def read(key: notices.Key) -> notices.Notice:
    """Read a notice, strongly; NotFoundError if there is none."""
    found = find(key)
    if not found:
        raise NotFoundError(str(key))
    return found


def find(key: notices.Key) -> notices.Notice | None:
    """Read a notice, strongly; None if there is none, or none yet: a document's has no attempt."""
    item = items.get(_table(), _key(key))
    return notices.Notice.model_validate_json(item["notice"]) if item else None


def move(before: notices.Notice, after: notices.Notice, *follows: items.Action) -> None:
    """Move a notice on, with what follows from that; OvertakenError if another moved it."""
    moved = _moved(before, after)
    if follows:
        items.write_together([{"Put": moved}, *follows])
    else:
        items.write(moved)


def of_document(seller: str, number: str) -> list[notices.Notice]:
    """Read all mails that were owed about a document, strongly."""
    values = {":pk": f"NOTICE#{seller}#{number}"}
    found = items.together(_table(), "pk = :pk", values)
    return [notices.Notice.model_validate_json(item["notice"]) for item in found]


def exists(key: notices.Key) -> bool:
    """Say whether such a mail is or was owed."""
    return bool(items.get(_table(), _key(key)))


def asking(
    seller: str, *, after: Mark | None, limit: int
) -> tuple[list[notices.Notice], Mark | None]:
    """Read some mails that a seller has to see to, and where the next page goes on."""
    found, mark = agenda_index.page(f"mails#{seller}", after=after, limit=limit)
    read = (notices.Notice.model_validate_json(item["notice"]) for item in found)
    return [each for each in read if each.asks_seller], mark


def on_paper(
    seller: str, *, after: Mark | None, limit: int
) -> tuple[list[notices.Notice], Mark | None]:
    """Read some of what a seller has to post, oldest first, and where the next page goes on."""
    found, mark = agenda_index.page(f"paper#{seller}", after=after, limit=limit)
    return [notices.Notice.model_validate_json(item["notice"]) for item in found], mark


def reminders(seller: str, *, begin: datetime, end: datetime) -> int:
    """Count the reminders that were owed by mail in a time, to the second; `end` is exclusive."""
    times = {":begin": f"{begin:%Y-%m-%dT%H:%M:%S}", ":end": f"{end:%Y-%m-%dT%H:%M:%S}"}
    condition = "agenda = :agenda AND agenda_on BETWEEN :begin AND :end"
    values = times | {":agenda": f"reminders-owed#{seller}"}
    return sum(1 for _ in items.listed(_table(), "agenda", condition, values))


def claim(before: notices.Notice, after: notices.Notice) -> None:
    """Claim a notice; OvertakenError if another worker holds it.

    DynamoDB may have taken a write whose answer was lost, and the SDK's second try then meets its
    own first one: the holder in the item tells.
    """
    try:
        move(before, after)
    except (OvertakenError, HTTPClientError):
        if not read(after.key).is_held_by(after):
            raise


def read_all(keys: Iterable[notices.Key]) -> dict[notices.Key, notices.Notice]:
    """Read those of these notices that there are, strongly, by their keys."""
    found = items.get_all(_table(), map(_key, keys))
    read = (notices.Notice.model_validate_json(item["notice"]) for item in found)
    return {each.key: each for each in read}


def key_of(item: aws.Item) -> notices.Key:
    """Read whose item it is."""
    _, seller, number = item["pk"].split("#", 2)
    occasion, level, *way = item["sk"].split("#")
    values = {"seller": seller, "number": number, "occasion": occasion, "level": int(level)}
    return notices.Key.model_validate(values | ({"way": way[0]} if way else {}))


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _moved(before: notices.Notice, after: notices.Notice) -> items.Action:
    """Move what is as it was read; before the first attempt at a document's mail there is nothing.

    Notices are never deleted, so what is not there was never attempted.
    """
    same = "#state = :state AND attempt = :attempt"
    return items.put(
        _table(),
        item(after),
        condition=same if before.attempt else f"{items.NOT_EXISTS} OR {same}",
        names={"#state": "state"},
        values={":state": before.state, ":attempt": before.attempt},
    )


def _key(key: notices.Key) -> aws.Item:
    way = f"#{key.way}" if key.way else ""
    return {"pk": f"NOTICE#{key.seller}#{key.number}", "sk": f"{key.occasion}#{key.level}{way}"}


def item(notice: notices.Notice) -> aws.Item:
    """Write a notice as it is stored."""
    return _key(notice.key) | {
        "type": "NOTICE" if notice.state != "JOINED" else None,  # nobody has to be told of it
        "state": notice.state,
        "attempt": notice.attempt,
        "notice": canonical(plain(notice)),
        "key": json.dumps(plain(notice.key)),
        "inbox": f"notices#{notice.state}" if notice.waits else None,
        "inbox_at": plain(notice)["since"] if notice.waits else None,
        **_listed(notice),
    }


def _listed(notice: notices.Notice) -> aws.Item:
    """Say in which list of the index `agenda` it stands, and where there."""
    since, seller = plain(notice)["since"], notice.key.seller
    if notice.state == "PAPER":
        return {"agenda": f"paper#{seller}", "agenda_on": since}
    if notice.asks_seller:
        return {"agenda": f"mails#{seller}", "agenda_on": since}
    if notice.key.occasion == "reminder" and notice.state not in {"CANCELLED", "JOINED"}:
        owed_at = plain(notice)["owed_at"]
        return {"agenda": f"reminders-owed#{seller}", "agenda_on": owed_at}
    return {}
