"""What late payment costs by law: rates by half-years, and the fixed compensation.

Directive 2011/7/EU, art. 2(6) and (7), 3(3) and 6: between businesses the rate of the European
Central Bank's main refinancing operations on 1 January and 1 July, for the half-year that begins
then, and at least 8 points more; 40 EUR at least for recovery costs. Consumers are left to each
country. What stands in no table is owed nothing here: no rate is guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from invoicing.law import interest
from invoicing.law.cases import Case
from invoicing.parties import CountryCode

Rates = Mapping[date, Decimal]
"""Percent a year, by the first day of the half-year."""

Begins = Literal["due", "thirty_days", "notice"]
"""Since when: the day after the due date, 30 days later, or once default was given notice of."""


def _rates(table: Mapping[str, str]) -> Rates:
    return {date.fromisoformat(day): Decimal(percent) for day, percent in table.items()}


ECB = _rates(
    {
        "2024-01-01": "4.50", "2024-07-01": "4.25",
        "2025-01-01": "3.15", "2025-07-01": "2.15",
        "2026-01-01": "2.15", "2026-07-01": "2.40",
    }
)  # fmt: skip
"""Main refinancing operations (OJ C series); 2026-07-01 second-hand, from three public sources."""

_GERMAN_BASE = _rates(
    {
        "2024-01-01": "3.62", "2024-07-01": "3.37",
        "2025-01-01": "2.27", "2025-07-01": "1.27",
        "2026-01-01": "1.27", "2026-07-01": "1.52",
    }
)  # fmt: skip
"""BGB § 247, as the Bundesbank announces it; it moves as the ECB's rate does."""

_AUSTRIAN_BASE = _rates(
    {
        "2024-01-01": "3.88", "2024-07-01": "3.88",
        "2025-01-01": "2.53", "2025-07-01": "1.53",
        "2026-01-01": "1.53", "2026-07-01": "1.53",
    }
)  # fmt: skip
"""OeNB; it moves only by half a point or more, so it did not in June 2026."""


def _plus(table: Rates, points: str) -> Rates:
    return {day: percent + Decimal(points) for day, percent in table.items()}


def _up_to_half_points(table: Rates) -> Rates:
    return {day: (rate * 2).quantize(Decimal(1), ROUND_CEILING) / 2 for day, rate in table.items()}


@dataclass(frozen=True, slots=True)
class Interest:
    """What a country's law gives for late payment; `rates` None where the rate is agreed."""

    rule: str
    rates: Rates | None
    begins: Begins = "due"
    agreed: Decimal | None = None
    floored: bool = False  # whether three times the French legal interest is the least
    year: Literal["civil", "365"] = "civil"  # how many days a leap year has: 366 or 365

    def percent(self, on: date) -> Decimal | None:
        """Give percent a year on a day, None where the half-year's rate is not known."""
        if self.rates is not None:
            return self.rates.get(half_year(on))
        least = interest.least_rate(on) if self.floored else None
        return max(self.agreed or Decimal(0), least or Decimal(0))

    def days_of_year(self, on: date) -> int:
        """Say over how many days the rate of a year is spread."""
        if self.year == "365":
            return 365
        return (date(on.year + 1, 1, 1) - date(on.year, 1, 1)).days


@dataclass(frozen=True, slots=True)
class Compensation:
    """The fixed sum for recovery costs among businesses, in euros, outside VAT (CJEU: damages)."""

    rule: str
    euros: Decimal = Decimal(40)


_BUSINESSES: dict[CountryCode, Interest] = {
    # The formula of service-public.gouv.fr divides by 365 in every year.
    "FR": Interest("C. com. art. L. 441-10, II", _plus(ECB, "10"), year="365"),
    "DE": Interest("BGB § 288 Abs. 2, § 247", _plus(_GERMAN_BASE, "9")),
    "AT": Interest("UGB § 456", _plus(_AUSTRIAN_BASE, "9.2")),
    "BE": Interest("Loi du 2 août 2002, art. 5", _up_to_half_points(_plus(ECB, "8"))),
    "NL": Interest("BW art. 6:119a, 6:120 lid 2", _plus(ECB, "8")),
    "ES": Interest("Ley 3/2004, art. 7", _plus(ECB, "8"), year="365"),
    "IT": Interest("D.Lgs. 231/2002, art. 5", _plus(ECB, "8"), year="365"),
    "LU": Interest("Loi du 18 avril 2004, art. 5", _plus(ECB, "8")),
}
_CONSUMERS: dict[CountryCode, Interest] = {
    "FR": Interest(
        "C. civ. art. 1231-6, 1344-1; C. mon. fin. art. L. 313-2",
        {row.since: row.percent for row in interest.LEGAL_INTEREST},
        begins="notice",
        year="365",
    ),
    "DE": Interest("BGB § 286 Abs. 3, § 288 Abs. 1", _plus(_GERMAN_BASE, "5"), "thirty_days"),
    "AT": Interest("ABGB § 1000, § 1333", dict.fromkeys(_AUSTRIAN_BASE, Decimal(4))),
}
_COMPENSATIONS: dict[CountryCode, Compensation] = {
    "FR": Compensation("C. com. art. L. 441-10, II; D. 441-5"),
    "DE": Compensation("BGB § 288 Abs. 5"),
    "AT": Compensation("UGB § 458"),
    "BE": Compensation("Loi du 2 août 2002, art. 6"),
    "NL": Compensation("BW art. 6:96 lid 4"),
    "ES": Compensation("Ley 3/2004, art. 8"),
    "IT": Compensation("D.Lgs. 231/2002, art. 6"),
    "LU": Compensation("Loi du 18 avril 2004, art. 5"),
}


def of(case: Case) -> Interest | None:
    """Give the law of an invoice paid late, None where none is known here.

    Between businesses it is the seller's (Regulation 593/2008, art. 4), and what was agreed comes
    before the rate of the law; a consumer has the law of where he lives (art. 6), so only one at
    home is answered for, and what was agreed with him does not count.
    """
    if case.meets("consumer"):
        return _CONSUMERS.get(case.country) if case.domestic else None
    rate = case.seller.late_payment_rate
    return _agreed(case.country, rate) if rate is not None else _BUSINESSES.get(case.country)


def _agreed(country: CountryCode, rate: Decimal) -> Interest:
    if country == "FR":
        rule = "C. com. art. L. 441-10, II"
        return Interest(rule, None, agreed=rate, floored=True, year="365")
    return Interest("agreed by the parties; Directive 2011/7/EU, art. 3", None, agreed=rate)


def compensation(case: Case) -> Compensation | None:
    """Give the fixed compensation, which only businesses owe."""
    return _COMPENSATIONS.get(case.country) if case.meets("business") else None


def half_year(on: date) -> date:
    """Give the first day of a day's half-year."""
    return date(on.year, 1 if on < date(on.year, 7, 1) else 7, 1)


def next_half_year(on: date) -> date:
    """Give the first day of the half-year after a day's."""
    return half_year(half_year(on) + timedelta(days=190))
