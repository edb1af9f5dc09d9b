"""A request as an item of `Operations`.

While it is not ended it stands in the sparse index `inbox`, under its series and state.
"""

import json
import zlib
from typing import Any

from invoicing import orders, requests
from invoicing.adapters import aws
from invoicing.errors import Reason, RefusedError
from invoicing.ledger import Series
from invoicing.records import Record, canonical, plain, written

MOST_BYTES = 400_000  # of 409,600 that an item may have: number and place come later
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
    """Write a request as it is stored: what may be large is compressed."""
    open_ = request.state not in requests.ENDED
    received_at = written(request, "received_at")
    return key(request.key) | {
        "type": "REQ",
        "state": request.state,
        "body_hash": request.body_hash,
        "received_at": received_at,
        "draft_hash": request.draft_hash,
        "draft": _packed(request.draft),
        "order": _packed(request.order),
        "credit": _packed(request.credit),
        "site": request.site,
        "reasons": json.dumps([plain(reason) for reason in request.reasons]),
        "inbox": f"{request.key.series}#{request.state}" if open_ else None,
        "inbox_at": received_at if open_ else None,
        "revision": request.revision,
        "earlier": list(request.earlier),
        "overruled": list(request.overruled),
        "cancellation": json.dumps(plain(request.cancellation)) if request.cancellation else None,
    }


def read(item: aws.Item) -> requests.Request:
    """Read a request as it was stored."""
    return requests.Request.model_validate(
        {
            "key": plain(key_of(item)),
            "state": item["state"],
            "body_hash": item["body_hash"],
            "received_at": item["received_at"],
            "draft": _unpacked(item.get("draft")),
            "order": _unpacked(item.get("order")),
            "credit": _unpacked(item.get("credit")),
            "site": item.get("site"),
            "reasons": json.loads(item["reasons"]),
            "number": item.get("number"),
            "place": json.loads(item.get("place", "null")),
            "revision": int(item["revision"]),
            "earlier": item["earlier"],
            "overruled": item["overruled"],
            "cancellation": json.loads(item.get("cancellation", "null")),
        },
        context=orders.KEPT,
    )


def _packed(record: Record | None) -> bytes | None:
    return zlib.compress(canonical(plain(record)), 9) if record else None


def _unpacked(packed: bytes | None) -> dict[str, Any] | None:
    return json.loads(zlib.decompress(packed)) if packed else None
