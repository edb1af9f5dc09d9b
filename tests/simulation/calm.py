"""An account where nothing goes wrong by itself: what is lost or repeated is the test's choice."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from stripe import WebhookSignature

from tests.builders import a_line, an_order_body
from tests.simulation import till
from tests.simulation.books import Item, documents_of, plain
from tests.simulation.cloud import Cloud
from tests.simulation.door import Door
from tests.simulation.dynamodb import Key
from tests.simulation.expressions import Attributes
from tests.simulation.functions import within
from tests.simulation.load import Load
from tests.simulation.shops import key_of
from tests.simulation.weather import Weather
from tests.simulation.world import MINUTE, World, instant, milliseconds

SELLER = "atelier"
MORNING = milliseconds(datetime(2027, 3, 10, 9, tzinfo=UTC))
LONGEST = 120  # minutes until all must be quiet; what was received is looked for again after 90

Event = tuple[str, str]  # its type, and the object that it is about


@dataclass(frozen=True)
class Moment:
    """All that a quiet account keeps, to go back to."""

    tables: dict[str, dict[Key, Attributes]]
    indexes: dict[tuple[str, str], dict[Key, Attributes]]
    objects: dict[str, Any]

    @property
    def digest(self) -> str:
        """The tables in one word."""
        text = repr(sorted((name, sorted(items.items())) for name, items in self.tables.items()))
        return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def calm() -> Iterator["Calm"]:
    """Have a quiet day; the stage must be set."""
    world = World(0, start=MORNING)
    world.weather = Weather(index_lag=1, latency=1)
    cloud = Cloud(world)
    with within(cloud):
        yield Calm(cloud)


class Calm:
    """AWS, Stripe and one shop, on a quiet day."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.world, self.till = cloud, cloud.world, cloud.till
        self.door, self.schedules = Door(cloud), Load(cloud).schedules

    def sell(self, count: int = 1) -> list[str]:
        """Sell for 120.00 each; give the invoices' numbers."""
        for n in range(count):
            today = f"{instant(self.world.now).date()}"
            body = an_order_body(id=f"o{n}", ordered_on=today, lines=[a_line("120.00")])
            self._call("/v1/orders", body, {}, key_of(SELLER))
        self.settle()
        return [each["body"]["number"] for each in documents_of(self.cloud, "invoice")]

    def deliver(self, event: Event) -> None:
        """Post a webhook."""
        kind, about = event
        text = json.dumps({"id": f"evt_{about}", "type": kind, "data": {"object": {"id": about}}})
        signature = WebhookSignature.generate_signature_header(text, till.WEBHOOK_SECRET)
        self._call(f"/v1/stripe/{SELLER}", text, {"stripe-signature": signature}, None)

    def _call(self, path: str, body: Any, headers: dict[str, str], key: str | None) -> None:  # noqa: ANN401  JSON or its text
        def call() -> None:
            answer = self.door.call("POST", path, body=body, headers=headers, key=key)
            assert answer
            assert answer.status < 300, answer.text

        self.world.start("outside", call)

    def reconcile(self) -> None:
        """Let ReconcilePayments have its turn."""
        self.schedules.run("ReconcilePayments", self.world.now)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is going to happen."""
        for _ in range(LONGEST):
            self.world.run_until(self.world.now + MINUTE)
            if self.world.is_idle:
                break
        assert self.world.is_idle
        assert not self.cloud.surprises
        self.world.trace.clear()
        self.cloud.history.clear()
        self.world.end()

    # Going back

    def remember(self) -> Moment:
        """Keep what is there now; it must be quiet."""
        tables = self.cloud.dynamodb.tables
        return Moment(
            tables={name: copy(each.items) for name, each in tables.items()},
            indexes={
                (name, index): copy(each.indexes[index].items)
                for name, each in tables.items()
                for index in each.indexes
            },
            objects=copy(self.cloud.s3.objects),
        )

    def go_back(self, moment: Moment, *, at: int) -> None:
        """Have what there was, at a time; the same happens again as it did from there."""
        for name, table in self.cloud.dynamodb.tables.items():
            table.items = copy(moment.tables[name])
            for index in table.indexes:
                table.indexes[index].items = copy(moment.indexes[name, index])
        self.cloud.s3.objects = copy(moment.objects)
        self.world.now, self.world.random = at, Random(0)  # noqa: S311  the same numbers again
        self.cloud.forget()

    # What came of it

    def movements(self) -> dict[str, tuple[str, Item]]:
        """Give what the ledger has of each movement, and for which invoice."""
        receipts = [each["body"]["draft"] for each in documents_of(self.cloud, "receipt")]
        return {each["movement"]["id"]: (each["invoice"], each["movement"]) for each in receipts}

    def state(self, number: str) -> Item:
        """Give the sums that hang on an invoice, in cents."""
        items = self.cloud.dynamodb.tables["Heads"].items
        return plain(next(each for key, each in items.items() if key[0].endswith(f"#{number}")))
