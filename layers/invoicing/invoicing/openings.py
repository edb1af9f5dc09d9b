"""The number that a series opens at, for a seller who numbered elsewhere before.

The series' head is put just before it, once and before the first document; the chain still begins
with that document.
"""

from datetime import date

from invoicing import ledger
from invoicing.errors import Reason, RefusedError
from invoicing.ledger import GENESIS, Head, Kind, Place, Series
from invoicing.parties import Seller

HIGHEST = 99_999_999
"""Patterns leave room for nine digits; after the highest opening most of them are still free."""

_KINDS: tuple[Kind, ...] = ("invoice", "credit_note", "receipt", "late_payment")


def place(seller: Seller, number: str) -> Place:
    """Tell from a number which series should open at it, and where; RefusedError if none can."""
    series = [Series(seller=seller.id, kind=kind) for kind in _KINDS]
    found = [ledger.place(seller.numbers, each, number) for each in series]
    for read in found:
        if read and 1 <= read.n <= HIGHEST:
            return read
    raise _refused("not_a_number", f"{number} is not how {seller.id} numbers anything")


def head(opening: Place, *, after: Head, today: date) -> Head:
    """Give the head that makes a place the next one; `today` is in the seller's legal zone.

    RefusedError for a series that has begun, and for another year than today's: what is issued
    today is numbered in today's year, whose count would begin at 1 all the same.
    """
    if after.hash != GENESIS or after.n:
        raise _refused("series_begun", f"{opening.series} has begun already")
    if opening.year != today.year:
        raise _refused("another_year", f"what is issued today is numbered in {today.year}")
    return after.model_copy(update={"year": opening.year, "n": opening.n - 1})


def _refused(code: str, message: str) -> RefusedError:
    return RefusedError((Reason(code=code, message=message),))
