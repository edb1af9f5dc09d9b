"""Two ways of numbering: a transaction for each invoice, and this ledger's batches.

The recipe is the usual one: read the order and the counter, and in one transaction move the counter
if nobody else did, put the invoice and mark the order. It keeps no chain and no hash, so it is the
cheapest transaction that neither leaves a gap nor bills twice. The ledger's side is the function
IssueDocument itself, with every read that it makes.
"""

import json
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from time import monotonic
from types import ModuleType
from typing import Any

from bench.pricing import order_of, seller
from invoicing import drafts, requests
from invoicing.adapters import aws, items
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import Held, OvertakenError
from invoicing.invoices import Draft
from invoicing.ledger import Series
from invoicing.orders import Order
from invoicing.records import plain

LINES = 5
SITE = "https://pages.example"


@dataclass(frozen=True)
class Recipe:
    """A counter, and a transaction for each invoice."""

    def prepare(self, series: Series, order: str) -> None:
        """Keep an order that waits for its number."""
        draft = json.dumps(plain(a_draft(series)))
        item = self._key(series, order) | {"state": "READY", "draft": draft}
        items.write(items.put("Operations", item))

    def issue(self, series: Series, orders: Sequence[str]) -> None:
        """Give orders their numbers one by one; who is overtaken reads the counter again."""
        for order in orders:
            while not self._numbered(series, order):
                pass

    def _numbered(self, series: Series, order: str) -> bool:
        key = self._key(series, order)
        kept = items.get("Operations", key)
        if kept["state"] != "READY":
            return True
        n = int(items.get("Heads", {"pk": str(series)}).get("n", 0)) + 1
        number = f"FA-2026-{n:06d}"
        invoice = {"number": number, "at": datetime.now(UTC).isoformat(), "draft": kept["draft"]}
        try:
            items.write_together(
                [
                    {"Update": self._move("Heads", {"pk": str(series)}, n=n, before=n - 1)},
                    {"Put": self._new(series, number, invoice)},
                    {"Update": self._mark(key, number)},
                ]
            )
        except OvertakenError:
            return False
        return True

    def _key(self, series: Series, order: str) -> aws.Item:
        return {"pk": f"ORDER#{series}#{order}", "sk": "ORDER"}

    def _move(self, table: str, key: aws.Item, *, n: int, before: int) -> dict[str, Any]:
        condition = "n = :before" if before else "attribute_not_exists(pk)"
        values = {":n": n} | ({":before": before} if before else {})
        return {
            "TableName": table,
            "Key": aws.to_item(key),
            "UpdateExpression": "SET n = :n",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": aws.to_item(values),
        }

    def _new(self, series: Series, number: str, invoice: dict[str, Any]) -> dict[str, Any]:
        item = {"pk": f"INVOICE#{series}", "sk": number, "invoice": json.dumps(invoice)}
        return items.put("Ledger", item, condition=items.NOT_EXISTS)

    def _mark(self, key: aws.Item, number: str) -> dict[str, Any]:
        return {
            "TableName": "Operations",
            "Key": aws.to_item(key),
            "UpdateExpression": "SET #state = :done, #number = :number",
            "ConditionExpression": "#state = :ready",
            "ExpressionAttributeNames": {"#state": "state", "#number": "number"},
            "ExpressionAttributeValues": aws.to_item(
                {":done": "NUMBERED", ":number": number, ":ready": "READY"}
            ),
        }


@dataclass(frozen=True)
class Batches:
    """IssueDocument: one transaction for as many as fit."""

    function: ModuleType

    def prepare(self, series: Series, order: str) -> None:
        """Keep a request that waits for its number."""
        inbox().accept(a_request(series, order))

    def issue(self, series: Series, orders: Sequence[str]) -> None:
        """Answer the doorbell of the last order; whoever is overtaken answers it again."""
        named = requests.Key(series=series, source=orders[-1])
        while True:
            try:
                return self.function.number_all([named])  # type: ignore[no-any-return]
            except OvertakenError:
                continue


def per_second(
    way: Recipe | Batches, series: Sequence[Series], *, writers: int, each: int
) -> float:
    """Give documents per second, where so many writers number `each` of every series.

    Writers of one series share its orders out; what keeps them apart is the way's own.
    """
    names = [f"{n:05d}" for n in range(each)]
    for one in series:
        for name in names:
            way.prepare(one, name)
    shares = [
        names[n :: max(1, writers // len(series))] for n in range(writers // len(series) or 1)
    ]
    work = [(one, share) for one in series for share in shares]
    began = monotonic()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda task: way.issue(*task), work))
    took = monotonic() - began
    _check(series, each)
    return len(series) * each / took


def _check(series: Sequence[Series], each: int) -> None:
    """Count what was issued: a fast way that leaves some out would win."""
    pages = aws.dynamodb().get_paginator("scan").paginate(TableName="Ledger", Select="COUNT")
    issued = sum(page["Count"] for page in pages)
    if issued != len(series) * each:
        raise AssertionError(f"{issued} documents of {len(series) * each}")


def a_request(series: Series, order: str) -> requests.Request:
    """Give an order of five lines at three rates that passed the official check."""
    key = requests.Key(series=series, source=order)
    received = requests.of_order(_order(), key, site=SITE, at=datetime.now(UTC))
    token = secrets.token_urlsafe(16)  # each its own, as they are: it hardly can be compressed
    return received.drafted(a_draft(series).model_copy(update={"token": token})).ready()


@cache
def a_draft(series: Series) -> Draft:
    """Give the draft of such an order; all of a series are the same here but for their names."""
    link = drafts.Link(site=SITE, token="t" * 22)
    draft = drafts.draft(_order(), seller(series.seller), link)
    if isinstance(draft, Held):
        raise ValueError(str(draft.reasons))  # noqa: TRY004  its content is wrong, not its type
    return draft


@cache
def _order() -> Order:
    return Order.model_validate(order_of(LINES))
