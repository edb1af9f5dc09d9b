"""Requests in `Operations`: what should get a document, and how far it is."""

import json
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from invoicing import requests, settings
from invoicing.adapters import aws, items
from invoicing.adapters.operations import request_items
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.closings import Span
from invoicing.errors import NotFoundError, OvertakenError, RefusedError, UnknownCursorError
from invoicing.ledger import Entry, Place, Series
from invoicing.records import plain


@cache
def inbox() -> "RequestsTable":
    """Give the requests of this deployment."""
    return RequestsTable(settings.get("OPERATIONS_TABLE"))


class RequestsTable:
    """The requests, each in one item that moves from state to state."""

    def __init__(self, name: str) -> None:
        self._name = name

    def accept(self, request: requests.Request) -> requests.Request:
        """Keep a request if it is new; give the one that is kept.

        RefusedError for one that no item can hold.
        """
        item = request_items.fitting(request, most=request_items.MOST_TAKEN)
        action = items.put(self._name, item, condition=items.NOT_EXISTS)
        try:
            aws.dynamodb().put_item(**action)
        except aws.dynamodb().exceptions.ConditionalCheckFailedException:
            return self.read(request.key)
        return request

    def read(self, key: requests.Key) -> requests.Request:
        """Read one request, strongly; NotFoundError if there is none."""
        item = items.get(self._name, request_items.key(key))
        if not item:
            raise NotFoundError(key.source)
        return request_items.read(item)

    def read_all(self, keys: Iterable[requests.Key]) -> list[requests.Request]:
        """Read several requests, strongly, oldest first."""
        wanted = map(request_items.key, dict.fromkeys(keys))
        found = map(request_items.read, items.get_all(self._name, wanted))
        return _oldest_first(found)

    def read_drafts(self, keys: Iterable[requests.Key]) -> list[requests.Request]:
        """Read several requests as `read_all` does, without the orders that they came as."""
        wanted = map(request_items.key, dict.fromkeys(keys))
        return _oldest_first(map(request_items.read_draft, items.get_all(self._name, wanted)))

    def decide(self, request: requests.Request) -> requests.Request:
        """Move a request on from RECEIVED, give it as kept; OvertakenError if it is not there.

        Its seller may have sent another body to the check meanwhile: the revision tells. What no
        item can hold beside its draft is held without one.
        """
        try:
            self._move(request, before="RECEIVED", revision=request.revision)
        except RefusedError as error:
            held = request.model_copy(update={"draft": None}).held(error.reasons)
            self._move(held, before="RECEIVED", revision=request.revision)
            return held
        return request

    def settle(self, request: requests.Request) -> None:
        """Write what the seller decided of a held request; OvertakenError if it is another now.

        RefusedError for another body that no item can hold.
        """
        self._move(request, before="HELD", revision=request.revision - 1)

    def _move(self, request: requests.Request, *, before: requests.State, revision: int) -> None:
        items.write(
            items.put(
                self._name,
                request_items.fitting(request, most=request_items.MOST_BYTES),
                condition="#state = :before AND revision = :revision",
                names={"#state": "state"},
                values={":before": before, ":revision": revision},
            )
        )

    def reconsider(self, request: requests.Request) -> None:
        """Send a READY request back to the check; OvertakenError if it is no longer READY."""
        action: dict[str, Any] = {
            "TableName": self._name,
            "Key": aws.to_item(request_items.key(request.key)),
            "UpdateExpression": "SET #state = :received",
            "ConditionExpression": "#state = :ready AND draft_hash = :draft_hash",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": aws.to_item(
                {
                    ":received": "RECEIVED",
                    ":ready": "READY",
                    ":draft_hash": request_items.draft_hash(request),
                }
            ),
        }
        try:
            aws.dynamodb().update_item(**action)
        except aws.dynamodb().exceptions.ConditionalCheckFailedException as error:
            raise OvertakenError(request.key.source) from error

    def stands_for(self, key: requests.Key) -> Span | None:
        """Say whose documents a request in the list stands for, strongly; None if for none."""
        item = items.get(self._name, request_items.key(key))
        if "first" not in item:
            return None
        last = Place.model_validate_json(item["place"])
        return Span(year=last.year, first=int(item["first"]), last=last.n)

    def dismiss(self, key: requests.Key) -> None:
        """Take a request that stands for its batch out of the list: all of it is stored."""
        action: dict[str, Any] = {
            "TableName": self._name,
            "Key": aws.to_item(request_items.key(key)),
            "UpdateExpression": "REMOVE inbox, inbox_at, #first",
            "ConditionExpression": "#state = :numbered",
            "ExpressionAttributeNames": {"#state": "state", "#first": "first"},
            "ExpressionAttributeValues": aws.to_item({":numbered": "NUMBERED"}),
        }
        with suppress(aws.dynamodb().exceptions.ConditionalCheckFailedException):
            aws.dynamodb().update_item(**action)

    def waiting(self, series: Series, state: requests.State) -> list[requests.Key]:
        """List up to a batch of a series' requests that may be in a state, oldest first.

        A hint, read eventually; what is READY stands in one list with what is RECEIVED.
        """
        answer = aws.dynamodb().query(
            TableName=self._name,
            IndexName="inbox",
            KeyConditionExpression="inbox = :inbox",
            ExpressionAttributeValues=aws.to_item({":inbox": request_items.inbox(series, state)}),
            Limit=series.batch,
        )
        return [request_items.key_of(aws.from_item(item)) for item in answer["Items"]]

    def page(
        self, series: Series, state: requests.State, *, after: Mark | None, limit: int
    ) -> tuple[list[requests.Request], Mark | None]:
        """Read some requests in a state, oldest first, and where the next page goes on."""
        inbox = request_items.inbox(series, state)
        query: dict[str, Any] = {
            "TableName": self._name,
            "IndexName": "inbox",
            "KeyConditionExpression": "inbox = :inbox",
            "ExpressionAttributeValues": aws.to_item({":inbox": inbox}),
            "Limit": limit,
        }
        if after:
            if not after.at:  # the mark of another list: DynamoDB takes no empty key
                raise UnknownCursorError
            key = requests.Key(series=series, source=after.source)
            start = request_items.key(key) | {"inbox": inbox, "inbox_at": after.at}
            query["ExclusiveStartKey"] = aws.to_item(start)
        answer = aws.dynamodb().query(**query)
        found = self.read_all(request_items.key_of(aws.from_item(item)) for item in answer["Items"])
        last = aws.from_item(answer.get("LastEvaluatedKey", {}))
        mark = Mark(at=last["inbox_at"], source=request_items.key_of(last).source) if last else None
        return [request for request in found if request.state == state], mark


def _oldest_first(found: Iterable[requests.Request]) -> list[requests.Request]:
    return sorted(found, key=lambda request: (request.received_at, request.key.source))


def numbered(
    table: str, request: requests.Request, entry: Entry, *, first: int | None
) -> dict[str, Any]:
    """Give the write that tells a request its number, if it is still READY with the same draft.

    Order and draft are forgotten: the document has what was decided. It leaves the list, unless it
    stands there for the documents from `first` on.
    """
    kept = request_items.standing_for(first, entry) if first else {}
    known = {"state": "NUMBERED", "number": entry.body["number"], "place": _text(entry)} | kept
    gone = ["content", *(name for name in ("inbox", "inbox_at") if name not in kept)]
    told = ", ".join(f"#{name} = :{name}" for name in known)
    values = {":ready": "READY", ":draft_hash": request_items.draft_hash(request)}
    return {
        "TableName": table,
        "Key": aws.to_item(request_items.key(request.key)),
        "UpdateExpression": f"SET {told} REMOVE {', '.join(gone)}",
        "ConditionExpression": "#state = :ready AND draft_hash = :draft_hash",
        "ExpressionAttributeNames": {f"#{name}": name for name in known},
        "ExpressionAttributeValues": aws.to_item(
            values | {f":{name}": value for name, value in known.items()}
        ),
    }


def _text(entry: Entry) -> str:
    return json.dumps(plain(entry.place))
