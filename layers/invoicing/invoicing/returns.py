"""Mails that came back for good: who is not written to again until the seller says so.

An address is known by a hash that hangs on the seller; what a person needs to recognise it is its
first letter and its domain.
"""

import hashlib
from typing import Self

from invoicing.notices import Notice, Occasion, State
from invoicing.records import Instant, Record

FINAL: frozenset[State] = frozenset({"BOUNCED", "COMPLAINED"})


class Return(Record):
    """An address that a seller's mails came back from, or whose owner complained."""

    seller: str
    id: str  # hash of the address
    hint: str
    state: State
    reason: str | None = None  # in words of SES
    number: str  # of the document whose mail it was
    occasion: Occasion
    at: Instant

    def erased(self) -> Self:
        """Keep the hash alone: nobody writes there again, and nobody sees whose it was."""
        return self.model_copy(update={"hint": "erased", "reason": None})


def id_of(seller: str, address: str) -> str:
    """Name an address of a seller's buyer without saying it."""
    return hashlib.sha256(f"{seller}\0{address.strip().lower()}".encode()).hexdigest()


def stopped(notice: Notice) -> tuple[str, ...]:
    """Name the invoices whose reminders stand still while a mail reaches nobody."""
    is_asking = notice.key.occasion in {"invoice", "reminder"} and notice.key.way != "copy"
    return notice.numbers if is_asking else ()


def of(notice: Notice) -> Return:
    """Take down what a notice learnt."""
    local, _, domain = notice.recipient.rpartition("@")
    return Return(
        seller=notice.key.seller,
        id=id_of(notice.key.seller, notice.recipient),
        hint=f"{local[:1]}…@{domain}",
        state=notice.state,
        reason=notice.reason,
        number=notice.key.number,
        occasion=notice.key.occasion,
        at=notice.since,
    )
