"""When an invoice was frozen: by what its item says, and by what disputes took of it."""

import json
from collections import defaultdict
from datetime import date

from tests.simulation.books import Books, plain
from tests.simulation.world import instant

Reason = tuple[str, str | None]  # and its last day, where it has one


class Freezing:
    """Why nobody may be reminded of an invoice, write by write."""

    def __init__(self) -> None:
        self._turns: list[tuple[int, str, list[Reason]]] = []

    def turn(self, order: int, source: str, reasons: list[Reason]) -> None:
        self._turns.append((order, source, reasons))

    def at(self, order: int, moment: int) -> list[str]:
        """Give the reasons that there were just before a write, and had not ended at a moment."""
        today = instant(moment).date()
        last = {source: reasons for at, source, reasons in self._turns if at < order}
        return [
            reason
            for reasons in last.values()
            for reason, until in reasons
            if not until or today < date.fromisoformat(until)
        ]

    @property
    def ever(self) -> bool:
        return any(reasons for _, _, reasons in self._turns)


def freezing_of(books: Books) -> dict[tuple[str, str], Freezing]:
    """Follow every invoice through the writes of its freezes and its state.

    Nobody decides what becomes of a lost dispute here, so only that of a transfer has an end.
    """
    found: dict[tuple[str, str], Freezing] = defaultdict(Freezing)
    for commit in books.history("Operations", starting="FREEZES#"):
        _, seller, number = commit.key[0].split("#")
        kept = json.loads(plain(commit.after or {})["freezes"])
        reasons = [(each["reason"], each.get("until")) for each in kept.get("freezes", ())]
        found[seller, number].turn(commit.order, "item", reasons)
    for commit in books.history("Heads", starting="STATE#"):
        _, seller, number = commit.key[0].split("#")
        taken = plain(commit.after or {}).get("withdrawn", 0)
        found[seller, number].turn(commit.order, "state", [("disputed", None)] if taken else [])
    return found
