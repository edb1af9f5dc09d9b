"""Refunds in `Operations`: money that is to go back, and whether it went."""

import json

from invoicing import refunds, settings
from invoicing.adapters import aws, items
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.records import canonical, plain
from invoicing.refunds import Refund


def order(refund: Refund) -> items.Action:
    """Give the write that owes a buyer his money, once."""
    return {"Put": items.put(_table(), _item(refund), condition=items.NOT_EXISTS)}


def accept(refund: Refund) -> Refund:
    """Keep a refund if it is new; give the one that is kept."""
    try:
        items.write(items.put(_table(), _item(refund), condition=items.NOT_EXISTS))
    except OvertakenError:
        return read(refund.key)
    return refund


def read(key: refunds.Key) -> Refund:
    """Read a refund, strongly; NotFoundError if there is none."""
    found = find(key)
    if not found:
        raise NotFoundError(key.id)
    return found


def find(key: refunds.Key) -> Refund | None:
    """Read a refund, strongly; None if there is none."""
    item = items.get(_table(), _key(key))
    return Refund.model_validate_json(item["refund"]) if item else None


def end(refund: Refund) -> None:
    """Write what became of it; OvertakenError if another worker was quicker."""
    names, values = {"#state": "state"}, {":queued": "QUEUED"}
    item = _item(refund)
    items.write(items.put(_table(), item, condition="#state = :queued", names=names, values=values))


def key_of(item: aws.Item) -> refunds.Key:
    """Read whose item it is."""
    _, seller, name = item["pk"].split("#", 2)
    return refunds.Key(seller=seller, id=name)


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(key: refunds.Key) -> aws.Item:
    return {"pk": f"REFUND#{key.seller}#{key.id}", "sk": "REFUND"}


def _item(refund: Refund) -> aws.Item:
    waits = refund.state == "QUEUED"
    return _key(refund.key) | {
        "type": "REFUND",
        "state": refund.state,
        "refund": canonical(plain(refund)),
        "invoice": refund.invoice,
        "key": json.dumps(plain(refund.key)),
        "inbox": f"refunds#{refund.state}" if waits else None,
        "inbox_at": plain(refund)["since"] if waits else None,
    }
