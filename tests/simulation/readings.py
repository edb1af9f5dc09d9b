"""What is read again and again: the simulation reads in one process what Lambda reads in many.

A record is frozen and hangs on nothing but the text that it is read from, so whoever reads the same
text within a run is given the same record; the same holds of what is compressed and of hashes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from pydantic import BaseModel

from invoicing import settings
from invoicing.adapters import aws, packing
from invoicing.adapters.operations import request_items
from invoicing.closings import Closing
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.payments import Receipt
from invoicing.records import Record
from invoicing.requests import Request

_SEALED = frozenset({Invoice, CreditNote, Receipt, LatePaymentNote, Closing})


@contextmanager
def remembered() -> Iterator[None]:
    """Read each text once until the block ends, and each body of an entry."""
    texts: dict[tuple[type[Record], str | bytes], Record] = {}
    bodies: dict[tuple[type[Record], int], tuple[Any, Record]] = {}  # the body keeps its id

    def model_validate_json(cls: type[Record], text: str | bytes) -> Record:
        if (cls, text) not in texts:
            texts[cls, text] = _read_text(cls, text)
        return texts[cls, text]

    def model_validate(cls: type[Record], body: Any, **how: Any) -> Record:  # noqa: ANN401  pydantic's own
        if cls not in _SEALED:
            return _read(cls, body, **how)
        if (cls, id(body)) not in bodies:
            bodies[cls, id(body)] = body, _read(cls, body)
        return bodies[cls, id(body)][1]

    with (
        patch.object(Record, "model_validate_json", classmethod(model_validate_json)),
        patch.object(Record, "model_validate", classmethod(model_validate)),
        patch.object(packing, "pack", cache(packing.pack)),
        patch.object(packing, "unpack", cache(packing.unpack)),
        patch.object(request_items, "read", _by_item(request_items.read)),
        patch.object(request_items, "read_draft", _by_item(request_items.read_draft)),
        patch.object(request_items, "_unpacked", _by_content()),
        patch.object(Request, "draft_hash", property(_by_draft())),
        patch.object(settings, "get", cache(settings.get)),
    ):
        yield


def _by_item(read: Callable[[aws.Item], Request]) -> Callable[[aws.Item], Request]:
    """Read each item once."""
    known: dict[tuple[Any, ...], Request] = {}

    def reading(item: aws.Item) -> Request:
        attributes = ((tuple(each) if isinstance(each, list) else each) for each in item.values())
        key = *item, *attributes
        if key not in known:
            known[key] = read(item)
        return known[key]

    return reading


def _by_content() -> Callable[[aws.Item], dict[str, Any]]:
    """Read each order and draft once, however the request around them goes on."""
    known: dict[bytes, dict[str, Any]] = {}
    unpacked, whole = request_items._unpacked, request_items._read  # noqa: SLF001  a part of `read`

    def reading(item: aws.Item) -> dict[str, Any]:
        packed = item.get("content", b"")
        if packed not in known:
            request = whole(item, unpacked(item))
            known[packed] = {"order": request.order, "draft": request.draft}
        return known[packed]

    return reading


def _by_draft() -> Callable[[Request], str | None]:
    """Hash each draft once."""
    known: dict[int, tuple[Any, str | None]] = {}  # the draft keeps its id
    of = Request.draft_hash.fget  # type: ignore[attr-defined]  a property

    def hash_(request: Request) -> str | None:
        draft = request.draft
        if id(draft) not in known:
            known[id(draft)] = draft, of(request)
        return known[id(draft)][1]

    return hash_


_read_text = vars(BaseModel)["model_validate_json"].__func__
_read = vars(BaseModel)["model_validate"].__func__
