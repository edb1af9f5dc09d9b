"""When something of an invoice was open, and when nothing was."""

from collections import Counter

from tests.simulation.books import Books, cents, plain


class Openness:
    """When an invoice was settled and when its debt was open, write by write."""

    def __init__(self, due: int) -> None:
        self._turns: list[tuple[int, bool]] = [(-1, due <= 0)]

    def turn(self, order: int, *, settled: bool) -> None:
        self._turns.append((order, settled))

    def settled_at(self, order: int) -> bool:
        """Say whether nothing was open just before a write."""
        return [settled for at, settled in self._turns if at < order][-1]

    @property
    def ever_settled(self) -> bool:
        return any(settled for _, settled in self._turns)


def openness_of(books: Books) -> dict[tuple[str, str], Openness]:
    """Follow every invoice through the writes of its state, by seller and number."""
    due = {
        (each.seller, each.number): cents(each.body["draft"]["totals"]["due"])
        for each in books.of_kind("invoice")
    }
    found = {key: Openness(amount) for key, amount in due.items()}
    for commit in books.history("Heads", starting="STATE#"):
        _, seller, number = commit.key[0].split("#")
        state = Counter(plain(commit.after or {}))
        kept = state["paid"] - state["refunded"] - state["withdrawn"]
        settled = kept + state["credited"] >= due[seller, number]
        found[seller, number].turn(commit.order, settled=settled)
    return found
