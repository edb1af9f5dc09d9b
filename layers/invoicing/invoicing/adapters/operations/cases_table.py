"""Cases in `Operations`: each is written together with the freeze that follows from it.

Those that are open stand in the index `agenda`, oldest first.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime

from invoicing import cases, notices, settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_index, freezes_table, notices_table
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.cases import MOST_CLAIMS, Case
from invoicing.errors import NotFoundError, OvertakenError, Reason, RefusedError
from invoicing.invoices import Invoice
from invoicing.objections import Claim
from invoicing.parties import Seller
from invoicing.records import canonical, plain, written

ATTEMPTS = 3  # then the caller's own retry


def read(key: cases.Key) -> Case:
    """Read a case, strongly; NotFoundError if there is none."""
    found = find(key)
    if not found:
        raise NotFoundError(key.id)
    return found


def find(key: cases.Key) -> Case | None:
    """Read a case, strongly; None if there is none."""
    item = items.get(_table(), _key(key))
    return _read(item) if item else None


def of_invoice(seller_id: str, number: str) -> list[Case]:
    """Read all cases of an invoice, oldest first, strongly."""
    pages = aws.dynamodb().get_paginator("query")
    found = [
        _read(aws.from_item(item))
        for page in pages.paginate(
            TableName=_table(),
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=aws.to_item({":pk": f"CASE#{seller_id}#{number}"}),
            ConsistentRead=True,
        )
        for item in page["Items"]
    ]
    return _oldest_first(found)


def keep(fresh: Case, seller: Seller) -> Case:
    """Keep what is told of a case, for the first time or again; give what is known of it now."""
    return change(fresh.key, seller, lambda kept: kept.joined(fresh) if kept else fresh)


def claim(fresh: Case, seller: Seller) -> Case:
    """Keep what a buyer says, once; RefusedError from one who said very much already."""
    key = fresh.key
    said = [each for each in of_invoice(key.seller, key.number) if isinstance(each.about, Claim)]
    if len(said) >= MOST_CLAIMS and key not in [each.key for each in said]:
        sentence = f"{MOST_CLAIMS} claims are known of this invoice"
        raise RefusedError((Reason(code="too_many_claims", message=sentence),))
    return keep(fresh, seller)


def answer(key: cases.Key, invoice: Invoice, text: str, *, at: datetime) -> Case:
    """Keep what the seller says to the buyer, and owe him the mail of it; NotFoundError.

    The answers of an invoice are counted: of two at once one finds its number taken, and counts
    again.
    """

    def answered(kept: Case | None) -> Case:
        if not kept:
            raise NotFoundError(key.id)
        given = sum(len(each.answers) for each in of_invoice(key.seller, key.number))
        return kept.answered(text, at=at, level=given + 1)

    def owed(after: Case) -> list[items.Action]:
        notice = notices.answering(after, invoice, at=at)
        return [notices_table.queue(notice)] if notice else []

    return change(key, invoice.draft.seller, answered, owed)


def change(
    key: cases.Key,
    seller: Seller,
    by: Callable[[Case | None], Case],
    owed: Callable[[Case], list[items.Action]] = lambda _: [],
) -> Case:
    """Move a case and its freeze on together, with the mail that is owed for it.

    OvertakenError if others are always quicker.
    """
    for _ in range(ATTEMPTS):
        before, freezes = find(key), freezes_table.read(key.seller, key.number)
        after = by(before)
        frozen = after.freezing(freezes, seller.timezone)
        writes = [_put(before, after), *owed(after)] if after != before else []
        writes += [freezes_table.move(freezes, frozen)] if frozen != freezes else []
        if not writes:
            return after
        try:
            items.write_together(writes)
        except OvertakenError:
            continue
        return after
    raise OvertakenError(key.id)


def page(seller_id: str, *, after: Mark | None, limit: int) -> tuple[list[Case], Mark | None]:
    """Read some open cases, oldest first, and where the next page goes on."""
    kept, mark = agenda_index.page(_agenda(seller_id), after=after, limit=limit)
    found = _oldest_first(map(_read, kept))
    return [each for each in found if each.is_open], mark


def _oldest_first(found: Iterator[Case] | list[Case]) -> list[Case]:
    return sorted(found, key=lambda each: (each.opened_at, each.key.id))


def _put(before: Case | None, after: Case) -> items.Action:
    version = before.version if before else 0
    kept = after.model_copy(update={"version": version + 1})
    condition = "version = :seen" if before else items.NOT_EXISTS
    values = {":seen": version} if before else None
    return {"Put": items.put(_table(), _item(kept), condition=condition, values=values)}


def _table() -> str:
    return settings.get("OPERATIONS_TABLE")


def _agenda(seller_id: str) -> str:
    return f"cases#{seller_id}"


def _key(key: cases.Key) -> aws.Item:
    return {"pk": f"CASE#{key.seller}#{key.number}", "sk": key.id}


def _read(item: aws.Item) -> Case:
    return Case.model_validate_json(item["case"])


def _item(case: Case) -> aws.Item:
    return _key(case.key) | {
        "type": "CASE",
        "key": json.dumps(plain(case.key)),
        "version": case.version,
        "case": canonical(plain(case)),
        "agenda": _agenda(case.key.seller) if case.is_open else None,
        "agenda_on": written(case, "opened_at") if case.is_open else None,
    }
