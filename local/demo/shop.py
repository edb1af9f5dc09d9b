"""A shop that posts orders and asks what became of them, over HTTP with its key."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import requests

from local.demo import operator_desk
from local.stack import ROOT as CHECKOUT
from local.stack import Stack

SAMPLES = CHECKOUT / "samples"
_PATIENCE = 60.0  # seconds until an order must have got where it is awaited
_GLANCE = 0.02

Answer = requests.Response


class NotReachedError(AssertionError):
    """Something that had to happen did not happen in time."""


def see(holds: bool, otherwise: str) -> None:  # noqa: FBT001  a statement that holds or not
    """Go on only if this was seen."""
    if not holds:
        raise NotReachedError(otherwise)


def sample(name: str) -> dict[str, Any]:
    """Read an order as a shop sends it."""
    order: dict[str, Any] = json.loads((SAMPLES / "orders" / f"{name}.json").read_text())
    return order


@dataclass(frozen=True)
class Shop:
    """One seller's shop."""

    api_url: str
    key: str

    @classmethod
    def opened(cls, stack: Stack, profile: Path, *, stripe_key: str | None) -> Self:
        """Make the seller with the documented command, as an operator would."""
        words = ("seller", "create", profile, "--site", stack.api_url)
        told = operator_desk.facturier(stack, *words, stripe_key=stripe_key)
        return cls(stack.api_url, json.loads(told)["key"])

    def post(self, order: Mapping[str, Any]) -> Answer:
        """Post an order."""
        return self._call("POST", "/v1/orders", json=order)

    def decide(self, order_id: str, decision: str, **said: Any) -> Answer:  # noqa: ANN401  JSON
        """Release or cancel an order that is held."""
        return self._call("POST", f"/v1/orders/{order_id}/{decision}", json=said)

    def correct(self, order: Mapping[str, Any]) -> Answer:
        """Send another body for an order that is held."""
        return self._call("PUT", f"/v1/orders/{order['id']}", json=order)

    def release_all(self, *reasons: str) -> Answer:
        """Release every order that is held for one of these reasons."""
        return self._call("POST", "/v1/orders/release", json={"reasons": reasons})

    def price(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Ask what an order would come to."""
        answer = self._call("POST", "/v1/orders?dry_run=true", json=order)
        answer.raise_for_status()
        quote: dict[str, Any] = answer.json()
        return quote

    def credit(self, number: str, credit: Mapping[str, Any]) -> Answer:
        """Give something back of an invoice."""
        return self._call("POST", f"/v1/invoices/{number}/credit-notes", json=credit)

    def tell_of_transfer(self, number: str, reference: str, amount: str) -> Answer:
        """Tell of money that came to the shop's own bank today."""
        transfer = {"id": reference, "amount": amount, "received_on": f"{datetime.now(UTC).date()}"}
        return self._call("POST", f"/v1/invoices/{number}/payments", json=transfer)

    def revoke_link(self, number: str) -> str:
        """Revoke the link of an invoice's page; give the new one."""
        answer = self._call("POST", f"/v1/invoices/{number}/link/revoke")
        answer.raise_for_status()
        return str(answer.json()["page"])

    def ask_refund(self, number: str, asked: Mapping[str, Any]) -> Answer:
        """Ask to send back what the buyer paid too much."""
        return self._call("POST", f"/v1/invoices/{number}/refunds", json=asked)

    def replay(self, name: str) -> Answer:
        """Ask to be told of an event once more."""
        return self._call("POST", f"/v1/webhook-deliveries/{name}/replay")

    def get(self, path: str) -> Answer:
        """Read something."""
        return self._call("GET", path)

    def order(self, order_id: str) -> dict[str, Any]:
        """Ask where an order stands."""
        standing: dict[str, Any] = self.get(f"/v1/orders/{order_id}").json()
        return standing

    def invoice(self, number: str) -> dict[str, Any]:
        """Read an invoice."""
        invoice: dict[str, Any] = self.get(f"/v1/invoices/{number}").json()
        return invoice

    def file(self, number: str, kind: str) -> bytes:
        """Read an invoice's PDF or XML."""
        answer = self.get(f"/v1/invoices/{number}/{kind}")
        answer.raise_for_status()
        return answer.content

    def until(self, order_id: str, status: str) -> dict[str, Any]:
        """Wait until an order stands there; NotReachedError if it does not in time."""
        end = time.monotonic() + _PATIENCE
        while (standing := self.order(order_id)).get("status") != status:
            if time.monotonic() > end:
                raise NotReachedError(f"order {order_id} is {standing}, not {status}")
            time.sleep(_GLANCE)
        return standing

    def credited(self, number: str, credit_id: str) -> dict[str, str]:
        """Wait until a credit is a credit note, and give its number and address."""
        path = f"/v1/invoices/{number}/credit-notes/{credit_id}"
        end = time.monotonic() + _PATIENCE
        while (standing := self.get(path).json()).get("status") != "done":
            if time.monotonic() > end:
                raise NotReachedError(f"credit {credit_id} is {standing}")
            time.sleep(_GLANCE)
        note: dict[str, str] = standing["credit_note"]
        return note

    def _call(self, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401  requests' own words
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = requests.request(
            method, self.api_url + path, headers=headers, timeout=_PATIENCE, **more
        )
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotReachedError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer
