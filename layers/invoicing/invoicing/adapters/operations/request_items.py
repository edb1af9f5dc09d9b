"""A request as an item of `Operations`.

Until it has a number it stands in the sparse index `inbox`, under its series and how it waits. Of
the requests that a transaction numbers the last stays there, for all of them, until their documents
are stored.
"""

import json
from collections.abc import Sequence
from typing import Any

from invoicing import orders, requests
from invoicing.adapters import aws, packing
from invoicing.errors import Reason, RefusedError
from invoicing.ledger import Entry, Series
from invoicing.records import Record, canonical, plain, written

MOST_BYTES = 400_000  # of 409,600 that an item may have: number and place come later
_WAITING: frozenset[requests.State] = frozenset({"RECEIVED", "READY"})
_LISTED = _WAITING | {"HELD"}
MOST_TAKEN = 380_000  # of what comes in, so that why it is held always fits beside it


def key(of: requests.Key) -> aws.Item:
    """Give the key of a request's item."""
    return {"pk": f"REQ#{of.series}#{of.source}", "sk": "REQ"}


def key_of(item: aws.Item) -> requests.Key:
    """Read whose item it is."""
    _, series, source = item["pk"].split("#", 2)
    return requests.Key(series=Series.parse(series), source=source)


def fitting(request: requests.Request, *, most: int) -> aws.Item:
    """Write a request as it is stored; RefusedError if that is more than so many bytes."""
    written = item(request)
    if aws.size(written) > most:
        message = (
            "this with the document that it asks for is more than 400 KB, compressed: split it"
        )
        raise RefusedError((Reason(code="too_large", message=message, path="$"),))
    return written


def item(request: requests.Request) -> aws.Item:
    """Write a request as it is stored, in as few bytes as it takes: each KB of a write costs.

    Order and draft say much the same, so they are packed together; what is empty is left out.
    """
    listed = request.state in _LISTED
    received_at = written(request, "received_at")
    return key(request.key) | {
        "type": "REQ",
        "state": request.state,
        "body_hash": bytes.fromhex(request.body_hash),
        "received_at": received_at,
        "draft_hash": draft_hash(request),
        "content": _packed(request),
        "credit": _text(request.credit),
        "late_payment": _text(request.late_payment),
        "site": request.site,
        "reasons": _texts(request.reasons),
        "inbox": inbox(request.key.series, request.state) if listed else None,
        "inbox_at": received_at if listed else None,
        "revision": request.revision,
        "earlier": list(request.earlier) or None,
        "overruled": list(request.overruled) or None,
        "cancellation": _text(request.cancellation),
    }


def inbox(series: Series, state: requests.State) -> str:
    """Name the list of the index in which a request stands.

    What is checked or numbered next stands in one, so that the check need not move it there: that
    would take two write units. The item itself says which of the two it waits for.
    """
    return f"{series}#{'WAITING' if state in _WAITING else state}"


def standing_for(first: int, last: Entry) -> aws.Item:
    """Give what keeps a numbered request in the list, for the documents from a count to its own."""
    series = last.place.series
    return {"inbox": inbox(series, "NUMBERED"), "inbox_at": written(last, "at"), "first": first}


def draft_hash(request: requests.Request) -> bytes | None:
    """Give the hash of a request's draft as it is stored."""
    return bytes.fromhex(request.draft_hash) if request.draft_hash else None


def read(item: aws.Item) -> requests.Request:
    """Read a request as it was stored."""
    return _read(item, _unpacked(item))


def read_draft(item: aws.Item) -> requests.Request:
    """Read a request as it was stored, without the order that it came as."""
    return _read(item, _unpacked(item) | {"order": None})


def _read(item: aws.Item, content: dict[str, Any]) -> requests.Request:
    return requests.Request.model_validate(
        {
            "key": plain(key_of(item)),
            "state": item["state"],
            "body_hash": item["body_hash"].hex(),
            "received_at": item["received_at"],
            "credit": json.loads(item.get("credit", "null")),
            "late_payment": json.loads(item.get("late_payment", "null")),
            "site": item.get("site"),
            "reasons": json.loads(item.get("reasons", "[]")),
            "number": item.get("number"),
            "place": json.loads(item.get("place", "null")),
            "revision": int(item["revision"]),
            "earlier": item.get("earlier", ()),
            "overruled": item.get("overruled", ()),
            "cancellation": json.loads(item.get("cancellation", "null")),
        }
        | content,
        context=orders.KEPT,
    )


def _text(record: Record | None) -> str | None:
    return canonical(plain(record)).decode() if record else None


def _texts(records: Sequence[Record]) -> str | None:
    return json.dumps([plain(each) for each in records]) if records else None


def _packed(request: requests.Request) -> bytes | None:
    said = {"order": request.order, "draft": request.draft}
    content = {name: plain(record) for name, record in said.items() if record}
    return packing.pack(canonical(content)) if content else None


def _unpacked(item: aws.Item) -> dict[str, Any]:
    packed = item.get("content")
    return json.loads(packing.unpack(packed)) if packed else {}
