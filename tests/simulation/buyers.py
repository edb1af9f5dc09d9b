"""Buyers: they open their invoice's page and pay, and Stripe tells of it in its own way."""

import json
from http import HTTPStatus
from typing import Any

from stripe import WebhookSignature

from tests.simulation import till
from tests.simulation.books import cents, documents_of
from tests.simulation.door import Door
from tests.simulation.told import Told
from tests.simulation.world import HOUR, MINUTE, SECOND

Event = tuple[str, str]  # its type, and the object that it is about


class Buyers:
    """All buyers of a run."""

    def __init__(self, door: Door, told: Told) -> None:
        self.door, self.told, self._world = door, told, door.world
        self._random = door.world.random

    def pay_some(self, *, within: int, share: float) -> None:
        """Let some buyers pay, some of them twice or in parts."""
        for entry in documents_of(self.door.cloud, "invoice"):
            if self._random.random() > share:
                continue
            for _ in range(self._random.choice((1, 1, 1, 2, 3))):
                delay = self._random.randrange(within)
                self._world.after(delay, lambda entry=entry: self._buy(entry))

    def _buy(self, entry: dict[str, Any]) -> None:
        how = self._pay if self._random.random() < 0.7 else self._pay_part
        self._world.start("buyer", lambda: how(entry))

    def _pay(self, entry: dict[str, Any]) -> None:
        draft, number = entry["body"]["draft"], entry["body"]["number"]
        seller = entry["place"]["series"]["seller"]
        path = f"/i/{seller}/{number}/{draft['token']}/pay"
        answer = self.door.call("POST", path, key=None)
        if answer is None:
            return
        if answer.status != HTTPStatus.SEE_OTHER:
            self.told.refused.append(f"{answer.status} {answer.text}")
            return
        _, hosted, session = answer.headers["location"].partition(till.HOSTED)
        if hosted:
            self.told.led_to.add(session)
            self._world.pause(self._random.choice((SECOND, MINUTE)))
            self._settle(session)

    def _pay_part(self, entry: dict[str, Any]) -> None:
        """Pay a part of it by a link that the seller made at Stripe himself."""
        seller, number = entry["place"]["series"]["seller"], entry["body"]["number"]
        metadata = {"facturier_seller": seller, "facturier_invoice": number}
        due = cents(entry["body"]["draft"]["totals"]["due"])
        if due > 0:
            part = self._random.randint(1, due)
            self._settle(self.door.cloud.till.open(part, metadata))

    def _settle(self, session: str) -> None:
        payment = self.door.cloud.till.pay(session)
        if not payment:
            return
        kept = self.door.cloud.till.sessions[session]
        seller = kept["metadata"]["facturier_seller"]
        events = [("payment_intent.succeeded", payment), ("checkout.session.completed", session)]
        self._announce(seller, events)
        if self._random.random() < 0.3:
            later = self._random.randrange(MINUTE)
            self._world.after(later, lambda: self._take_back(seller, payment))

    def _take_back(self, seller: str, payment: str) -> None:
        """Let money leave again: a refund in Stripe's dashboard, or a dispute."""
        if self._random.random() < 0.5:
            self._refund(seller, payment)
        else:
            self._dispute(seller, payment)

    def _refund(self, seller: str, payment: str) -> None:
        bank = self.door.cloud.till
        if not bank.left(payment):
            return
        refund = bank.refund(payment, self._random.randint(1, bank.left(payment)))
        events = [("refund.created", refund), ("charge.refunded", f"ch_{payment}")]
        if self._random.random() < 0.4:
            bank.fail(refund)
            events.append(("refund.failed", refund))
        self._announce(seller, events)

    def _dispute(self, seller: str, payment: str) -> None:
        bank = self.door.cloud.till
        dispute = bank.dispute(payment)
        events = [("charge.dispute.created", dispute), ("charge.dispute.funds_withdrawn", dispute)]
        if self._random.random() < 0.5:
            bank.decide(dispute, "won")
            events.append(("charge.dispute.funds_reinstated", dispute))
        self._announce(seller, events)

    def _announce(self, seller: str, events: list[Event]) -> None:
        """Send webhooks out of order, twice, late or never."""
        weather = self._world.weather
        if self._world.chance(weather.hint_lost):
            return
        for _ in range(self._random.randint(2, 4) if self._world.chance(weather.hint_twice) else 1):
            late = self._random.random() < 0.2
            delay = self._random.randrange(HOUR if late else 2_000)
            self._world.after(
                delay, lambda: self._world.start("stripe", lambda: self._tell(seller, events))
            )

    def _tell(self, seller: str, events: list[Event]) -> None:
        """Post webhooks in any order."""
        for kind, about in self._random.sample(events, k=len(events)):
            event = {"id": f"evt_{about}", "type": kind, "data": {"object": {"id": about}}}
            text = json.dumps(event)
            signature = WebhookSignature.generate_signature_header(text, till.WEBHOOK_SECRET)
            headers = {"stripe-signature": signature}
            path = f"/v1/stripe/{seller}"
            self.door.call("POST", path, body=text, key=None, headers=headers)
