"""A seller's documents of a day with their notices, and reminders that nobody looked at."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import batched, chain

from invoicing import deliveries, settings
from invoicing.adapters.items import MOST_KEYS
from invoicing.adapters.ledger import ledger_pages
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import agenda_table, notices_table
from invoicing.deliveries import Document, Tally
from invoicing.ledger import Entry, Kind, Series
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod

_MAILED: tuple[Kind, ...] = ("invoice", "credit_note", "late_payment")


def tally(seller: Seller, day: date) -> Tally:
    """Count a civil day of the seller's zone."""
    entries = chain.from_iterable(_issued(seller, kind, day) for kind in _MAILED)
    documents = map(_documents, batched(entries, MOST_KEYS, strict=False))
    return deliveries.tally(chain.from_iterable(documents))


def _issued(seller: Seller, kind: Kind, day: date) -> Iterator[Entry]:
    series, period = Series(seller=seller.id, kind=kind), CivilPeriod("day", day)
    return ledger_pages.issued(
        settings.get("LEDGER_TABLE"),
        series,
        until=book().head(series),
        begin=period.begins(seller.timezone),
        end=period.ends(seller.timezone),
    )


def _documents(entries: tuple[Entry, ...]) -> Iterator[Document]:
    owed = list(map(deliveries.owed, entries))
    found = notices_table.read_all(each.key for each in owed if each)
    return (Document(each, found.get(each.key) if each else None) for each in owed)


def overdue(seller: Seller, *, before: datetime) -> int:
    """Count the buyers of whom a reminder was due before a moment; a page of them is enough.

    Whoever is looked at, reminded or not, is due later or never: who stands there was not.
    """
    page = agenda_table.due_page(seller.id, at=before, after=None, limit=MOST_KEYS)
    return len(page.buyers)
