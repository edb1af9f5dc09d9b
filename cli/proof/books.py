"""A seller's books as they lie in the tables and the bucket, read in the order of the numbers.

Nothing here holds more than a page: partitions are read one after the other, and what belongs to a
document is read beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, count
from typing import Any, get_args

from cli.stack import Stack
from invoicing.adapters import aws, items, packing
from invoicing.adapters.documents_bucket import DocumentsBucket
from invoicing.adapters.ledger import states
from invoicing.adapters.ledger.ledger_table import PER_PARTITION, LedgerTable, entry_key, read_entry
from invoicing.adapters.operations import request_items
from invoicing.adapters.operations.requests_table import RequestsTable
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.archive import Stored
from invoicing.ledger import BEGINNING, Entry, Head, Kind, Place, Series
from invoicing.requests import Key, Request

KINDS: tuple[Kind, ...] = get_args(Kind)
_TOGETHER = 100  # requests that are read at once: the most of a BatchGetItem


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document as the ledger holds it: the bytes that were hashed, and what was stored for it."""

    content: bytes
    entry: Entry
    item: aws.Item  # what stands beside it: its hash, and a closing's signature
    files: bytes | None  # the FILE fact, None while the document is not rendered

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.entry.place

    @property
    def number(self) -> str:
        """Its number."""
        return str(self.entry.body["number"])

    @property
    def stored(self) -> Stored | None:
        """What was stored for it."""
        return Stored.model_validate_json(self.files) if self.files else None


class Books:
    """The books of one seller in one deployment."""

    def __init__(self, stack: Stack, seller_id: str) -> None:
        self.stack = stack
        self.seller = SellersTable(stack.operations_table).read(seller_id)
        self.bucket = DocumentsBucket(stack.documents_bucket)
        self.anchors = DocumentsBucket(stack.anchors_bucket)
        self._table = LedgerTable(
            ledger=stack.ledger_table, heads=stack.heads_table, operations=stack.operations_table
        )
        self._requests = RequestsTable(stack.operations_table)

    def heads(self) -> dict[Kind, Head]:
        """Read where each series stands that has begun, was opened, or lifted by a closing."""
        series = {kind: Series(seller=self.seller.id, kind=kind) for kind in KINDS}
        heads = {kind: self._table.head(each) for kind, each in series.items()}
        return {kind: head for kind, head in heads.items() if head != BEGINNING}

    def entries(self, kind: Kind, head: Head, *, since: int = 0) -> Iterator[Sealed]:
        """Walk over a series up to a head; from a year on, if one is given."""
        if not head.began:
            return
        series = Series(seller=self.seller.id, kind=kind)
        for year in range(max(head.began.year, since), head.year + 1):
            first = head.began.n // PER_PARTITION if year == head.began.year else 0
            last = head.n // PER_PARTITION if year == head.year else None
            yield from self._year(series, year, first=first, last=last)

    def with_requests(self, entries: Iterable[Sealed]) -> Iterator[tuple[Sealed, Request | None]]:
        """Read the request of each document beside it; closings have none."""
        for some in batched(entries, _TOGETHER, strict=False):
            keys = [Key(series=each.place.series, source=each.entry.source) for each in some]
            found = {request.key: request for request in self._requests.read_all(keys)}
            for each, key in zip(some, keys, strict=True):
                yield each, found.get(key)

    def states(self, numbers: Iterable[str]) -> Iterator[aws.Item]:
        """Read the states of these invoices that there are, in the order of the numbers."""
        keys = [states.key(self.seller.id, number) for number in numbers]
        found = {item["pk"]: item for item in items.get_all(self.stack.heads_table, keys)}
        yield from (found[key["pk"]] for key in keys if key["pk"] in found)

    def cancelled(self) -> Iterator[Request]:
        """Walk over the requests that ended without a document; their ids stay taken."""
        pages = aws.dynamodb().get_paginator("scan")
        for page in pages.paginate(
            TableName=self.stack.operations_table,
            FilterExpression="begins_with(pk, :mine) AND #state = :cancelled",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues=aws.to_item(
                {":mine": f"REQ#{self.seller.id}.", ":cancelled": "CANCELLED"}
            ),
        ):
            yield from (request_items.read(aws.from_item(item)) for item in page["Items"])

    def _year(self, series: Series, year: int, *, first: int, last: int | None) -> Iterator[Sealed]:
        """Walk over a year's partitions, to the last or to the first empty one."""
        for partition in count(first) if last is None else range(first, last + 1):
            place = Place(series=series, year=year, n=partition * PER_PARTITION)
            sealed = None
            for sealed in self._partition(entry_key(place)["pk"]):
                yield sealed
            if sealed is None and last is None:
                return

    def _partition(self, pk: str) -> Iterator[Sealed]:
        files = self._items(pk.replace("DOC#", "FILE#", 1))
        file = next(files, None)
        for item in self._items(pk):
            while file and file["sk"] < item["sk"]:
                file = next(files, None)
            mine = file if file and file["sk"] == item["sk"] else None
            content = packing.unpack(item["entry"])
            yield Sealed(content, read_entry(item), item, mine["file"] if mine else None)

    def _items(self, pk: str) -> Iterator[aws.Item]:
        query: dict[str, Any] = {
            "TableName": self.stack.ledger_table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": aws.to_item({":pk": pk}),
            "ConsistentRead": True,
        }
        for page in aws.dynamodb().get_paginator("query").paginate(**query):
            yield from map(aws.from_item, page["Items"])


def size(heads: dict[Kind, Head]) -> int | None:
    """Count the documents under these heads; None where it cannot be told from them."""
    begun = [(head, head.began) for head in heads.values() if head.began]
    if any(began.year != head.year for head, began in begun):
        return None
    return sum(head.n - began.n + 1 for head, began in begun)
