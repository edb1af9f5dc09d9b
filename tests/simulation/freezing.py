"""When an invoice was frozen: by what its item says, and by what disputes took of it."""

import json
from collections import defaultdict

from tests.simulation.books import Books, plain


class Freezing:
    """Why nobody may be reminded of an invoice, write by write."""

    def __init__(self) -> None:
        self._turns: list[tuple[int, str, list[str]]] = []

    def turn(self, order: int, source: str, reasons: list[str]) -> None:
        self._turns.append((order, source, reasons))

    def at(self, order: int) -> list[str]:
        """Give the reasons that there were just before a write."""
        last = {source: reasons for at, source, reasons in self._turns if at < order}
        return [each for reasons in last.values() for each in reasons]

    @property
    def ever(self) -> bool:
        return any(reasons for _, _, reasons in self._turns)


def freezing_of(books: Books) -> dict[tuple[str, str], Freezing]:
    """Follow every invoice through the writes of its freezes and its state.

    Nobody decides what becomes of a lost dispute here, so no freeze has an end.
    """
    found: dict[tuple[str, str], Freezing] = defaultdict(Freezing)
    for commit in books.history("Operations", starting="FREEZES#"):
        _, seller, number = commit.key[0].split("#")
        kept = json.loads(plain(commit.after or {})["freezes"])
        reasons = [each["reason"] for each in kept.get("freezes", ())]
        found[seller, number].turn(commit.order, "item", reasons)
    for commit in books.history("Heads", starting="STATE#"):
        _, seller, number = commit.key[0].split("#")
        taken = plain(commit.after or {}).get("withdrawn", 0)
        found[seller, number].turn(commit.order, "state", ["disputed"] if taken else [])
    return found
