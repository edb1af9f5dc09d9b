"""Books brought back from a bundle into a deployment that has none of this seller.

Every document is put as it was sealed, with the record of its files and, in the same transaction,
what it did to its invoice: the states come about as they did the first time, by the same code. The
heads come first, so that whatever is numbered meanwhile goes on from there.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any, BinaryIO

from cli.proof import fingerprint, request_keys, verify
from cli.proof.books import KINDS, Books
from cli.stack import Stack
from invoicing import archive, documents
from invoicing.adapters import aws, items, packing
from invoicing.adapters.documents_bucket import DocumentsBucket
from invoicing.adapters.ledger import heads, states
from invoicing.adapters.ledger.ledger_table import PER_PARTITION, entry_item, file_key
from invoicing.adapters.operations import notices_table, request_items
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.anchors import Anchor
from invoicing.archive import Content, Duty, FileType, Stored
from invoicing.errors import FacturierError, NotFoundError, OvertakenError
from invoicing.ledger import BEGINNING, MOST_ACTIONS, MOST_BYTES, Entry, Head, Series
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod
from invoicing.requests import Request
from invoicing.vat.treatments import Decision

BROUGHT_BACK = "the books were brought back, which do not say whether it was sent"
_WRITERS = 16  # files that are put into S3 at once
_AHEAD = 64  # documents whose files are on their way before they are recorded

Action = dict[str, Any]
Document = tuple[list[Action], aws.Item | None]
"""A document's writes, and its request as it is stored; a closing has none."""


class NotRestorableError(FacturierError):
    """These books cannot be brought back here; the text says why."""


class Restoration:
    """One bundle on its way into one deployment."""

    def __init__(self, bundle: verify.Bundle, stack: Stack) -> None:
        self._bundle = bundle
        self._stack = stack
        self._seller = Seller.model_validate(bundle.seller)
        self._bucket = DocumentsBucket(stack.documents_bucket, stack.retention_mode)
        self._anchors = DocumentsBucket(stack.anchors_bucket, stack.retention_mode)
        self._requests: tuple[str, dict[str, Request]] = ("", {})

    def run(self, advance: Callable[[], None]) -> dict[str, Any]:
        """Bring everything back and compare; give the fingerprint."""
        self._claim()
        self._put_anchors()
        writing = Transactions()
        with ThreadPoolExecutor(_WRITERS) as pool:
            for actions, request in self._documents(pool):
                writing.add(actions)
                if request:
                    self._put(request, condition=request_keys.IS_NOT_NUMBERED)
                advance()
        writing.flush()
        for cancelled in self._cancelled():
            self._put(request_items.item(cancelled), condition=items.NOT_EXISTS)
        return self._compared()

    def _claim(self) -> None:
        """Put the heads, all or none, and the profile; NotRestorableError if books are there."""
        sellers = SellersTable(self._stack.operations_table)
        known = self._known_seller(sellers)
        table, told, moves = self._stack.heads_table, self._bundle.optional("heads.json"), []
        for kind in KINDS:
            series = Series(seller=self._seller.id, kind=kind)
            if items.get(table, heads.key(series)):
                raise NotRestorableError(f"{series} has begun here: books are there")
            if kind in told:
                head = Head.model_validate(told[kind])
                moves.append(heads.move(table, series, BEGINNING, head))
        try:
            if moves:  # a seller without documents may have none
                items.write_together(moves)
        except OvertakenError as error:
            raise NotRestorableError("these books begin here just now") from error
        if not known:
            sellers.save(self._seller)

    def _known_seller(self, sellers: SellersTable) -> Seller | None:
        """Read the profile that is there, which stays, unless it numbers otherwise."""
        try:
            known = sellers.read(self._seller.id)
        except NotFoundError:
            return None
        if known.numbers != self._seller.numbers:
            text = f"{known.id} is here with another way of numbering, which is chosen once"
            raise NotRestorableError(text)
        return known

    def _put_anchors(self) -> None:
        """Put the anchors first: whoever finds the closings must not make them known again."""
        for name, member in self._bundle.lists.items():
            if name.startswith("anchors/"):
                content = Content(type="json", data=self._read(member))
                anchor = Anchor.model_validate_json(content.data)
                last = CivilPeriod.parse(anchor.level, anchor.period).last
                key = f"{self._seller.id}/{name.removeprefix('anchors/')}"
                self._anchors.store(key, content, Duty.longest(last, self._seller))

    def _documents(self, pool: ThreadPoolExecutor) -> Iterator[Document]:
        """Walk over the documents, each when its files are stored."""
        waiting = deque[tuple[list[Future[Any]], Document]]()
        kinds = (*verify.KINDS, verify.CLOSING)
        for stem, members in self._bundle.groups(lambda top: top in kinds):
            files = {each.name.removeprefix(stem): self._read(each) for each in members}
            entry = Entry.model_validate_json(files[".json"])
            stored = [pool.submit(self._store, *each) for each in self._stored(entry, files)]
            self._leave_mails(entry, files)
            written = self._writes(entry, files), self._request(entry, files)
            waiting.append((stored, written))
            if len(waiting) > _AHEAD:
                yield _done(*waiting.popleft())
        while waiting:
            yield _done(*waiting.popleft())

    def _read(self, member: verify.Member) -> bytes:
        return self._bundle.archive.read(member)

    def _stored(self, entry: Entry, files: dict[str, bytes]) -> Iterator[tuple[str, Content, Duty]]:
        """Give what is to be put into the bucket: key, content, and how long it must stay."""
        if ".files.json" not in files:
            return
        record = Stored.model_validate_json(files[".files.json"])
        duty = _duty(entry)
        types: tuple[FileType, ...] = ("pdf", "xml")
        for type_ in types:
            file: archive.File | None = getattr(record, type_)
            if file:
                yield file.key, Content(type=type_, data=files[f".{type_}"]), duty

    def _store(self, key: str, content: Content, duty: Duty) -> None:
        self._bucket.store(key, content, duty)

    def _writes(self, entry: Entry, files: dict[str, bytes]) -> list[Action]:
        """Give the writes of a document: its bytes as they were sealed, and what it moved."""
        content = files[".json"]
        sealed = {
            "entry": packing.pack(content),
            "hash": hashlib.sha256(content).hexdigest(),
            "signature": files.get(".signature"),
        }
        new = [entry_item(entry) | sealed]
        if ".files.json" in files:
            new.append(file_key(entry.place) | {"file": files[".files.json"]})
        ledger = self._stack.ledger_table
        puts = [items.put(ledger, each, condition=items.NOT_EXISTS) for each in new]
        moved = states.movements(self._stack.heads_table, entry)
        return [*({"Put": each} for each in puts), *({"Update": each} for each in moved)]

    def _leave_mails(self, entry: Entry, files: dict[str, bytes]) -> None:
        """End the mails of a document before it is there, for whoever sees it come asks for them.

        What had no files was not mailed yet, and will be.
        """
        if entry.place.series.kind == "closing" or ".files.json" not in files:
            return
        for owed in documents.mails(entry):
            ended = owed.ended("CANCELLED", BROUGHT_BACK).erased(entry.at)
            item = notices_table.item(ended)
            table = self._stack.operations_table
            items.put_once(items.put(table, item, condition=items.NOT_EXISTS))

    def _request(self, entry: Entry, files: dict[str, bytes]) -> aws.Item | None:
        """Give the request of a document; it is put also over one that does not know of it yet."""
        known = self._known(entry)
        if not known:
            return None
        return request_keys.numbered(known, entry, unstored=".files.json" not in files)

    def _known(self, entry: Entry) -> Request | None:
        place = entry.place
        part = f"{place.series.kind}-{place.year}-{place.n // PER_PARTITION:05d}"
        name = f"requests/{part}.jsonl"
        if name != self._requests[0]:
            found = {request.key.source: request for request in self._lines(name)}
            self._requests = (name, found)
        return self._requests[1].get(entry.source)

    def _cancelled(self) -> Iterator[Request]:
        for name in sorted(self._bundle.lists):
            if name.startswith("requests/cancelled-"):
                yield from self._lines(name)

    def _lines(self, name: str) -> Iterator[Request]:
        if name in self._bundle.lists:
            for line in self._read(self._bundle.lists[name]).splitlines():
                yield Request.model_validate_json(line)

    def _put(self, item: aws.Item, *, condition: str) -> None:
        """Put an item of Operations; if that is back already and knows as much, it stays."""
        try:
            items.write(items.put(self._stack.operations_table, item, condition=condition))
        except OvertakenError:
            return

    def _compared(self) -> dict[str, Any]:
        told = self._bundle.manifest["fingerprint"]
        found = fingerprint.of(Books(self._stack, self._seller.id))
        different = [name for name in told if told[name] not in (None, found[name])]
        if different:
            text = f"brought back, but the fingerprint of {' and '.join(different)} is another"
            raise NotRestorableError(text)
        return found


class Transactions:
    """Writes in as few transactions as they fit into, each document's together."""

    def __init__(self) -> None:
        self._actions: list[Action] = []
        self._touched: set[str] = set()
        self._bytes = 0

    def add(self, actions: list[Action]) -> None:
        """Add a document's writes; a transaction touches an item once."""
        touched = {str(each["Update"]["Key"]) for each in actions if "Update" in each}
        size = sum(len(str(each)) for each in actions)
        full = len(self._actions) + len(actions) > MOST_ACTIONS or self._bytes + size > MOST_BYTES
        if full or not self._touched.isdisjoint(touched):
            self.flush()
        self._actions += actions
        self._touched |= touched
        self._bytes += size

    def flush(self) -> None:
        """Write what waits; NotRestorableError if something of it is there already."""
        if not self._actions:
            return
        try:
            items.write_together(self._actions)
        except OvertakenError as error:
            raise NotRestorableError("some of these documents are there already") from error
        self._actions, self._touched, self._bytes = [], set(), 0


def restore(file: BinaryIO, stack: Stack, *, advance: Callable[[], None]) -> dict[str, Any]:
    """Bring a bundle's books into a deployment that has none of this seller; give the fingerprint.

    NotRestorableError for what is no bundle, or none that holds, for a part of a life, for books
    that are there.
    """
    try:
        checked = verify.verify(file)
    except verify.NoBundleError as error:
        raise NotRestorableError(f"this is no bundle: {error}") from error
    if checked.findings.count:
        first = checked.findings.kept[0]
        raise NotRestorableError(f"the bundle does not hold: {first.what} {first.name}")
    if not checked.bundle.whole:
        raise NotRestorableError("only the whole life of books can be brought back")
    told = checked.bundle.manifest.get("fingerprint")
    if not isinstance(told, dict) or told.keys() != {"ledger", "heads"}:
        raise NotRestorableError("the bundle has no fingerprint to compare the books with")
    return Restoration(checked.bundle, stack).run(advance)


def _duty(entry: Entry) -> Duty:
    """Say how long a document must stay, by what it froze itself."""
    draft, on = entry.body["draft"], date.fromisoformat(entry.body["issued_on"])
    decisions = [Decision.model_validate(line["decision"]) for line in draft.get("vat", ())]
    return Duty.of(on, Seller.model_validate(draft["seller"]), decisions)


def _done(stored: list[Future[Any]], document: Document) -> Document:
    for each in stored:
        each.result()
    return document
