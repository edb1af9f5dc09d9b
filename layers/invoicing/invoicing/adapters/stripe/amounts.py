"""Money and time as Stripe counts them.

Stripe counts in its own smallest units, which are not ISO 4217's for every currency; that is
settled here and nowhere else.
"""

from datetime import UTC, datetime
from decimal import Decimal

from invoicing.money import Money, exponent

# ISO 4217 counts ISK and UGX whole, Stripe in hundredths; with MGA it is the other way round.
_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}


class AnotherAmountError(Exception):
    """Stripe would ask for another sum than is open."""


def _decimals(currency: str) -> int:
    return _DECIMALS.get(currency, exponent(currency))


def to_stripe(money: Money) -> int:
    """Count money as Stripe does; AnotherAmountError where Stripe does not count that finely."""
    units = money.amount.scaleb(_decimals(money.currency))
    if units != int(units):
        raise AnotherAmountError(f"Stripe cannot ask for {money}")
    return int(units)


def from_stripe(units: int, currency: str) -> Money:
    """Read money as Stripe counts it; `currency` in either case."""
    code = currency.upper()
    return Money(Decimal(units).scaleb(-_decimals(code)), code)


def instant(seconds: int) -> datetime:
    """Read a time as Stripe counts it: seconds since 1970, UTC."""
    return datetime.fromtimestamp(seconds, UTC)
