"""What an invoice costs in DynamoDB's units, from the items that product code really writes.

Between two looks at the tables every item that differs was written once: a unit for each KB begun
of its larger state, twice that inside of a transaction (prepare and commit), and for each index a
unit to add or remove an entry, so two where an indexed key changes. Indexes follow a transaction by
themselves and pay once. Strong reads are a unit for each 4 KB begun, eventual ones half of it.

Sources, looked up on 2026-11-21: the units are the developer guide's (Read/write capacity modes,
Transactions, Global secondary indexes: storage and write considerations). Prices are the list
prices on demand of us-east-1 since 1 November 2024, as quoted by
https://airbyte.com/data-engineering-resources/dynamodb-pricing (the price list itself was out of
reach here); other regions differ, and a stream that Lambda reads costs nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from bench.tables import TABLES, definitions
from invoicing.adapters import aws

WRITE_USD = 0.625e-6  # a write request unit
READ_USD = 0.125e-6  # a read request unit
STORED_USD = 0.25 + 0.20  # a GB and month, its point-in-time recovery included
OVERHEAD = 100  # bytes that storing an item costs beside itself
WRITE_BYTES, READ_BYTES, GB = 1024, 4096, 1024**3

Key = tuple[str, str]  # table and the item's own key
Attributes = dict[str, Any]
Tables = dict[Key, Attributes]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an invoice: whether its writes stand in a transaction, and the two looks."""

    name: str
    in_transaction: bool
    before: Tables
    after: Tables

    @property
    def units(self) -> float:
        """Write units, indexes included."""
        times = 2 if self.in_transaction else 1
        return sum(
            times * _units(self.before.get(key), self.after.get(key)) + _of_indexes(key, self)
            for key in self.before.keys() | self.after.keys()
            if self.before.get(key) != self.after.get(key)
        )


def tables() -> Tables:
    """Look at everything that is stored."""
    found = {}
    for name in TABLES:
        keys = [each["AttributeName"] for each in definitions()[name]["KeySchema"]]
        for page in aws.dynamodb().get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                found[name, "/".join(item[key]["S"] for key in keys)] = item
    return found


def stored_bytes(items: Tables) -> int:
    """Say how much is paid for as stored: items and their index entries."""
    total = 0
    for (table, _), item in items.items():
        entries = [entry for _, entry in _entries(table, item)]
        total += sum(size(each) + OVERHEAD for each in [item, *entries] if each)
    return total


def size(item: Attributes) -> int:
    """Say how large an item is: names and values, as DynamoDB counts them."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


class Reads:
    """Counts the read units of the calls that are made while it listens."""

    def __init__(self) -> None:
        self.units = 0.0

    def listen(self) -> None:
        """Hear of every answer of the client that product code uses."""
        events = aws.dynamodb().meta.events
        for operation in ("GetItem", "BatchGetItem", "Query"):
            events.register(f"after-call.dynamodb.{operation}", self._heard)

    def _heard(self, parsed: dict[str, Any], **_: object) -> None:
        if "Items" in parsed:  # one query of an index, eventually consistent
            self.units += max(1, ceil(sum(map(size, parsed["Items"])) / READ_BYTES)) / 2
        elif "Responses" in parsed:
            found = [item for items in parsed["Responses"].values() for item in items]
            self.units += sum(ceil(size(item) / READ_BYTES) for item in found)
        else:
            self.units += max(1, ceil(size(parsed.get("Item", {})) / READ_BYTES))


def _units(before: Attributes | None, after: Attributes | None) -> int:
    return max(ceil(size(item or {}) / WRITE_BYTES) for item in (before, after))


def _of_indexes(key: Key, step: Step) -> int:
    befores = _entries(key[0], step.before.get(key, {}))
    afters = _entries(key[0], step.after.get(key, {}))
    return sum(
        _of_entry(names, before, after)
        for (names, before), (_, after) in zip(befores, afters, strict=True)
    )


def _of_entry(names: list[str], before: Attributes, after: Attributes) -> int:
    if before == after:
        return 0
    moved = before and after and any(before[name] != after[name] for name in names)
    return 2 if moved else 1


def _entries(table: str, item: Attributes) -> Iterator[tuple[list[str], Attributes]]:
    """Give the entry of an item in each index of its table; an empty one where it has none."""
    defined = definitions()[table]
    for index in defined.get("GlobalSecondaryIndexes", ()):
        names = [each["AttributeName"] for each in index["KeySchema"]]
        kept = names + [each["AttributeName"] for each in defined["KeySchema"]]
        kept += index["Projection"].get("NonKeyAttributes", [])
        if index["Projection"]["ProjectionType"] == "ALL":
            raise NotImplementedError(index)
        is_in = all(name in item for name in names)
        yield names, {name: item[name] for name in kept if name in item} if is_in else {}


def _size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return ceil(len(content.lstrip("-").replace(".", "")) / 2) + 1
        case "L":
            return 3 + sum(1 + _size(each) for each in content)
        case "M":
            return 3 + sum(1 + len(name) + _size(each) for name, each in content.items())
    return 1  # true, false, null
