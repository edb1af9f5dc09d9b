"""Money and time as Stripe counts them.

Stripe counts in its own smallest units, which are not ISO 4217's for every currency; that is
settled here and nowhere else.
"""

from datetime import UTC, datetime
from decimal import Decimal

from invoicing.money import Money, exponent

# ISO 4217 counts ISK and UGX whole, Stripe in hundredths; with MGA it is the other way round.
_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}

# Card schemes know two decimals: of a third one Stripe takes only 0.
_COARSEST = {"BHD": 10, "JOD": 10, "KWD": 10, "OMR": 10, "TND": 10}

# The least that Stripe charges (docs.stripe.com/currencies); where there is no entry it decides.
_LEAST = {
    "0.30": ("GBP",),
    "0.50": ("AUD", "BRL", "CAD", "CHF", "EUR", "INR", "NZD", "SGD", "USD"),
    "1.00": ("BGN",),
    "2.00": ("AED", "MYR", "PLN", "RON"),
    "2.50": ("DKK",),
    "3.00": ("NOK", "SEK"),
    "4.00": ("HKD",),
    "10": ("MXN", "THB"),
    "15": ("CZK",),
    "50": ("JPY",),
    "175": ("HUF",),
}


class AnotherAmountError(Exception):
    """Stripe would ask for another sum than is open."""


def _decimals(currency: str) -> int:
    return _DECIMALS.get(currency, exponent(currency))


def to_stripe(money: Money) -> int:
    """Count money as Stripe does; AnotherAmountError where Stripe does not count that finely."""
    if _is_too_fine(money):
        raise AnotherAmountError(f"Stripe cannot ask for {money}")
    return int(_units(money))


def _units(money: Money) -> Decimal:
    return money.amount.scaleb(_decimals(money.currency))


def _is_too_fine(money: Money) -> bool:
    return bool(_units(money) % _COARSEST.get(money.currency, 1))


def chargeable(money: Money) -> bool:
    """Say whether Stripe can ask for a sum at all.

    It may still refuse what is less than the least of the currency that the account is paid out in.
    """
    least = next((each for each, of in _LEAST.items() if money.currency in of), "0")
    return money.amount >= Decimal(least) and not _is_too_fine(money)


def from_stripe(units: int, currency: str) -> Money:
    """Read money as Stripe counts it; `currency` in either case."""
    code = currency.upper()
    return Money(Decimal(units).scaleb(-_decimals(code)), code)


def instant(seconds: int) -> datetime:
    """Read a time as Stripe counts it: seconds since 1970, UTC."""
    return datetime.fromtimestamp(seconds, UTC)
