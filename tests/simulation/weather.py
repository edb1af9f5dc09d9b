"""What may go wrong in one run, and how often.

Each seed has its own weather (swarm testing): most dangers are absent from most runs, so that one
danger is not hidden behind another, and where one is present it is frequent.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from random import Random
from typing import Self

SOMETIMES = 0.55  # the share of runs in which a danger exists at all

_HIGHEST = {
    "crash": 0.03,  # a call after which, or before which, the worker is no more
    "lost_answer": 0.03,  # the call took effect and its answer was lost
    "lost_request": 0.02,  # the call timed out and had no effect
    "late_effect": 0.01,  # the call timed out and takes effect seconds later
    "throttled": 0.03,
    "conflict": 0.03,  # with another transaction, which nobody saw
    "partial": 0.2,  # a batch read that leaves keys unprocessed
    "stall": 0.03,  # the worker freezes for seconds between two calls
    "message_lost": 0.15,
    "message_twice": 0.15,
    "message_late": 0.1,
    "delete_lost": 0.05,  # the work is done and its message comes again all the same
    "record_lost": 0.1,
    "record_twice": 0.1,
    "record_late": 0.1,
    "tick_lost": 0.2,
    "tick_twice": 0.3,
    "hint_lost": 0.1,  # a webhook that Stripe never sends
    "hint_twice": 0.3,
    "event_lost": 0.1,  # what SES tells of a mail
    "event_twice": 0.3,
    "event_late": 0.2,
    "mail_refused": 0.03,
    "mail_garbled": 0.03,  # accepted, and the answer names no mail
    "mail_failed": 0.15,  # accepted, and the answer is an error of SES's own
}

_FATES = ("crash", "lost_answer", "lost_request", "late_effect", "throttled", "conflict", "stall")


@dataclass(frozen=True)
class Weather:
    """Probabilities per occasion, and the widest skew of a clock in milliseconds."""

    crash: float = 0
    lost_answer: float = 0
    lost_request: float = 0
    late_effect: float = 0
    throttled: float = 0
    conflict: float = 0
    partial: float = 0
    stall: float = 0
    message_lost: float = 0
    message_twice: float = 0
    message_late: float = 0
    delete_lost: float = 0
    group_breaks: float = 0  # a FIFO group is read by two workers at once
    record_lost: float = 0
    record_twice: float = 0
    record_late: float = 0
    tick_lost: float = 0
    tick_twice: float = 0
    hint_lost: float = 0
    hint_twice: float = 0
    event_lost: float = 0
    event_twice: float = 0
    event_late: float = 0
    mail_refused: float = 0
    mail_garbled: float = 0
    mail_failed: float = 0
    index_lag: int = 50  # milliseconds, at most
    latency: int = 30  # milliseconds, at most, on the way to a service and back
    skew: int = 0

    @cached_property
    def fates(self) -> tuple[tuple[str, float], ...]:
        """What may become of a call, each with its probability; what cannot is left out."""
        every = [(fate, getattr(self, fate)) for fate in _FATES]
        return tuple((fate, chance) for fate, chance in every if chance)

    @classmethod
    def drawn(cls, random: Random) -> Self:
        """Draw a run's weather."""
        odds = {
            name: random.random() * highest if random.random() < SOMETIMES else 0.0
            for name, highest in _HIGHEST.items()
        }
        return cls(
            **odds,
            group_breaks=random.choice((0, 0.3, 0.9)),
            index_lag=random.choice((50, 500, 5_000, 90_000)),
            latency=random.choice((30, 200, 600)),
            skew=random.choice((0, 300, 2_000, 30_000)),
        )

    def cleared(self) -> Self:
        """Give the weather after the storm: nothing goes wrong, the clocks stay as they are."""
        calm = {field.name: 0.0 for field in fields(self) if field.type is float}
        return replace(self, **calm, index_lag=50, latency=30)
