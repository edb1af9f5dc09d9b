"""Reconciliation: what Stripe's balance says of a day, held against the journal of money.

A webhook may never come, so the account's own balance is the list that counts: each of its lines is
a movement that the journal must have with the same amount, a payout, a cost, or money of a charge
that is not ours. The other way round, each receipt of the day must be of a movement that Stripe
knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Self

from invoicing.holdings import Holding
from invoicing.money import Money, total
from invoicing.payments import Movement
from invoicing.records import Instant, Record
from invoicing.turnover import Sums

MOST_NAMED = 100  # of a list in one report; the counts tell the rest

BookingKind = Literal["movement", "payout", "cost"]


class Booking(Record):
    """A line of the balance of a Stripe account."""

    id: str  # txn_…
    kind: BookingKind
    at: Instant
    about: str | None = None  # the object that caused it: ch_…, re_…, du_…, po_…
    movement: str | None = None  # the natural id under which the journal has it
    payment: str | None = None  # pi_…
    seller: str | None = None  # that a charge names, "" if none; None: its payment has to be asked
    moved: Money | None = None  # as the buyer's bank saw it; what left is negative
    net: Money  # in the account's currency, less Stripe's fee
    fee: Money  # likewise


class Difference(Record):
    """A movement of which Stripe and the journal do not say the same."""

    movement: str
    payment: str | None = None
    at_stripe: Money | None = None  # None where Stripe does not know it
    recorded: Money | None = None  # None where the journal does not


class Foreign(Record):
    """Money of a charge in the account that is no payment of one of our invoices."""

    about: str
    payment: str | None = None
    moved: Money


class MovedTotal(Record):
    """What moved at Stripe in one currency, and how much of it the journal has."""

    at_stripe: Money
    recorded: Money

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""
        return (self.at_stripe.currency,)

    def plus(self, other: Self) -> Self:
        """Add the same currency's sum."""
        return self.model_copy(
            update={
                "at_stripe": self.at_stripe + other.at_stripe,
                "recorded": self.recorded + other.recorded,
            }
        )


class AccountTotal(Record):
    """What an account's balance did in one currency."""

    net: Money  # of all lines but payouts
    fees: Money
    paid_out: Money

    @property
    def key(self) -> tuple[str, ...]:
        """What is summed by."""
        return (self.net.currency,)

    def plus(self, other: Self) -> Self:
        """Add the same currency's sum."""
        names = ("net", "fees", "paid_out")
        return self.model_copy(
            update={name: getattr(self, name) + getattr(other, name) for name in names}
        )


class Reconciliation(Record):
    """A day at Stripe against the journal; lists name at most a hundred."""

    seller: str
    day: date  # civil, in the seller's zone
    made_at: Instant
    movements: int
    moved: tuple[MovedTotal, ...]
    account: tuple[AccountTotal, ...]
    different: int
    differences: tuple[Difference, ...]
    foreign: int
    foreigners: tuple[Foreign, ...]
    unapplied: tuple[Money, ...] = ()  # what is held as the report is made, by currency
    holdings: tuple[Holding, ...] = ()  # of whom

    def holding(self, holdings: Sequence[Holding]) -> Self:
        """Add what Stripe holds."""
        currencies = dict.fromkeys(each.amount.currency for each in holdings)
        sums = (
            total((each.amount for each in holdings if each.amount.currency == currency), currency)
            for currency in currencies
        )
        named = tuple(holdings[:MOST_NAMED])
        return self.model_copy(update={"unapplied": tuple(sums), "holdings": named})

    def lay_before(self, moment: datetime) -> list[Holding]:
        """Give the free cash that has not moved since; other cash Stripe may be about to apply."""
        return [each for each in self.holdings if each.since and each.since < moment]


class Ledgered(Record):
    """What the journal knows of the movements that Stripe booked, and what it has beside them."""

    recorded: dict[str, Money]  # what each movement gained, by its id
    unknown: tuple[Difference, ...] = ()  # receipts of the day of which Stripe says otherwise
    foreign: frozenset[str | None] = frozenset()  # payments that are none of ours; None: no intent


def known(movements: Iterable[Movement]) -> dict[str, Money]:
    """Give what movements gained, by their ids."""
    return {each.id: each.gained for each in movements}


def differences(bookings: Iterable[Booking], recorded: Mapping[str, Money]) -> list[Difference]:
    """Give the movements that the journal lacks or has with another amount."""
    return [
        Difference(
            movement=each.movement,
            payment=each.payment,
            at_stripe=each.moved,
            recorded=recorded.get(each.movement),
        )
        for each in bookings
        if each.movement and recorded.get(each.movement) != each.moved
    ]


def unknown(movements: Iterable[Movement], at_stripe: Mapping[str, Money]) -> list[Difference]:
    """Give the recorded movements that Stripe does not know or has with another amount."""
    return [
        Difference(
            movement=each.id,
            payment=each.of or each.id,
            at_stripe=at_stripe.get(each.id),
            recorded=each.gained,
        )
        for each in movements
        if at_stripe.get(each.id) != each.gained
    ]


def reconcile(
    seller: str,
    day: date,
    bookings: Iterable[Booking],
    ledgered: Ledgered,
    *,
    at: datetime,
) -> Reconciliation:
    """Hold a day's bookings against the journal."""
    every = list(bookings)
    ours = [each for each in every if each.movement and each.payment not in ledgered.foreign]
    different = [*differences(ours, ledgered.recorded), *ledgered.unknown]
    foreigners = [
        Foreign(about=each.about or each.id, payment=each.payment, moved=each.moved)
        for each in every
        if each.moved and each.payment in ledgered.foreign
    ]
    moved, account = Sums[MovedTotal](), Sums[AccountTotal]()
    for each in ours:
        moved.add(_moved(each, ledgered.recorded))
    for one in ledgered.unknown:
        moved.add(_unmoved(one))
    for each in every:
        account.add(_of_account(each))
    return Reconciliation(
        seller=seller,
        day=day,
        made_at=at,
        movements=len(ours),
        moved=moved.rows,
        account=account.rows,
        different=len(different),
        differences=tuple(different[:MOST_NAMED]),
        foreign=len(foreigners),
        foreigners=tuple(foreigners[:MOST_NAMED]),
    )


def _moved(booking: Booking, recorded: Mapping[str, Money]) -> MovedTotal:
    if booking.moved is None:
        raise ValueError(f"{booking.id} moved nothing")
    nothing = Money.zero(booking.moved.currency)
    found = recorded.get(booking.movement or "", nothing)
    return MovedTotal(at_stripe=booking.moved, recorded=found)


def _unmoved(different: Difference) -> MovedTotal:
    if different.recorded is None:
        raise ValueError(f"{different.movement} is not recorded")
    nothing = Money.zero(different.recorded.currency)
    return MovedTotal(at_stripe=different.at_stripe or nothing, recorded=different.recorded)


def _of_account(booking: Booking) -> AccountTotal:
    nothing = Money.zero(booking.net.currency)
    if booking.kind == "payout":
        return AccountTotal(net=nothing, fees=nothing, paid_out=-booking.net)
    return AccountTotal(net=booking.net, fees=booking.fee, paid_out=nothing)
