"""Freezes: why nobody is reminded of an invoice for the time being.

An invoice has a set of them, one for each reason and what it is about, so that lifting one leaves
the others. A freeze says nothing about the debt: what is owed is the balance.
"""

from datetime import date, datetime
from itertools import takewhile
from typing import Literal, Self

from invoicing.errors import Reason, RefusedError
from invoicing.records import Day, Instant, Record
from invoicing.texts import Text

FreezeReason = Literal[
    "claim",
    "dispute",
    "dispute_lost",
    "payment_under_way",
    "refund_unexplained",
    "promise",
    "bounce",
    "by_hand",
    "handed_over",
]
MOST_PAST = 50  # an item of DynamoDB holds 400 KB
BySeller = Literal["promise", "by_hand"]
"""What a seller sets and lifts himself; the others follow from facts."""


class Freeze(Record):
    """One reason not to remind."""

    reason: FreezeReason
    since: Instant
    until: date | None = None  # the last day, civil in the seller's zone; None: until it is lifted
    about: str | None = None  # the case or the payment
    note: Text | None = None

    def holds(self, today: date) -> bool:
        """Say whether it holds on a civil day."""
        return self.until is None or today <= self.until

    def is_of(self, reason: FreezeReason, about: str | None) -> bool:
        """Say whether it is the one for this reason and about this."""
        return (self.reason, self.about) == (reason, about)


class Asked(Record):
    """A freeze that a seller sets."""

    reason: BySeller
    until: Day | None = None
    note: Text | None = None


class Past(Record):
    """A freeze that was lifted, or that had lapsed when it was set again."""

    reason: FreezeReason
    since: Instant
    ended_at: Instant  # when that was
    until: date | None = None  # its last day, which may have been before
    about: str | None = None


class Freezes(Record):
    """All freezes of one invoice."""

    seller: str
    number: str
    freezes: tuple[Freeze, ...] = ()
    past: tuple[Past, ...] = ()  # the last ones that were lifted, for whoever asks why
    version: int = 0  # grows by one with each change; 0 before the first

    def holding(self, today: date) -> tuple[Freeze, ...]:
        """Give those that hold on a civil day."""
        return tuple(each for each in self.freezes if each.holds(today))

    def begun(self, freeze: Freeze | Past) -> datetime:
        """Give when a freeze began: one that follows another about the same, when that ended.

        A dispute that was lost freezes as of when it was opened, like the dispute before it.
        """
        same = (
            each
            for each in takewhile(lambda each: each != freeze, self.past)
            if each.about and (each.about, each.since) == (freeze.about, freeze.since)
        )
        return max((each.ended_at for each in same), default=freeze.since)

    def frozen(self, freeze: Freeze) -> Self:
        """Set a freeze; the same set again before it lapsed is as old as it was.

        Whether it lapsed is asked by the day in UTC, for the seller's zone is not known here. What
        is told again with the last day that it had lapsed and stays so.
        """
        today = freeze.since.date()
        found = [each for each in self.freezes if each.is_of(freeze.reason, freeze.about)]
        same = [each for each in found if each.holds(today) or each.until == freeze.until]
        since = same[0].since if same else freeze.since
        others = self.lifted(freeze.reason, freeze.about).freezes
        kept = freeze.model_copy(update={"since": since})
        freezes = sorted((*others, kept), key=lambda each: (each.reason, each.about or ""))
        return self.model_copy(update={"freezes": tuple(freezes)})

    def lifted(self, reason: FreezeReason, about: str | None = None) -> Self:
        """Lift a freeze, if it is set."""
        left = tuple(each for each in self.freezes if not each.is_of(reason, about))
        return self.model_copy(update={"freezes": left})

    def remembering(self, before: Self, *, at: Instant) -> Self:
        """Keep in mind what held before and does not any more; of very many, the last."""
        kept = {(each.reason, each.about, each.since) for each in self.freezes}
        ended = tuple(
            Past(
                reason=each.reason,
                since=each.since,
                ended_at=at,
                until=each.until,
                about=each.about,
            )
            for each in before.freezes
            if (each.reason, each.about, each.since) not in kept
        )
        return self.model_copy(update={"past": (*before.past, *ended)[-MOST_PAST:]})

    def only(self, freeze: Freeze | None, *, about: str) -> Self:
        """Let this be the one freeze about something, or none."""
        others = tuple(each for each in self.freezes if each.about != about or each == freeze)
        left = self.model_copy(update={"freezes": others})
        return left.frozen(freeze) if freeze else left


def asked(asked: Asked, *, today: date, at: Instant) -> Freeze:
    """Take a freeze that a seller sets; RefusedError for a promise without a day ahead."""
    if asked.reason == "promise" and asked.until is None:
        raise _refused("a promise to pay says until when")
    if asked.until and asked.until < today:
        raise _refused(f"{asked.until} is over")
    return Freeze(reason=asked.reason, since=at, until=asked.until, note=asked.note)


def _refused(sentence: str) -> RefusedError:
    return RefusedError((Reason(code="not_ahead", message=sentence, path="$.until"),))
