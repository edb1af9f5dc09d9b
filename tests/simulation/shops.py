"""Shops: they post orders, twice and otherwise, decide about held ones and give money back."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from invoicing.parties import Seller
from tests import doors
from tests.builders import PARIS, a_line, an_order_body
from tests.simulation import wiring
from tests.simulation.books import cents, documents_of
from tests.simulation.door import Door
from tests.simulation.functions import REFUSED
from tests.simulation.told import Body, Told
from tests.simulation.world import instant

MOST_ORDERS = 9
_CREDIT = "/v1/invoices/FA-0/credit-notes"
_CORRECT = "/v1/orders/1"
# On purpose: there is another body, it is not held, somebody was quicker; too much is asked for.
_REFUSALS = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}


def key_of(seller: str) -> str:
    """Give the key with which a seller's shop calls."""
    return f"fk_{seller}"


class Shops:
    """All shops of a run."""

    def __init__(self, door: Door, sellers: Sequence[Seller], told: Told) -> None:
        self._door, self._sellers, self._told = door, sellers, told
        self._random = door.world.random
        self._credits = 0

    # Orders

    def post_orders(self, *, within: int) -> None:
        """Let the shops post, each at its own times."""
        random = self._random
        sellers = self._sellers[: random.choice((1, 2))]
        for n in range(random.randint(2, MOST_ORDERS)):
            seller = random.choice(sellers).id
            body = self._order(f"o{n}")
            for _ in range(1 + (random.random() < 0.25) + (random.random() < 0.1)):
                self._at(within, lambda seller=seller, body=body: self._post(seller, body))
            if random.random() < 0.2:
                other = body | {"lines": [a_line("999.00")]}
                self._at(within, lambda seller=seller, body=other: self._post(seller, body))

    def _order(self, name: str) -> Body:
        random = self._random
        buyer: Body = {"name": "Camille Moreau", "email": f"{name}@b.example", "address": PARIS}
        price = f"{random.randrange(100, 50_000) / 100:.2f}"
        body = an_order_body(
            id=name,
            ordered_on=instant(self._door.world.now).date().isoformat(),
            buyer=buyer,
            lines=[a_line(price)],
        )
        match random.randrange(12):
            case 0:
                del buyer["email"]
            case 1:
                body["lines"] = [a_line(price) | {"description": REFUSED}]
            case 2:
                body["payments"] = [{"paid_on": body["ordered_on"], "amount": price}]
            case 3:  # more than it costs: held before it is checked
                body["payments"] = [{"paid_on": body["ordered_on"], "amount": "5000.00"}]
            case 4:
                body["deposit"] = {"percent": "30"}
        return body

    def _post(self, seller: str, body: Body) -> None:
        answer = self._door.call("POST", "/v1/orders", body=body, key=key_of(seller))
        if self._accepted(answer, HTTPStatus.ACCEPTED):
            self._told.accepted[seller, body["id"]].append(body)
            self._told.answers[seller, body["id"]].add(answer.text if answer else "")

    # What is held

    def decide(self, *, within: int, share: float) -> None:
        """Let sellers correct, release or cancel what is held, now and then two at once."""
        if not wiring.route("PUT", _CORRECT):
            return
        for seller, order in self._held():
            for _ in range(1 + (self._random.random() < 0.3)):
                if self._random.random() < share:
                    self._at(within, lambda key=(seller, order): self._decide(*key))

    def _held(self) -> list[tuple[str, str]]:
        index = self._door.cloud.dynamodb.tables["Operations"].indexes["inbox"].items
        keys = [key[0] for key, item in index.items() if item["inbox"]["S"].endswith("#HELD")]
        parts = [key.split("#", 2) for key in sorted(keys)]
        return [
            (series.removesuffix(".invoice"), order)
            for _, series, order in parts
            if series.endswith(".invoice")
        ]

    def _decide(self, seller: str, order: str) -> None:
        way, path = self._random.randrange(3), f"/v1/orders/{order}"
        if way == 0:
            body = self._corrected(seller, order)
            self._told.corrections[seller, order].append(body)
            answer = self._door.call("PUT", path, body=body, key=key_of(seller))
        elif way == 1:
            answer = self._door.call("POST", f"{path}/release", body={}, key=key_of(seller))
        else:
            reason = {"reason": "typed wrongly"}
            answer = self._door.call("POST", f"{path}/cancel", body=reason, key=key_of(seller))
        if self._accepted(answer, HTTPStatus.OK) and way > 1:
            self._told.cancelled.add((seller, order))

    def _corrected(self, seller: str, order: str) -> Body:
        body = (self._told.accepted[seller, order] or [an_order_body(id=order)])[0]
        price = f"{self._random.randrange(100, 50_000) / 100:.2f}"
        return {name: value for name, value in body.items() if name != "payments"} | {
            "lines": [a_line(price)]
        }

    # What follows an invoice

    def follow_up(self, *, within: int, share: float) -> None:
        """Let shops credit invoices, often more than there is, and deduct deposits, often twice."""
        for entry in documents_of(self._door.cloud, "invoice"):
            if self._random.random() > share:
                continue
            for _ in range(self._random.choice((1, 1, 2, 4))):
                self._at(within, self._what_follows(entry))

    def _what_follows(self, entry: Body) -> Callable[[], None]:
        seller, draft = entry["place"]["series"]["seller"], entry["body"]["draft"]
        self._credits += 1
        name = f"c{self._credits}"
        if draft.get("type_code") == "386" and self._random.random() < 0.6:
            price = f"{self._random.randrange(60_000, 90_000) / 100:.2f}"
            body = an_order_body(
                id=name,
                ordered_on=draft["ordered_on"],
                buyer=draft["buyer"],
                lines=[a_line(price)],
                deducts=[entry["body"]["number"]],
            )
            return lambda: self._post(seller, body)
        return self._credit(seller, entry["body"]["number"], draft, name)

    def _credit(self, seller: str, number: str, draft: Body, name: str) -> Callable[[], None]:
        whole = cents(draft["totals"]["gross"])
        if not wiring.route("POST", _CREDIT) or not whole:
            return lambda: None
        part = max(1, whole // self._random.randint(1, 4))
        amount: Body = {"whole": True} if part == whole else {"amount": f"{part / 100:.2f}"}
        if self._random.random() < 0.5:
            amount["refund"] = True
        body = {"id": name, "reason": "returned"} | amount
        path = f"/v1/invoices/{number}/credit-notes"

        def give_back() -> None:
            answer = self._door.call("POST", path, body=body, key=key_of(seller))
            if self._accepted(answer, HTTPStatus.ACCEPTED):
                self._told.credits[seller, name].append(body)

        return give_back

    # All of them

    def _at(self, within: int, what: Callable[[], Any]) -> None:
        delay = self._random.randrange(within)
        self._door.world.after(delay, lambda: self._door.world.start("shop", what))

    def _accepted(self, answer: doors.Answer | None, status: HTTPStatus) -> bool:
        if answer is None:
            return False
        if answer.status != status and answer.status not in _REFUSALS:
            self._told.refused.append(f"{answer.status} {answer.text}")
        return answer.status == status
