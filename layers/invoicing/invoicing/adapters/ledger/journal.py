"""The journal of money: the receipts of movements, found and added to by their natural ids."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from invoicing import payments, requests, settings
from invoicing.adapters import queues
from invoicing.adapters.ledger import ledger_pages
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.stripe.history import History
from invoicing.ledger import Place, Series
from invoicing.parties import Seller
from invoicing.payments import Movement, Receipt


def recorded(seller_id: str, ids: Iterable[str]) -> list[Movement]:
    """Read those of these movements that have their receipt, strongly."""
    series = Series(seller=seller_id, kind="receipt")
    found = inbox().read_all(requests.Key(series=series, source=each) for each in ids)
    return [_movement(each.place) for each in found if each.place]


def issued(seller_id: str, *, begin: datetime, end: datetime) -> Iterator[Receipt]:
    """Walk over the receipts that were issued in a time; `end` is exclusive."""
    series = Series(seller=seller_id, kind="receipt")
    table, until = settings.get("LEDGER_TABLE"), book().head(series)
    for entry in ledger_pages.issued(table, series, until=until, begin=begin, end=end):
        yield Receipt.model_validate(entry.body)


def acknowledge(seller: Seller, history: History, *, at: datetime) -> None:
    """Ask for a receipt of each movement of a payment, the cause before its consequence.

    Asking again changes nothing: a movement's id makes it the same request.
    """
    invoice = book().invoice(seller, history.number)
    for movement in history.movements:
        draft = payments.receipt_draft(invoice, movement)
        kept = inbox().accept(requests.of_payment(draft, at=at))
        if kept.state == "READY":
            queues.ring(kept.key)


def _movement(place: Place) -> Movement:
    return Receipt.model_validate(book().entry(place).body).draft.movement
