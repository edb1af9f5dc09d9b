"""What may change or must be forgotten: requests, sellers, keys, notices, agenda.

`inbox` is a sparse index: only requests that are not DONE stand in it, so what a lost message left
behind is found again. `agenda` holds what has a date: reminders, and the list of sellers.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import Any

from invoicing import notices, requests, settings
from invoicing.adapters import aws
from invoicing.errors import NotFoundError, NumbersChosenError, OvertakenError
from invoicing.ledger import Entry, Series
from invoicing.parties import Seller
from invoicing.payments import Checkout
from invoicing.records import Record, canonical, plain
from invoicing.reminders import Agenda

NOT_EXISTS = "attribute_not_exists(pk)"
MOST_KEYS = 100  # of one BatchGetItem


@dataclass(frozen=True, slots=True)
class Undone:
    """Something in the inbox: what it is, its state and since when (ISO 8601, UTC)."""

    key: requests.Key | notices.Key
    state: str
    since: str


class Mark(Record):
    """Where a list was left: after this request."""

    at: str
    source: str


@cache
def inbox() -> "OperationsTable":
    """Give the operations of this deployment."""
    return OperationsTable(settings.get("OPERATIONS_TABLE"))


class OperationsTable:
    """The table `Operations` and its two indexes."""

    def __init__(self, name: str) -> None:
        self._name = name

    # Requests

    def accept(self, request: requests.Request) -> requests.Request:
        """Keep a request if it is new; give the one that is kept."""
        action = self._put(_request_item(request), condition=NOT_EXISTS)
        try:
            aws.dynamodb().put_item(**action)
        except aws.dynamodb().exceptions.ConditionalCheckFailedException:
            return self.read(request.key)
        return request

    def read(self, key: requests.Key) -> requests.Request:
        """Read one request, strongly; NotFoundError if there is none."""
        item = self._get(_request_key(key))
        if not item:
            raise NotFoundError(key.source)
        return _read_request(item)

    def read_all(self, keys: Iterable[requests.Key]) -> list[requests.Request]:
        """Read several requests, strongly, oldest first."""
        wanted = [aws.to_item(_request_key(key)) for key in dict.fromkeys(keys)]
        found: list[requests.Request] = []
        for some in batched(wanted, MOST_KEYS, strict=False):
            found += [_read_request(item) for item in self._batch(list(some))]
        return sorted(found, key=lambda request: (request.received_at, request.key.source))

    def decide(self, request: requests.Request) -> None:
        """Move a request on from RECEIVED; OvertakenError if it is no longer there.

        Its seller may have sent another body to the check meanwhile: the revision tells.
        """
        self._move(request, before="RECEIVED", revision=request.revision)

    def settle(self, request: requests.Request) -> None:
        """Write what the seller decided of a held request; OvertakenError if it is another now."""
        self._move(request, before="HELD", revision=request.revision - 1)

    def _move(self, request: requests.Request, *, before: requests.State, revision: int) -> None:
        self._write(
            self._put(
                _request_item(request),
                condition="#state = :before AND revision = :revision",
                names={"#state": "state"},
                values={":before": before, ":revision": revision},
            )
        )

    def reconsider(self, request: requests.Request) -> None:
        """Send a READY request back to the check; OvertakenError if it is no longer READY."""
        action: dict[str, Any] = {
            "TableName": self._name,
            "Key": aws.to_item(_request_key(request.key)),
            "UpdateExpression": "SET #state = :received, inbox = :inbox",
            "ConditionExpression": "#state = :ready AND draft_hash = :draft_hash",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": aws.to_item(
                {
                    ":received": "RECEIVED",
                    ":inbox": f"{request.key.series}#RECEIVED",
                    ":ready": "READY",
                    ":draft_hash": request.draft_hash,
                }
            ),
        }
        try:
            aws.dynamodb().update_item(**action)
        except aws.dynamodb().exceptions.ConditionalCheckFailedException as error:
            raise OvertakenError(request.key.source) from error

    def done(self, key: requests.Key) -> dict[str, Any]:
        """Give the write that ends a numbered request and takes it out of the inbox."""
        return {
            "Update": {
                "TableName": self._name,
                "Key": aws.to_item(_request_key(key)),
                "UpdateExpression": "SET #state = :done REMOVE inbox, inbox_at",
                "ConditionExpression": "#state = :numbered",
                "ExpressionAttributeNames": {"#state": "state"},
                "ExpressionAttributeValues": aws.to_item(
                    {":done": "DONE", ":numbered": "NUMBERED"}
                ),
            }
        }

    def waiting(self, series: Series, state: requests.State) -> list[requests.Key]:
        """List up to a batch of a series' requests in a state; a hint, read eventually."""
        answer = aws.dynamodb().query(
            TableName=self._name,
            IndexName="inbox",
            KeyConditionExpression="inbox = :inbox",
            ExpressionAttributeValues=aws.to_item({":inbox": f"{series}#{state}"}),
            Limit=series.batch,
        )
        return [_key_of(aws.from_item(item)) for item in answer["Items"]]

    def page(
        self, series: Series, state: requests.State, *, after: Mark | None, limit: int
    ) -> tuple[list[requests.Request], Mark | None]:
        """Read some requests in a state, oldest first, and where the next page goes on."""
        inbox = f"{series}#{state}"
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": "inbox",
            "KeyConditionExpression": "inbox = :inbox",
            "ExpressionAttributeValues": aws.to_item({":inbox": inbox}),
            "Limit": limit,
        }
        if after:
            key = requests.Key(series=series, source=after.source)
            start = _request_key(key) | {"inbox": inbox, "inbox_at": after.at}
            query["ExclusiveStartKey"] = aws.to_item(start)
        answer = aws.dynamodb().query(**query)
        found = self.read_all(_key_of(aws.from_item(item)) for item in answer["Items"])
        last = aws.from_item(answer.get("LastEvaluatedKey", {}))
        mark = Mark(at=last["inbox_at"], source=_key_of(last).source) if last else None
        return [request for request in found if request.state == state], mark

    def undone(self) -> Iterator[Undone]:
        """Walk over every request that is not DONE and every notice that is not out."""
        pages = aws.dynamodb().get_paginator("scan")
        for page in pages.paginate(TableName=self._name, IndexName="inbox"):
            yield from (_undone(aws.from_item(item)) for item in page["Items"])

    # Sellers and their keys

    def seller(self, seller_id: str) -> Seller:
        """Read a seller's profile."""
        item = self._get(_seller_key(seller_id))
        if not item:
            raise NotFoundError(seller_id)
        return Seller.model_validate_json(item["profile"])

    def save_seller(self, seller: Seller) -> None:
        """Write a seller's profile, new or changed.

        NumbersChosenError if it changes how numbers read: those given already are read back by it.
        """
        numbers = json.dumps(plain(seller.numbers), sort_keys=True)
        item = _seller_key(seller.id) | {
            "profile": canonical(plain(seller)),
            "numbers": numbers,
            "agenda": "sellers",
            "agenda_on": seller.id,
        }
        same = f"{NOT_EXISTS} OR numbers = :numbers"
        try:
            self._write(self._put(item, condition=same, values={":numbers": numbers}))
        except OvertakenError as error:
            raise NumbersChosenError(seller.id) from error

    def sellers(self) -> Iterator[str]:
        """Walk over the ids of all sellers."""
        for item in self._agenda("sellers", until="~"):
            yield item["agenda_on"]

    def save_key(self, key_hash: str, seller_id: str, *, prefix: str) -> None:
        """Let a shop in by the hash of its key; the key itself is never stored."""
        self._write(self._put(_key_key(key_hash) | {"seller": seller_id, "prefix": prefix}))

    def seller_of_key(self, key_hash: str) -> str | None:
        """Give the seller whom this key belongs to."""
        item = self._get(_key_key(key_hash))
        return item.get("seller")

    # Attempts at paying

    def checkout(self, seller_id: str, number: str) -> Checkout | None:
        """Read the latest attempt at paying an invoice, strongly."""
        item = self._get(_checkout_key(seller_id, number))
        return Checkout.model_validate_json(item["checkout"]) if item else None

    def save_checkout(self, seller_id: str, number: str, checkout: Checkout) -> None:
        """Keep an attempt; OvertakenError if this or a later one is kept already."""
        item = _checkout_key(seller_id, number) | {
            "count": checkout.count,
            "checkout": canonical(plain(checkout)),
        }
        self._write(
            self._put(
                item,
                condition=f"{NOT_EXISTS} OR #count < :count",
                names={"#count": "count"},
                values={":count": checkout.count},
            )
        )

    # Notices and the agenda

    def queue_notice(self, notice: notices.Notice) -> dict[str, Any]:
        """Give the write that owes somebody a mail, once."""
        return {"Put": self._put(_notice_item(notice), condition=NOT_EXISTS)}

    def notice(self, key: notices.Key) -> notices.Notice:
        """Read a notice, strongly."""
        item = self._get(_notice_key(key))
        if not item:
            raise NotFoundError(str(key))
        return notices.Notice.model_validate_json(item["notice"])

    def move_notice(self, before: notices.Notice, after: notices.Notice) -> None:
        """Move a notice on; OvertakenError if another worker moved it."""
        self._write(
            self._put(
                _notice_item(after),
                condition="#state = :state AND attempt = :attempt",
                names={"#state": "state"},
                values={":state": before.state, ":attempt": before.attempt},
            )
        )

    def plan(self, agenda: Agenda) -> dict[str, Any]:
        """Give the write that puts an invoice's first reminder on the agenda, once."""
        return {"Put": self._put(_agenda_item(agenda), condition=NOT_EXISTS)}

    def due(self, seller_id: str, *, until: str) -> Iterator[Agenda]:
        """Walk over the seller's reminders whose day has come; `until` is a civil date."""
        for item in self._agenda(f"reminders#{seller_id}", until=until):
            found = self._get(_keys_of(item))
            if found:  # the index may still list what has just left the agenda
                yield Agenda.model_validate_json(found["entry"])

    def move_agenda(self, before: Agenda, after: Agenda | None) -> dict[str, Any]:
        """Give the write that moves an invoice to its next reminder, or off the agenda."""
        guard = {
            "TableName": self._name,
            "ConditionExpression": "#level = :level",
            "ExpressionAttributeNames": {"#level": "level"},
            "ExpressionAttributeValues": aws.to_item({":level": before.level}),
        }
        if after is None:
            return {"Delete": guard | {"Key": aws.to_item(_agenda_key(before))}}
        return {"Put": guard | {"Item": aws.to_item(_agenda_item(after))}}

    def write(self, actions: Sequence[dict[str, Any]]) -> None:
        """Write several actions at once or none; OvertakenError if a condition fails."""
        try:
            aws.dynamodb().transact_write_items(TransactItems=actions)  # type: ignore[arg-type]  # built as plain dicts
        except aws.dynamodb().exceptions.TransactionCanceledException as error:
            raise OvertakenError("a condition of the transaction failed") from error

    # The table itself

    def _get(self, key: aws.Item) -> aws.Item:
        answer = aws.dynamodb().get_item(
            TableName=self._name, Key=aws.to_item(key), ConsistentRead=True
        )
        return aws.from_item(answer.get("Item", {}))

    def _batch(self, keys: list[dict[str, Any]]) -> Iterator[aws.Item]:
        while keys:
            answer = aws.dynamodb().batch_get_item(
                RequestItems={self._name: {"Keys": keys, "ConsistentRead": True}}
            )
            for item in answer["Responses"][self._name]:
                yield aws.from_item(item)
            left = answer["UnprocessedKeys"].get(self._name)
            keys = list(left["Keys"]) if left else []

    def _put(
        self,
        item: aws.Item,
        *,
        condition: str | None = None,
        names: dict[str, str] | None = None,
        values: aws.Item | None = None,
    ) -> dict[str, Any]:
        action: dict[str, Any] = {"TableName": self._name, "Item": aws.to_item(item)}
        if condition:
            action["ConditionExpression"] = condition
        if names:
            action["ExpressionAttributeNames"] = names
        if values:
            action["ExpressionAttributeValues"] = aws.to_item(values)
        return action

    def _write(self, action: dict[str, Any]) -> None:
        try:
            aws.dynamodb().put_item(**action)
        except aws.dynamodb().exceptions.ConditionalCheckFailedException as error:
            raise OvertakenError("the item moved on") from error

    def _agenda(self, agenda: str, *, until: str) -> Iterator[aws.Item]:
        pages = aws.dynamodb().get_paginator("query")
        for page in pages.paginate(
            TableName=self._name,
            IndexName="agenda",
            KeyConditionExpression="agenda = :agenda AND agenda_on <= :until",
            ExpressionAttributeValues=aws.to_item({":agenda": agenda, ":until": until}),
        ):
            yield from (aws.from_item(item) for item in page["Items"])


def numbered(table: str, request: requests.Request, entry: Entry) -> dict[str, Any]:
    """Give the write that tells a request its number, if it is still READY with the same draft."""
    return {
        "TableName": table,
        "Key": aws.to_item(_request_key(request.key)),
        "UpdateExpression": "SET #state = :numbered, #number = :number, place = :place, "
        "inbox = :inbox, inbox_at = :at REMOVE #order",
        "ConditionExpression": "#state = :ready AND draft_hash = :draft_hash",
        "ExpressionAttributeNames": {"#state": "state", "#number": "number", "#order": "order"},
        "ExpressionAttributeValues": aws.to_item(
            {
                ":numbered": "NUMBERED",
                ":ready": "READY",
                ":draft_hash": request.draft_hash,
                ":number": entry.body["number"],
                ":place": json.dumps(plain(entry.place)),
                ":inbox": f"{request.key.series}#NUMBERED",
                ":at": plain(entry)["at"],
            }
        ),
    }


def _request_key(key: requests.Key) -> aws.Item:
    return {"pk": f"REQ#{key.series}#{key.source}", "sk": "REQ"}


def _key_of(item: aws.Item) -> requests.Key:
    _, series, source = item["pk"].split("#", 2)
    return requests.Key(series=Series.parse(series), source=source)


def _undone(item: aws.Item) -> Undone:
    owner, _, state = item["inbox"].rpartition("#")
    key = _notice_key_of(item) if owner == "notices" else _key_of(item)
    return Undone(key=key, state=state, since=item["inbox_at"])


def _request_item(request: requests.Request) -> aws.Item:
    open_ = request.state not in requests.ENDED
    received_at = plain(request)["received_at"]
    return _request_key(request.key) | {
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


def _read_request(item: aws.Item) -> requests.Request:
    return requests.Request.model_validate(
        {
            "key": plain(_key_of(item)),
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
        }
    )


def _packed(record: Record | None) -> bytes | None:
    return zlib.compress(canonical(plain(record)), 9) if record else None


def _unpacked(packed: bytes | None) -> dict[str, Any] | None:
    return json.loads(zlib.decompress(packed)) if packed else None


def _seller_key(seller_id: str) -> aws.Item:
    return {"pk": f"SELLER#{seller_id}", "sk": "SELLER"}


def _key_key(key_hash: str) -> aws.Item:
    return {"pk": f"KEY#{key_hash}", "sk": "KEY"}


def _checkout_key(seller_id: str, number: str) -> aws.Item:
    return {"pk": f"CHECKOUT#{seller_id}#{number}", "sk": "CHECKOUT"}


def _notice_key(key: notices.Key) -> aws.Item:
    return {"pk": f"NOTICE#{key.seller}#{key.number}", "sk": f"{key.occasion}#{key.level}"}


def _notice_key_of(item: aws.Item) -> notices.Key:
    _, seller, number = item["pk"].split("#", 2)
    occasion, _, level = item["sk"].partition("#")
    values = {"seller": seller, "number": number, "occasion": occasion, "level": int(level)}
    return notices.Key.model_validate(values)


def _notice_item(notice: notices.Notice) -> aws.Item:
    return _notice_key(notice.key) | {
        "type": "NOTICE",
        "state": notice.state,
        "attempt": notice.attempt,
        "notice": canonical(plain(notice)),
        "key": json.dumps(plain(notice.key)),
        "inbox": f"notices#{notice.state}" if notice.waits else None,
        "inbox_at": plain(notice)["since"] if notice.waits else None,
    }


def _agenda_key(agenda: Agenda) -> aws.Item:
    return {"pk": f"AGENDA#{agenda.seller}#{agenda.number}", "sk": "AGENDA"}


def _keys_of(item: aws.Item) -> aws.Item:
    return {"pk": item["pk"], "sk": item["sk"]}


def _agenda_item(agenda: Agenda) -> aws.Item:
    return _agenda_key(agenda) | {
        "level": agenda.level,
        "entry": canonical(plain(agenda)),
        "agenda": f"reminders#{agenda.seller}",
        "agenda_on": agenda.on.isoformat(),
    }
