"""A seller's account at Stripe held against the journal."""

from datetime import date, datetime
from typing import NamedTuple

from invoicing import reconciliations
from invoicing.adapters.ledger import journal
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import bookings
from invoicing.adapters.stripe.history import History, Payments
from invoicing.money import Money
from invoicing.parties import Seller
from invoicing.payments import Movement
from invoicing.periods import CivilPeriod
from invoicing.reconciliations import Booking, Difference, Ledgered, Reconciliation


class Account(NamedTuple):
    """A seller's account at Stripe."""

    seller: Seller
    secrets: StripeSecrets


def unrecorded(account: Account, *, begin: datetime, end: datetime) -> list[History]:
    """Read the payments of which something was booked in a time that the journal lacks."""
    lines = list(bookings.booked(account.secrets, begin=begin, end=end))
    missing, _ = _sorted_out(account, lines)
    asked, seller = Payments(account.secrets), account.seller.id
    payments = {each.payment: None for each in missing if each.payment}
    return list(filter(None, (asked.of(payment, seller=seller) for payment in payments)))


def report(account: Account, day: date, *, at: datetime) -> Reconciliation:
    """Hold a civil day at Stripe against the journal, and its receipts against Stripe."""
    period, zone = CivilPeriod("day", day), account.seller.timezone
    begin, end = period.begins(zone), period.ends(zone)
    lines = list(bookings.booked(account.secrets, begin=begin, end=end))
    _, ledgered = _sorted_out(account, lines)
    booked = {each.movement for each in lines}
    issued = journal.issued(account.seller.id, begin=begin, end=end)
    others = [each for each in issued if each.at_stripe and each.id not in booked]
    ledgered = ledgered.model_copy(update={"unknown": tuple(_unknown(account, others))})
    return reconciliations.reconcile(account.seller.id, day, lines, ledgered, at=at)


def _unknown(account: Account, movements: list[Movement]) -> list[Difference]:
    """Ask Stripe for what was recorded on a day and booked on none or another."""
    asked, seller = Payments(account.secrets), account.seller.id
    at_stripe: dict[str, Money] = {}
    for payment in dict.fromkeys(each.of or each.id for each in movements):
        history = asked.find(payment, seller=seller)
        at_stripe |= reconciliations.known(history.movements if history else ())
    return reconciliations.unknown(movements, at_stripe)


def _sorted_out(account: Account, lines: list[Booking]) -> tuple[list[Difference], Ledgered]:
    """Give what the journal lacks of our payments, and all that it knows of the lines."""
    seller, asked = account.seller.id, Payments(account.secrets)
    movements = (each.movement for each in lines if each.movement)
    known = reconciliations.known(journal.recorded(seller, movements))
    different = reconciliations.differences(lines, known)
    payments = dict.fromkeys(each.payment for each in different if not each.recorded)
    foreign = {each for each in payments if not each or not asked.belongs(each, seller=seller)}
    ours = [each for each in different if each.payment not in foreign]
    return ours, Ledgered(recorded=known, foreign=frozenset(foreign))
