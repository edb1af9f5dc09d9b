"""DynamoDB in memory: what product code uses of it, and the memory of every write.

Tables and indexes are the template's. A transaction is checked and written in one instant; an index
follows some time later, each item in its own order, as a global secondary index does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any
from zlib import crc32

from boto3.dynamodb.types import TypeDeserializer

from tests.simulation import expressions
from tests.simulation.answers import refused
from tests.simulation.expressions import Attributes

MOST_ACTIONS = 100
MOST_KEYS = 100
MOST_BYTES = 4_000_000
MOST_BYTES_OF_AN_ITEM = 400 * 1024
TOKEN_LIVES = 600_000  # milliseconds

Key = tuple[str, ...]
Definition = Mapping[str, Any]  # of the template
Fault = Callable[[str], bool]
_Write = tuple["Table", Key, Attributes | None]


@dataclass(frozen=True)
class Commit:
    """One write as it took effect."""

    order: int
    at: int
    table: str
    key: Key
    before: Attributes | None
    after: Attributes | None


@dataclass
class Index:
    """A sparse global secondary index: the keys only."""

    name: str
    keys: list[str]
    items: dict[Key, Attributes] = field(default_factory=dict)

    def follow(self, key: Key, item: Attributes | None, table_keys: Sequence[str]) -> None:
        """Take over what the table has now."""
        if item is None or any(name not in item for name in self.keys):
            self.items.pop(key, None)
        else:
            self.items[key] = {name: item[name] for name in (*table_keys, *self.keys)}


class Table:
    """One table of the template."""

    def __init__(self, name: str, definition: Definition) -> None:
        self.name = name
        self.keys = [each["AttributeName"] for each in definition["KeySchema"]]
        self.items: dict[Key, Attributes] = {}
        self.has_stream = "StreamSpecification" in definition
        self.indexes = {
            each["IndexName"]: Index(
                each["IndexName"], [part["AttributeName"] for part in each["KeySchema"]]
            )
            for each in definition.get("GlobalSecondaryIndexes", ())
        }
        for each in definition.get("GlobalSecondaryIndexes", ()):
            assert each["Projection"]["ProjectionType"] == "KEYS_ONLY", "model another projection"

    def key(self, item: Attributes) -> Key:
        """Give the key of an item or of a key."""
        return tuple([item[name]["S"] for name in self.keys])


class DynamoDB:
    """The tables, with the operations of the client as methods."""

    def __init__(
        self,
        definitions: Mapping[str, Definition],
        *,
        on_commit: Callable[[Table, Key, Attributes | None, Attributes | None], None],
        clock: Callable[[], int],
        partial: Callable[[], bool] = lambda: False,
    ) -> None:
        """`on_commit` hears of each write; `partial` says when a batch read leaves keys out."""
        self.tables = {name: Table(name, each) for name, each in definitions.items()}
        self._on_commit = on_commit
        self._clock = clock
        self._partial = partial
        self._tokens: dict[str, int] = {}

    # Reads

    def get_item(
        self,
        *,
        TableName: str,  # noqa: N803
        Key: Attributes,  # noqa: N803
        ConsistentRead: bool = False,  # noqa: N803
    ) -> dict[str, Any]:
        assert ConsistentRead, "an eventual read of an item is not modelled"
        table = self.tables[TableName]
        item = table.items.get(table.key(Key))
        return {"Item": dict(item)} if item is not None else {}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        ((name, wanted),) = RequestItems.items()
        assert wanted["ConsistentRead"], "an eventual read of an item is not modelled"
        table, keys = self.tables[name], list(wanted["Keys"])
        distinct = {table.key(key) for key in keys}
        if not 0 < len(keys) <= MOST_KEYS or len(distinct) < len(keys):
            raise refused("ValidationException", "BatchGetItem")
        left = [keys.pop() for _ in range(len(keys) // 2)] if self._partial() else []
        found = [table.items[key] for each in keys if (key := table.key(each)) in table.items]
        return {
            "Responses": {name: [dict(item) for item in found]},
            "UnprocessedKeys": {name: {**wanted, "Keys": left}} if left else {},
        }

    def query(  # noqa: PLR0913
        self,
        *,
        TableName: str,  # noqa: N803
        KeyConditionExpression: str,  # noqa: N803
        ExpressionAttributeValues: Attributes,  # noqa: N803
        ExpressionAttributeNames: Mapping[str, str] | None = None,  # noqa: N803
        IndexName: str | None = None,  # noqa: N803
        Limit: int | None = None,  # noqa: N803
        ExclusiveStartKey: Attributes | None = None,  # noqa: N803
        ConsistentRead: bool = False,  # noqa: N803
        ScanIndexForward: bool = True,  # noqa: N803
    ) -> dict[str, Any]:
        table = self.tables[TableName]
        keys, items = self._read_from(table, IndexName)
        assert ConsistentRead is not bool(IndexName), "an eventual read of a table is not modelled"
        holds = expressions.condition(KeyConditionExpression)
        names = ExpressionAttributeNames or {}
        first = f"{keys[0]} = "  # of one partition: the rest is passed over at once
        assert KeyConditionExpression.startswith(first), KeyConditionExpression
        value, *_ = KeyConditionExpression.removeprefix(first).split()
        partition, by = ExpressionAttributeValues[value]["S"], keys[-1]
        of_it = (
            [each for each in items.items() if each[1][keys[0]]["S"] == partition]
            if IndexName
            else [each for each in items.items() if each[0][0] == partition]
        )
        found = [
            ((item[by]["S"], *key), item)
            for key, item in of_it
            if holds(item, names, ExpressionAttributeValues)
        ]
        found.sort(key=itemgetter(0), reverse=not ScanIndexForward)
        return _page(table, [item for _, item in found], Limit, ExclusiveStartKey)

    def scan(
        self,
        *,
        TableName: str,  # noqa: N803
        IndexName: str | None = None,  # noqa: N803
        Limit: int | None = None,  # noqa: N803
        ExclusiveStartKey: Attributes | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        table = self.tables[TableName]
        _, items = self._read_from(table, IndexName)
        keys = sorted(items, key=_scattered)
        return _page(table, [items[key] for key in keys], Limit, ExclusiveStartKey)

    def _read_from(
        self, table: Table, index: str | None
    ) -> tuple[list[str], Mapping[Key, Attributes]]:
        if index is None:
            return table.keys, table.items
        return table.indexes[index].keys, table.indexes[index].items

    # Writes

    def put_item(self, **action: Any) -> dict[str, Any]:  # noqa: ANN401
        return self._alone("Put", action)

    def update_item(self, **action: Any) -> dict[str, Any]:  # noqa: ANN401
        return self._alone("Update", action)

    def delete_item(self, **action: Any) -> dict[str, Any]:  # noqa: ANN401
        return self._alone("Delete", action)

    def transact_write_items(
        self,
        *,
        TransactItems: Sequence[dict[str, Any]],  # noqa: N803
        ClientRequestToken: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        if ClientRequestToken and self._clock() < self._tokens.get(ClientRequestToken, 0):
            return {}
        actions = [next(iter(each.items())) for each in TransactItems]
        touched = {self._place(kind, action) for kind, action in actions}
        size = sum(_size(action.get("Item", {})) for _, action in actions)
        if not 0 < len(actions) <= MOST_ACTIONS or len(touched) < len(actions):
            raise refused("ValidationException", "TransactWriteItems")
        if size > MOST_BYTES:
            raise refused("ValidationException", "TransactWriteItems")
        planned = [self._planned(kind, action) for kind, action in actions]
        reasons = [reason for _, reason in planned]
        if any(reason["Code"] != "None" for reason in reasons):
            raise cancelled(reasons)
        for write, _ in planned:
            if write:
                self._commit(write)
        if ClientRequestToken:
            self._tokens[ClientRequestToken] = self._clock() + TOKEN_LIVES
        return {}

    def forget(self) -> None:
        """Forget the tokens of transactions."""
        self._tokens.clear()

    def _alone(self, kind: str, action: dict[str, Any]) -> dict[str, Any]:
        write, reason = self._planned(kind, action)
        if reason["Code"] == "ConditionalCheckFailed":
            raise refused("ConditionalCheckFailedException", f"{kind}Item")
        if reason["Code"] != "None":
            raise refused("ValidationException", f"{kind}Item")
        assert write
        self._commit(write)
        return {}

    def _place(self, kind: str, action: dict[str, Any]) -> tuple[str, Key]:
        table = self.tables[action["TableName"]]
        return table.name, table.key(action["Item" if kind == "Put" else "Key"])

    def _planned(self, kind: str, action: dict[str, Any]) -> tuple[_Write | None, dict[str, str]]:
        """Give what an action would write and, as in a cancellation, what stands against it."""
        unknown = set(action) - _MEMBERS[kind]
        if unknown:
            raise NotImplementedError(f"{kind} with {unknown}")
        name, key = self._place(kind, action)
        table = self.tables[name]
        before = table.items.get(key)
        names = action.get("ExpressionAttributeNames", {})
        values = action.get("ExpressionAttributeValues", {})
        condition = action.get("ConditionExpression")
        if condition and not expressions.condition(condition)(before or {}, names, values):
            return None, {
                "Code": "ConditionalCheckFailed",
                "Message": "The conditional request failed",
            }
        if kind == "ConditionCheck":
            return None, {"Code": "None"}
        try:
            after = _after(kind, action, before)
        except expressions.Unchangeable:
            return None, {"Code": "ValidationError"}
        if after is not None and _size(after) > MOST_BYTES_OF_AN_ITEM:
            return None, {"Code": "ValidationError"}
        return (table, key, after), {"Code": "None"}

    def _commit(self, write: _Write) -> None:
        table, key, after = write
        before = table.items.pop(key, None)
        if after is not None:
            table.items[key] = after
        if before is not None or after is not None:
            self._on_commit(table, key, before, after)


_EXPRESSION = {
    "TableName",
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
}
_MEMBERS = {
    "Put": _EXPRESSION | {"Item"},
    "Update": _EXPRESSION | {"Key", "UpdateExpression"},
    "Delete": _EXPRESSION | {"Key"},
    "ConditionCheck": _EXPRESSION | {"Key"},
}


@cache
def _scattered(key: Key) -> tuple[int, Key]:
    """Say where a scan meets a key: anywhere, always the same."""
    return crc32(repr(key).encode()), key


def cancelled(reasons: list[dict[str, str]]) -> Exception:
    """Make the error of a transaction that was not written, with a reason for each action."""
    return refused(
        "TransactionCanceledException", "TransactWriteItems", CancellationReasons=reasons
    )


def _after(kind: str, action: dict[str, Any], before: Attributes | None) -> Attributes | None:
    if kind == "Put":
        return dict(action["Item"])
    if kind == "Delete":
        return None
    change = expressions.update(action["UpdateExpression"])
    names = action.get("ExpressionAttributeNames", {})
    values = action.get("ExpressionAttributeValues", {})
    return change(before or dict(action["Key"]), names, values)


def _page(
    table: Table, items: list[Attributes], limit: int | None, start: Attributes | None
) -> dict[str, Any]:
    first = _behind(start, items, table) if start else 0
    page = items[first : first + limit] if limit else items[first:]
    answer: dict[str, Any] = {"Items": [dict(item) for item in page], "Count": len(page)}
    if first + len(page) < len(items):
        answer["LastEvaluatedKey"] = {name: page[-1][name] for name in table.keys}
    return answer


def _behind(start: Attributes, items: list[Attributes], table: Table) -> int:
    key = table.key(start)
    return next((n for n, item in enumerate(items, start=1) if table.key(item) == key), 0)


def _size(item: Attributes) -> int:
    size = sum(map(len, item))
    for value in item.values():
        (content,) = value.values()
        size += len(content if isinstance(content, (str, bytes)) else repr(content))
    return size


def values(item: Attributes) -> dict[str, Any]:
    """Read attributes as Python values, numbers as Decimal."""
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in item.items()}


def pages(
    read: Callable[..., dict[str, Any]],
    how_many: Callable[[], int],
    **request: Any,  # noqa: ANN401  AWS's own
) -> Iterator[dict[str, Any]]:
    """Walk over the pages of a query or scan, each of them a call of its own."""
    start: dict[str, Any] = {}
    while True:
        answer = read(**request, Limit=how_many(), **start)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
