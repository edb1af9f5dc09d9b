"""Buyers who transfer to Stripe: exactly, in parts, too much, never, or change their mind."""

from typing import Any

from invoicing.parties import Seller
from tests.simulation.books import cents
from tests.simulation.buyers import Buyers
from tests.simulation.cloud import Cloud
from tests.simulation.load import Load
from tests.simulation.vault import Event, Vault
from tests.simulation.world import HOUR, MINUTE

HOW = ("exactly", "exactly", "in parts", "too much", "a part", "never", "otherwise")


class Transferring(Load):
    """Two shops that offer transfers; one of them gives back what is too much by itself."""

    clearing = 240  # a second part may come two hours after its buyer began, its webhook in three

    def __init__(self, cloud: Cloud) -> None:
        vault = Vault(cloud.till)
        super().__init__(cloud)
        self.buyers = Transferrers(self.buyers, vault)

    def _changed(self, seller: Seller) -> Seller:
        goes_back = "refunded" if seller.id == "atelier" else None
        offered = {"stripe_transfers": "offered", "overpayments": goes_back}
        return seller.model_copy(update=offered)


class Transferrers(Buyers):
    """Most of a run's buyers transfer."""

    def __init__(self, others: Buyers, vault: Vault) -> None:
        super().__init__(others.door, others.told)
        self._vault = vault

    def _pay(self, entry: dict[str, Any]) -> None:
        if self._random.random() < 0.3:
            super()._pay(entry)
            return
        draft, number = entry["body"]["draft"], entry["body"]["number"]
        seller = entry["place"]["series"]["seller"]
        path = f"/i/{seller}/{number}/{draft['token']}/transfer"
        if self.door.call("POST", path, key=None) is None:
            return
        due = cents(draft["totals"]["due"])
        how = self._random.choice(HOW)
        self._world.pause(self._random.choice((MINUTE, HOUR)))
        if how == "otherwise":
            self.door.call("POST", f"{path}/cancel", key=None)
        else:
            self._transfer(seller, self._customer(number, seller), due, how)

    def _customer(self, number: str, seller: str) -> str | None:
        """Find who was told how to transfer for an invoice; he knows where to for ever."""
        asked = [
            each.get("customer")
            for each in self._vault.till.intents.values()
            if (each["metadata"]["facturier_invoice"], each["metadata"]["facturier_seller"])
            == (number, seller)
        ]
        return next(filter(None, asked), None)

    def _transfer(self, seller: str, customer: str | None, due: int, how: str) -> None:
        part = self._random.randint(1, max(1, due))
        sums = {
            "exactly": [due],
            "in parts": [part, due - part],
            "too much": [due + part],
            "a part": [part],
            "never": [],
        }[how]
        for amount in sums if customer else ():
            if amount > 0:
                self._tell_of(seller, self._vault.fund(f"{customer}", amount))
                self._world.pause(self._random.choice((MINUTE, HOUR)))

    def _tell_of(self, seller: str, events: list[Event]) -> None:
        self._announce(seller, events)
