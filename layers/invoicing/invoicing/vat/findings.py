"""What was asked of others before an order could be decided, and what they answered.

A finding is an argument of `drafts.draft` and is frozen with the draft: it is the proof of what
was known on that day. Whoever could not be reached is a finding too, never an error.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, Self

from pydantic import Field

from invoicing.money import CurrencyCode, Money, rounded
from invoicing.records import Instant, Record

_DIGITS = 10
"""Of a cross rate; the published rates have up to six."""


class VatCheck(Record):
    """What VIES knew of a VAT number (Regulation (EU) 904/2010, art. 31)."""

    outcome: Literal["valid", "invalid", "unknown"]
    number: str  # BT-48, with its prefix
    checked_at: Instant
    consultation_number: str | None = None  # VIES's own proof that it was asked
    name: str | None = None
    cause: str | None = None  # of `unknown`: MS_UNAVAILABLE, TIMEOUT, not_asked


class ExchangeRate(Record):
    """How many of the invoice's currency make one of the currency in which VAT is accounted for."""

    currency: CurrencyCode  # BT-5
    per: CurrencyCode  # BT-6
    rate: Decimal = Field(gt=0)
    source: str
    on: date

    @classmethod
    def across(
        cls, currency: str, per: str, quotes: dict[str, Decimal], *, source: str, on: date
    ) -> Self:
        """Make a rate of two quotes against the same third currency (Directive, art. 91)."""
        rate = quotes[currency] / quotes[per]
        places = _DIGITS - rate.adjusted() - 1
        exact = rate.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize()
        return cls(currency=currency, per=per, rate=exact, source=source, on=on)

    def convert(self, money: Money) -> Money:
        """Give the sum in the currency that VAT is accounted for in."""
        if money.currency != self.currency:
            raise ValueError(f"{money} at a rate for {self.currency}")
        return rounded(money.amount / self.rate, self.per)

    def __str__(self) -> str:
        return f"1 {self.per} = {self.rate} {self.currency} ({self.source}, {self.on})"


class RateCheck(Record):
    """Whether a rate was found: quoted, not quoted by that source, or nobody answered."""

    outcome: Literal["found", "not_quoted", "unknown"]
    rate: ExchangeRate | None = None


class Findings(Record):
    """All that was asked for one order; None where nobody asked."""

    vat_number: VatCheck | None = None
    exchange_rate: RateCheck | None = None

    def of_number(self, number: str) -> VatCheck | None:
        """Give what is known of this very number."""
        check = self.vat_number
        return check if check and check.number == number else None

    def rate(self, *, currency: str, per: str) -> ExchangeRate | None:
        """Give the rate between these two, if it was found."""
        rate = self.exchange_rate.rate if self.exchange_rate else None
        return rate if rate and (rate.currency, rate.per) == (currency, per) else None


NOT_ASKED = Findings()
