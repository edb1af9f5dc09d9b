"""What Stripe says about currencies and amounts: the only place here that knows an exponent.

Amounts are integers in the smallest unit, with exceptions that have cost people a factor of 100:
https://docs.stripe.com/currencies
"""

import re
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from local.stripe.wire.errors import StripeError

ZERO_DECIMAL = frozenset(
    re.findall(r"\w+", "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf")
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
WHOLE_BUT_SENT_IN_HUNDREDTHS = frozenset({"isk", "ugx"})
"""Currencies without cents whose amounts Stripe still wants times 100."""

TWO_DECIMAL = frozenset(
    re.findall(
        r"\w+",
        """
        aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd
        cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd
        hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk
        mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron
        rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah usd
        uyu uzs wst xcd yer zar zmw
        """,
    )
)
SUPPORTED = ZERO_DECIMAL | THREE_DECIMAL | WHOLE_BUT_SENT_IN_HUNDREDTHS | TWO_DECIMAL

MINIMUM = {
    **dict.fromkeys(("usd", "aud", "brl", "cad", "chf", "eur", "inr", "nzd", "sgd"), 50),
    "aed": 200,
    "bgn": 100,
    "czk": 1500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
}
"""Where Stripe lists no minimum it converts from 0.50 USD; here 1 is enough then."""

MAXIMUM = 99_999_999


def exponent(currency: str) -> int:
    """Decimals of an amount as it is sent to Stripe."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def supported(currency: str, *, param: str) -> str:
    """Give the currency in Stripe's lower case, or refuse it."""
    if currency.lower() not in SUPPORTED:
        listed = ", ".join(sorted(SUPPORTED))
        raise StripeError(
            f"Invalid currency: {currency}. Stripe currently supports these currencies: {listed}",
            param=param,
        )
    return currency.lower()


def refuse_unchargeable(amount: int, currency: str, *, what: str, param: str) -> None:
    """Refuse an amount that no charge can have; `what` begins the sentence."""
    least = MINIMUM.get(currency, 1)
    if amount < least:
        bound = f"{what} must be at least {written(least, currency)} {currency}"
        raise StripeError(bound, code="amount_too_small", param=param)
    if amount > MAXIMUM:
        bound = f"{what} must be no more than {written(MAXIMUM, currency)} {currency}"
        raise StripeError(bound, code="amount_too_large", param=param)
    _refuse_fraction(amount, currency, param)


def _refuse_fraction(amount: int, currency: str, param: str) -> None:
    step = 10 if currency in THREE_DECIMAL else 1
    step = 100 if currency in WHOLE_BUT_SENT_IN_HUNDREDTHS else step
    if amount % step:
        raise StripeError(
            f"Invalid amount: {amount}. In {currency.upper()} it must be evenly divisible "
            f"by {step}.",
            code="parameter_invalid_integer",
            param=param,
        )


def written(amount: int, currency: str, locale: str | None = None) -> str:
    """Write the amount as a person reads it: 5900 JPY are ¥5,900 and 5900 EUR are €59.00."""
    value = Decimal(amount).scaleb(-exponent(currency))
    if currency in WHOLE_BUT_SENT_IN_HUNDREDTHS:
        value = value.quantize(Decimal(1))
    return format_currency(
        value, currency.upper(), locale=_locale(locale), decimal_quantization=False
    )


def _locale(name: str | None) -> Locale:
    try:
        return Locale.parse(name or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
