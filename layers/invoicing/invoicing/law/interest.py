"""French legal interest by half-years, and the least rate that businesses may agree on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

RULE = "C. com. art. L. 441-10, II"
_TIMES = 3


@dataclass(frozen=True, slots=True)
class LegalInterest:
    """The rate of legal interest among businesses, in percent a year, from a day on."""

    since: date
    percent: Decimal
    rule: str


LEGAL_INTEREST = (
    LegalInterest(date(2025, 1, 1), Decimal("3.71"), "second-hand: legifiscal.fr"),
    LegalInterest(date(2025, 7, 1), Decimal("2.76"), "second-hand: legifiscal.fr"),
    LegalInterest(date(2026, 1, 1), Decimal("2.62"), "arrêté of 15 December 2025, JORF 26"),
    LegalInterest(date(2026, 7, 1), Decimal("2.75"), "arrêté of 26 June 2026, JORF 30"),
)
"""Of each half-year (C. mon. fin. art. L. 313-2); the last one stands until another is entered."""


def least_rate(on: date) -> Decimal | None:
    """Give the least rate in percent a year, None for days before the table."""
    known = [row for row in LEGAL_INTEREST if row.since <= on]
    return _TIMES * known[-1].percent if known else None
