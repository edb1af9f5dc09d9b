"""The ledger in DynamoDB: `Ledger` is only ever added to, `Heads` moves with it.

One transaction issues: the head if nobody moved it, the entries if their places are free, the
requests if they are READY with the same draft, and the states of the invoices that they move.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from invoicing import deposits, ledger, requests, settings
from invoicing.adapters import aws, items, packing
from invoicing.adapters.ledger import heads, states
from invoicing.adapters.operations.requests_table import numbered
from invoicing.archive import Stored
from invoicing.credit_notes import CreditNote, CreditNoteDraft
from invoicing.deposits import Issued
from invoicing.errors import NotFoundError, OvertakenError
from invoicing.invoices import Draft, Invoice
from invoicing.late_payment_notes import LatePaymentDraft, LatePaymentNote
from invoicing.ledger import Batch, Entry, Head, Place, Series
from invoicing.parties import Seller
from invoicing.payments import Balance, Receipt, ReceiptDraft, unpaid
from invoicing.records import canonical, hash_of, plain

PER_PARTITION = 1000  # documents of one key, so that only the head is hot


@cache
def book() -> "LedgerTable":
    """Give the ledger of this deployment."""
    return LedgerTable(
        ledger=settings.get("LEDGER_TABLE"),
        heads=settings.get("HEADS_TABLE"),
        operations=settings.get("OPERATIONS_TABLE"),
    )


class LedgerTable:
    """Entries, stored files, heads and balances."""

    def __init__(self, *, ledger: str, heads: str, operations: str) -> None:
        self._ledger = ledger
        self._heads = heads
        self._operations = operations

    def head(self, series: Series) -> Head:
        """Read where a series stands, strongly."""
        return heads.read(items.get(self._heads, heads.key(series)))

    def heads(self, of: Sequence[Series]) -> dict[Series, Head]:
        """Read where several series stand, strongly, in one call."""
        found = items.get_all(self._heads, map(heads.key, of))
        kept = {item["pk"]: item for item in found}
        return {each: heads.read(kept.get(heads.key(each)["pk"], {})) for each in of}

    def open(self, series: Series, opening: Head, *, after: Head) -> None:
        """Let a series begin elsewhere than at 1; OvertakenError if its head moved meanwhile."""
        action = heads.move(self._heads, series, after, opening)["Put"]
        try:
            aws.dynamodb().put_item(**action)
        except aws.dynamodb().exceptions.ConditionalCheckFailedException as error:
            raise OvertakenError(str(series)) from error

    def append(self, batch: Batch, done: Sequence[requests.Request], *, after: Head) -> None:
        """Issue in one transaction; OvertakenError if the head or a request moved meanwhile."""
        series = batch.entries[0].place.series
        actions = [heads.move(self._heads, series, after, batch.head)]
        firsts = batch.firsts
        for entry, request in zip(batch.entries, done, strict=True):
            first = firsts.get(entry.place)
            actions.append({"Put": self._new(entry_item(entry))})
            actions.append({"Update": numbered(self._operations, request, entry, first=first)})
            moved = states.movements(self._heads, entry)
            actions += [{"Update": states.unmoved(each, entry)} for each in moved]
        try:
            aws.dynamodb().transact_write_items(TransactItems=actions)  # type: ignore[arg-type]  # built as plain dicts
        except aws.dynamodb().exceptions.TransactionCanceledException as error:
            raise OvertakenError(str(series)) from error

    def entry(self, place: Place) -> Entry:
        """Read an issued document; NotFoundError if this number was never given."""
        item = items.get(self._ledger, entry_key(place))
        if not item:
            raise NotFoundError(f"{place.series} {place.year} {place.n}")
        return read_entry(item)

    def invoice(self, seller: Seller, number: str) -> Invoice:
        """Read an invoice by its number; NotFoundError if the seller never gave it."""
        place = ledger.place(seller.numbers, Series(seller=seller.id, kind="invoice"), number)
        if not place:
            raise NotFoundError(number)
        return Invoice.model_validate(self.entry(place).body)

    def credit_note(self, seller: Seller, number: str) -> CreditNote:
        """Read a credit note by its number; NotFoundError if the seller never gave it."""
        place = ledger.place(seller.numbers, Series(seller=seller.id, kind="credit_note"), number)
        if not place:
            raise NotFoundError(number)
        return CreditNote.model_validate(self.entry(place).body)

    def store(self, stored: Stored) -> dict[str, Any]:
        """Give the write that records what was stored for a document, once."""
        return {"Put": self._new(file_key(stored.place) | {"file": canonical(plain(stored))})}

    def stored(self, place: Place) -> Stored | None:
        """Read what was stored for a document, None while it is not yet."""
        item = items.get(self._ledger, file_key(place))
        return Stored.model_validate_json(item["file"]) if item else None

    def balance(self, invoice: Invoice) -> Balance:
        """Read an invoice's balance, strongly."""
        item = self._state(invoice.draft.seller.id, invoice.number)
        return states.balance(item, invoice) if item else unpaid(invoice)

    def credit_notes(self, invoice: Invoice) -> list[CreditNote]:
        """Read all credit notes of an invoice, oldest first, strongly."""
        seller = invoice.draft.seller
        item = self._state(seller.id, invoice.number)
        return [self.credit_note(seller, number) for number in item.get("credit_notes", ())]

    def late_payment_notes(self, invoice: Invoice) -> list[LatePaymentNote]:
        """Read all late payment notes of an invoice, oldest first, strongly."""
        seller = invoice.draft.seller
        numbers = self._state(seller.id, invoice.number).get("late_payment", ())
        return [self.late_payment_note(seller, number) for number in numbers]

    def late_payment_note(self, seller: Seller, number: str) -> LatePaymentNote:
        """Read a late payment note by its number; NotFoundError if the seller never gave it."""
        series = Series(seller=seller.id, kind="late_payment")
        place = ledger.place(seller.numbers, series, number)
        if not place:
            raise NotFoundError(number)
        return LatePaymentNote.model_validate(self.entry(place).body)

    def receipts(self, invoice: Invoice) -> list[Receipt]:
        """Read all receipts of an invoice, in the order of their numbers, strongly."""
        seller = invoice.draft.seller
        series = Series(seller=seller.id, kind="receipt")
        numbers = self._state(seller.id, invoice.number).get("receipts", set())
        places = [ledger.place(seller.numbers, series, number) for number in numbers]
        found = sorted(filter(None, places), key=lambda each: (each.year, each.n))
        return [Receipt.model_validate(self.entry(each).body) for each in found]

    def deposits(self, seller: Seller, numbers: Iterable[str]) -> list[Issued]:
        """Read what of these invoices a final invoice needs; those that there are."""
        found = []
        for number in dict.fromkeys(numbers):
            try:
                invoice = self.invoice(seller, number)
            except NotFoundError:
                continue
            found.append(deposits.issued(invoice, self.balance(invoice)))
        return found

    def stands(self, draft: requests.AnyDraft | None) -> bool:
        """Say whether a draft may be numbered on what it was decided against, read strongly."""
        match draft:
            case CreditNoteDraft():
                item = self._state(draft.seller.id, draft.invoice.number)
                return int(item.get("credited", 0)) == draft.before.minor
            case LatePaymentDraft():
                item = self._state(draft.seller.id, draft.invoice.number)
                return int(item.get("version", 0)) == draft.version
            case Draft():
                items = [self._state(draft.seller.id, each.number) for each in draft.preceding]
                return not any("credited" in item or "deducted_by" in item for item in items)
        return True

    def has_room(self, draft: requests.AnyDraft | None) -> bool:
        """Say whether what a movement takes back is recorded already, read strongly.

        Everything but a movement has room.
        """
        if not isinstance(draft, ReceiptDraft) or draft.movement.kind == "payment":
            return True
        return states.has_room(self._state(draft.seller.id, draft.invoice), draft.movement)

    def unchanged(self, seller: str, number: str, balance: Balance) -> dict[str, Any]:
        """Give the check that no movement came in since a balance was read."""
        condition = "version = :seen" if balance.version else "attribute_not_exists(pk)"
        check: dict[str, Any] = {
            "TableName": self._heads,
            "Key": aws.to_item(states.key(seller, number)),
            "ConditionExpression": condition,
        }
        if balance.version:
            check["ExpressionAttributeValues"] = aws.to_item({":seen": balance.version})
        return {"ConditionCheck": check}

    def _state(self, seller: str, number: str) -> aws.Item:
        return items.get(self._heads, states.key(seller, number))

    def _new(self, item: aws.Item) -> dict[str, Any]:
        return {
            "TableName": self._ledger,
            "Item": aws.to_item(item),
            "ConditionExpression": "attribute_not_exists(pk)",
        }


def entry_key(place: Place) -> aws.Item:
    """Give the key of an entry; a thousand share a partition key."""
    return {
        "pk": f"DOC#{place.series}#{place.year}#{place.n // PER_PARTITION}",
        "sk": f"{place.n:012d}",
    }


def entry_item(entry: Entry) -> aws.Item:
    """Write an entry as it is stored: compressed, its hash beside it."""
    values = plain(entry)
    text = canonical(values)
    return entry_key(entry.place) | {
        "type": "DOC",
        "hash": hash_of(text),
        "place": json.dumps(values["place"]),
        "entry": packing.pack(text),
    }


def read_entry(item: aws.Item) -> Entry:
    """Read an entry as it was stored."""
    return Entry.model_validate_json(packing.unpack(item["entry"]))


def file_key(place: Place) -> aws.Item:
    """Give the key of what was stored for a document, beside that of the document."""
    key = entry_key(place)
    return key | {"pk": key["pk"].replace("DOC#", "FILE#", 1)}
