"""A seller's account at Stripe held against the journal."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import batched
from typing import NamedTuple

from invoicing import reconciliations
from invoicing.adapters.ledger import journal
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import bookings, holdings
from invoicing.adapters.stripe.history import History, Payments
from invoicing.money import Money
from invoicing.parties import Seller
from invoicing.payments import Movement
from invoicing.periods import CivilPeriod
from invoicing.reconciliations import Booking, Difference, Ledgered, Reconciliation

AT_ONCE = 31  # days


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


def reports(account: Account, days: Iterable[date], *, at: datetime) -> Iterator[Reconciliation]:
    """Hold civil days at Stripe against the journal, and their receipts against Stripe.

    The days follow each other. What was missed is read a month at a time, not day by day.
    """
    for some in batched(days, AT_ONCE, strict=False):
        yield from _reports(account, some, at)


def _reports(account: Account, days: Sequence[date], at: datetime) -> Iterator[Reconciliation]:
    zone = account.seller.timezone
    begins = [CivilPeriod("day", day).begins(zone) for day in days]
    span = {"begin": begins[0], "end": CivilPeriod("day", days[-1]).ends(zone)}
    lines: list[list[Booking]] = [[] for _ in days]
    issued: list[list[Movement]] = [[] for _ in days]
    for line in bookings.booked(account.secrets, **span):
        lines[bisect_right(begins, line.at) - 1].append(line)
    for receipt in journal.issued(account.seller.id, **span):
        issued[bisect_right(begins, receipt.issued_at) - 1].append(receipt.draft.movement)
    held = list(holdings.unapplied(account.secrets, seller=account.seller.id, day=days[-1]))
    for n, day in enumerate(days):
        ledgered = _ledgered(account, lines[n], issued[n])
        compared = reconciliations.reconcile(account.seller.id, day, lines[n], ledgered, at=at)
        yield compared.holding(held)


def _ledgered(account: Account, lines: list[Booking], issued: list[Movement]) -> Ledgered:
    """Give all that the journal knows of a day's lines, and what Stripe does not know of it."""
    _, ledgered = _sorted_out(account, lines)
    booked = {each.movement for each in lines}
    others = [each for each in issued if each.at_stripe and each.id not in booked]
    return ledgered.model_copy(update={"unknown": tuple(_unknown(account, others))})


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
    named = {each.payment: each.seller for each in lines if each.seller is not None}

    def is_ours(payment: str) -> bool:
        if payment in named:
            return named[payment] == seller
        return asked.belongs(payment, seller=seller)

    foreign = {each for each in payments if not each or not is_ours(each)}
    ours = [each for each in different if each.payment not in foreign]
    return ours, Ledgered(recorded=known, foreign=frozenset(foreign))
