"""What Stripe tells of a payment, taken in whole: its cases and freezes first, then its receipts.

A receipt of money that left reopens the debt, so whatever keeps the buyer from being reminded of it
is written before.
"""

from collections.abc import Iterator
from datetime import datetime

from invoicing import cases, requests
from invoicing.adapters.ledger import journal
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table, freezes_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.stripe.history import History
from invoicing.errors import OvertakenError
from invoicing.freezes import Freeze
from invoicing.ledger import Series
from invoicing.money import total
from invoicing.objections import DashboardRefund, Dispute
from invoicing.parties import Seller


def take_in(seller: Seller, history: History, *, at: datetime) -> None:
    """Keep cases, freezes and receipts up to date; told again it changes nothing."""
    _freeze_while_under_way(seller, history, at=at)
    told: list[Dispute | DashboardRefund] = [*history.disputes, *_unexplained(seller, history)]
    for each in told:
        cases_table.keep(cases.of_stripe(each, seller=seller.id, number=history.number), seller)
    journal.acknowledge(seller, history, at=at)


def _freeze_while_under_way(seller: Seller, history: History, *, at: datetime) -> None:
    """Freeze reminders while a direct debit or a transfer may still arrive, the latter for a while.

    A reading that was overtaken by a later one may leave the freeze behind; the hourly
    reconciliation reads whatever ended once more.
    """
    waits = history.awaited
    until = seller.day(waits.until) if waits else None
    freeze = Freeze(reason="payment_under_way", since=at, until=until, about=history.intent)
    freezes_table.change(
        seller.id,
        history.number,
        lambda kept: (
            kept.frozen(freeze)
            if history.under_way or waits
            else kept.lifted("payment_under_way", history.intent)
        ),
    )


def _unexplained(seller: Seller, history: History) -> Iterator[DashboardRefund]:
    """Give the refunds of the dashboard that took back more than was owed to the buyer.

    What is owed says so once, before the refund's receipt is asked for; later it is a case or it
    was none.
    """
    for refund in history.dashboard_refunds:
        key = cases.Key(seller=seller.id, number=history.number, id=refund.id)
        told_before = _is_asked_for(seller, refund.id)
        known = cases_table.find(key) is not None
        undecided = not (known or told_before or refund.came_back)
        if known or (undecided and not _is_owed(seller, history, refund)):
            yield refund


def _is_asked_for(seller: Seller, movement: str) -> bool:
    series = Series(seller=seller.id, kind="receipt")
    return bool(inbox().read_all([requests.Key(series=series, source=movement)]))


def _is_owed(seller: Seller, history: History, refund: DashboardRefund) -> bool:
    """Say whether the seller owed the buyer what he sent back, as of before it left.

    OvertakenError if the books moved while they were read.
    """
    invoice = book().invoice(seller, history.number)
    balance = book().balance(invoice)
    recorded = {each.id for each in journal.recorded(seller.id, _ids(history))}
    if book().balance(invoice) != balance:
        raise OvertakenError(history.number)
    on_their_way = [each for each in history.movements if each.id not in recorded | {refund.id}]
    before = [each.gained for each in on_their_way if each.arrived_at <= refund.opened_at]
    kept = balance.kept + total(before, history.currency)
    return balance.owed_of(kept) >= refund.amount


def _ids(history: History) -> list[str]:
    return [each.id for each in history.movements]
