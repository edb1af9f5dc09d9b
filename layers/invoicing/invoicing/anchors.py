"""Anchors: what a closing said, kept where whoever could rewrite the ledger cannot.

A chain shows a change in its middle; that its end was cut off, or that all of it was written anew,
shows only against a copy of its hashes elsewhere.
"""

import base64
import json
from typing import Literal, Self

from invoicing import closings, periods
from invoicing.archive import Content
from invoicing.closings import Closing, Position, SigningKey
from invoicing.ledger import Entry
from invoicing.records import Instant, Record, plain


class Anchor(Record):
    """The hashes up to a closing, and the signature over them."""

    version: Literal[1] = 1
    seller: str
    number: str  # of the closing
    level: periods.Level
    period: str  # 2026-11-20, 2026-11, 2026
    closed_at: Instant
    closing: Position  # its hash is what is signed; it covers everything else here
    series: dict[str, Position]  # the last document of each up to the period's end
    signature: str  # base64
    key: SigningKey

    @classmethod
    def of(cls, entry: Entry, signature: bytes) -> Self:
        """Say what a closing said."""
        said, place = closings.read(entry), entry.place
        return cls(
            seller=place.series.seller,
            number=said.number,
            level=said.level,
            period=said.period,
            closed_at=said.closed_at,
            closing=Position(year=place.year, n=place.n, hash=entry.hash),
            series={each.kind: each.last for each in said.series},
            signature=base64.b64encode(signature).decode(),
            key=said.key,
        )


def content(entry: Entry, signature: bytes) -> Content:
    """Write the anchor of a closing: the same bytes each time."""
    values = plain(Anchor.of(entry, signature))
    text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False)
    return Content(type="json", data=f"{text}\n".encode())


def object_key(seller: str, closing: Closing) -> str:
    """Name the object of a closing: atelier/2026-11-20.json."""
    return f"{seller}/{closing.period}.json"
