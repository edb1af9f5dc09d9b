"""Refunds in `Operations`: money that is to go back, and whether it went."""

import json
from collections.abc import Iterator
from contextlib import suppress

from invoicing import refunds, settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.records import canonical, plain
from invoicing.refunds import Refund

_TOGETHER = 100  # refunds of one page


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
    """Write what became of one that was queued; OvertakenError if another worker was quicker."""
    _move(refund, before="QUEUED")


def queue_waiting(seller: str) -> None:
    """Have those made that waited for a seller's account at Stripe; the sweeper pushes them."""
    for refund in _waiting(seller):
        with suppress(OvertakenError):  # somebody was quicker
            _move(refund.queued(), before="WAITING")


def _waiting(seller: str) -> Iterator[Refund]:
    mark, is_first = None, True
    while mark or is_first:
        found, mark = agenda_index.page(_agenda(seller), after=mark, limit=_TOGETHER)
        is_first = False
        yield from (Refund.model_validate_json(each["refund"]) for each in found)


def key_of(item: aws.Item) -> refunds.Key:
    """Read whose item it is."""
    _, seller, name = item["pk"].split("#", 2)
    return refunds.Key(seller=seller, id=name)


def _move(refund: Refund, *, before: refunds.State) -> None:
    names, values = {"#state": "state"}, {":before": before}
    item = _item(refund)
    items.write(items.put(_table(), item, condition="#state = :before", names=names, values=values))


def _agenda(seller: str) -> str:
    return f"refunds#{seller}"


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _key(key: refunds.Key) -> aws.Item:
    return {"pk": f"REFUND#{key.seller}#{key.id}", "sk": "REFUND"}


def _item(refund: Refund) -> aws.Item:
    is_queued, waits = refund.state == "QUEUED", refund.state == "WAITING"
    since = plain(refund)["since"]
    return _key(refund.key) | {
        "type": "REFUND",
        "state": refund.state,
        "refund": canonical(plain(refund)),
        "invoice": refund.invoice,
        "key": json.dumps(plain(refund.key)),
        "inbox": f"refunds#{refund.state}" if is_queued else None,
        "inbox_at": since if is_queued else None,
        "agenda": _agenda(refund.key.seller) if waits else None,
        "agenda_on": since if waits else None,
    }
