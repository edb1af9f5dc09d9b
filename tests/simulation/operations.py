"""Random operations of DynamoDB, as product code makes them and worse, to ask two DynamoDBs."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from botocore.exceptions import ClientError

Operation = tuple[str, dict[str, Any]]
TABLE = "Operations"

_CONDITIONS: tuple[tuple[str, set[str]], ...] = (
    ("attribute_not_exists(pk)", set()),
    ("attribute_exists(pk)", set()),
    ("#state = :a", {":a"}),
    ("#state = :a AND n = :n", {":a", ":n"}),
    ("attribute_not_exists(pk) OR n < :n", {":n"}),
    ("n BETWEEN :n AND :m", {":n", ":m"}),
    ("#state IN (:a, :b)", {":a", ":b"}),
    ("NOT #state = :a", {":a"}),
    ("attribute_not_exists(n) AND attribute_not_exists(packed)", set()),
    ("n <= :n AND (attribute_exists(inbox) OR #state <> :b)", {":n", ":b"}),
    ("begins_with(#state, :a)", {":a"}),
    ("packed = :packed", {":packed"}),
    ("n >= :n", {":n"}),
)
_UPDATES: tuple[tuple[str, set[str]], ...] = (
    ("SET #state = :a", {":a"}),
    ("SET #state = :a, n = :n", {":a", ":n"}),
    ("ADD n :n", {":n"}),
    ("ADD n :n, m :m", {":n", ":m"}),
    ("SET #state = :b REMOVE inbox, inbox_at", {":b"}),
    ("SET n = if_not_exists(n, :n) + :m", {":n", ":m"}),
    ("SET #state = :a ADD n :m", {":a", ":m"}),
    ("SET n = n + :n", {":n"}),
    ("ADD told :told", {":told"}),
)
_PACKED = (b"\x00one", b"\xfftwo")


class Operations:
    """An endless run of operations, the same for a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  the same operations again

    def __iter__(self) -> Iterator[Operation]:
        """Give one after the other."""
        while True:
            yield self._random.choice(
                (self._put, self._put, self._update, self._delete, self._transact, self._read)
            )()

    def _key(self) -> dict[str, Any]:
        random = self._random
        return {"pk": {"S": f"p{random.randrange(4)}"}, "sk": {"S": f"s{random.randrange(2)}"}}

    def _item(self) -> dict[str, Any]:
        random, item = self._random, self._key()
        extras: dict[str, Callable[[], Any]] = {
            "state": lambda: {"S": random.choice("xyz")},
            "n": lambda: {"N": str(random.randrange(-3, 6))},
            "packed": lambda: {"B": random.choice(_PACKED)},
            "list": lambda: {"L": [{"S": "one"}]},
            "inbox": lambda: {"S": random.choice("xy")},
            "inbox_at": lambda: {"S": str(random.randrange(9))},
        }
        chosen = [name for name in extras if random.random() < 0.6]
        return item | {name: extras[name]() for name in chosen}

    def _put(self) -> Operation:
        return "put_item", self._guarded({"Item": self._item()})

    def _delete(self) -> Operation:
        return "delete_item", self._guarded({"Key": self._key()})

    def _update(self) -> Operation:
        return "update_item", self._changing()

    def _read(self) -> Operation:
        key = {"TableName": TABLE, "Key": self._key(), "ConsistentRead": True}
        ways = ("get_item", key), self._query(), self._walk(), self._scan()
        return self._random.choice(ways)

    def _query(self) -> Operation:
        """Read the index in the order of a key that no two items share here, or count them."""
        return "query", {
            "TableName": TABLE,
            "IndexName": "inbox",
            "KeyConditionExpression": "inbox = :x AND inbox_at <= :until",
            "ExpressionAttributeValues": {
                ":x": {"S": self._random.choice("xy")},
                ":until": {"S": str(self._random.randrange(9))},
            },
        }

    def _walk(self) -> Operation:
        """Read a part of a partition of the table itself."""
        first, last = sorted(self._random.choices(["s0", "s1", "s2"], k=2))
        return "query", {
            "TableName": TABLE,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": self._key()["pk"],
                ":first": {"S": first},
                ":last": {"S": last},
            },
            "ConsistentRead": True,
        }

    def _scan(self) -> Operation:
        return "scan", {"TableName": TABLE, "IndexName": "inbox"}

    def _transact(self) -> Operation:
        random, actions, touched = self._random, [], set()
        for _ in range(random.randint(1, 4)):
            kind = random.choice(("Put", "Update", "Delete", "ConditionCheck"))
            action = self._action(kind)
            key = action.get("Key") or action["Item"]
            place = key["pk"]["S"], key["sk"]["S"]
            if place not in touched or random.random() < 0.1:
                actions.append({kind: action})
            touched.add(place)
        return "transact_write_items", {"TransactItems": actions}

    def _action(self, kind: str) -> dict[str, Any]:
        if kind == "Put":
            return self._guarded({"Item": self._item()})
        if kind == "Update":
            return self._changing()
        return self._guarded({"Key": self._key()}, always=kind == "ConditionCheck")

    def _changing(self) -> dict[str, Any]:
        text, needed = self._random.choice(_UPDATES)
        return self._guarded({"Key": self._key(), "UpdateExpression": text}, needed=needed)

    def _guarded(
        self,
        action: dict[str, Any],
        *,
        needed: frozenset[str] | set[str] = frozenset(),
        always: bool = False,
    ) -> dict[str, Any]:
        """Add a condition, and exactly the names and values that are spoken of."""
        action = {"TableName": TABLE, **action}
        wanted = set(needed)
        if always or self._random.random() < 0.6:
            text, more = self._random.choice(_CONDITIONS)
            action["ConditionExpression"] = text
            wanted |= more
        spoken = action.get("ConditionExpression", "") + action.get("UpdateExpression", "")
        if "#state" in spoken:
            action["ExpressionAttributeNames"] = {"#state": "state"}
        if wanted:
            action["ExpressionAttributeValues"] = {
                name: self._value(name) for name in sorted(wanted)
            }
        return action

    def _value(self, name: str) -> dict[str, Any]:
        if name == ":told":
            return {"SS": sorted(self._random.sample("xyz", k=2))}
        if name == ":packed":
            return {"B": self._random.choice(_PACKED)}
        if name in {":n", ":m"}:
            return {"N": str(self._random.randrange(-2, 3) + (5 if name == ":m" else 0))}
        return {"S": self._random.choice("xyz")}


def answer(method: Callable[..., Any], request: dict[str, Any]) -> Any:  # noqa: ANN401  to be compared
    """Ask and give what product code could see of the answer."""
    try:
        given = method(**request)
    except ClientError as error:
        reasons = error.response.get("CancellationReasons", ())
        return error.response["Error"]["Code"], [reason["Code"] for reason in reasons]
    if "Items" in given:
        return sorted(map(_in_order, given["Items"]), key=repr)
    return _in_order(given.get("Item", {}))


def _in_order(item: dict[str, Any]) -> dict[str, Any]:
    """Sort the sets, which have no order."""
    return {
        name: {"SS": sorted(value["SS"])} if "SS" in value else value
        for name, value in item.items()
    }
