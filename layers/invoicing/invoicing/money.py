"""Money: a decimal amount and its currency.

An amount always has as many decimals as ISO 4217 gives its currency (JPY 0, EUR 2, KWD 3), so two
equal sums are written alike. All rounding of the product happens in `rounded`, half up, as the
examples of EN 16931 need it. What Stripe counts differently is handled where Stripe is spoken to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Annotated, Any, Self

from pydantic import AfterValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class CurrencyMismatchError(ValueError):
    """Two currencies met in one sum."""


@cache
def exponent(currency: str) -> int:
    """Give the number of decimals of an ISO 4217 currency; ValueError if it has none."""
    from iso4217 import Currency  # noqa: PLC0415  it parses its XML at import: paid only on use

    try:
        decimals: int | None = Currency(currency).exponent
    except ValueError:
        decimals = None
    if decimals is None:
        raise ValueError(f"{currency!r} is not a currency of ISO 4217")
    return decimals


def _known(currency: str) -> str:
    exponent(currency)
    return currency


CurrencyCode = Annotated[str, AfterValidator(_known)]
"""An ISO 4217 code that has an exponent (BT-5)."""


@cache
def _step(currency: str) -> Decimal:
    return Decimal(1).scaleb(-exponent(currency))


@dataclass(frozen=True, slots=True)
class Money:
    """An exact sum; `amount` has the currency's own number of decimals."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        exact = self.amount.quantize(_step(self.currency))
        if exact != self.amount:
            raise ValueError(f"{self.amount} {self.currency} is finer than the currency allows")
        object.__setattr__(self, "amount", exact + 0)  # there is no negative nothing

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Give no money, in this currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Self:
        """Make money from its smallest ISO 4217 units (cents, yen, fils)."""
        return cls(Decimal(minor).scaleb(-exponent(currency)), currency)

    @property
    def minor(self) -> int:
        """The sum in the smallest ISO 4217 units of its currency."""
        return int(self.amount.scaleb(exponent(self.currency)))

    def _same(self, other: Self) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self} and {other}")
        return other.amount

    def __add__(self, other: Self) -> Self:
        return type(self)(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Self) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.amount >= self._same(other)

    def __abs__(self) -> Self:
        return type(self)(abs(self.amount), self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def split(self, *, over: Sequence[Decimal]) -> list[Self]:
        """Share the sum in proportion to `over`; the parts add up to it exactly.

        The smallest units that are left go to the largest remainders, the earlier part first.
        Weights may be zero or negative but must not sum to zero, unless the sum itself is zero.
        """
        if not self:
            return [type(self).zero(self.currency) for _ in over]
        weights = _as_integers(over)
        if not sum(weights):
            raise ValueError(f"{self} cannot be shared over weights that sum to zero")
        parts = _largest_remainder(self.minor, weights)
        return [type(self).from_minor(part, self.currency) for part in parts]

    def portion(self, part: Self, *, of: Self) -> Self:
        """Give as much of the sum as `part` is of a whole, half up to the smallest unit."""
        part._same(of)
        whole = abs(of.minor)
        minor = (2 * abs(self.minor * part.minor) + whole) // (2 * whole)
        falls = (self.minor < 0) ^ (part.minor < 0) ^ (of.minor < 0)
        return type(self).from_minor(-minor if falls else minor, self.currency)

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401  pydantic's signature
        return core_schema.no_info_plain_validator_function(
            cls._read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda money: {"amount": str(money.amount), "currency": money.currency},
                when_used="json",
            ),
        )

    @classmethod
    def _read(cls, value: object) -> Self:
        match value:
            case cls():
                return value
            case {"amount": str(amount), "currency": str(currency), **rest} if not rest:
                return cls(Decimal(amount), currency)
        raise ValueError("money is written {'amount': '12.00', 'currency': 'EUR'}")

    @classmethod
    def __get_pydantic_json_schema__(cls, _: Any, __: Any) -> dict[str, Any]:  # noqa: ANN401  pydantic's signature
        text = {"type": "string"}
        return {
            "type": "object",
            "properties": {"amount": text, "currency": text},
            "required": ["amount", "currency"],
        }


def _as_integers(weights: Sequence[Decimal]) -> list[int]:
    finest = min((int(weight.as_tuple().exponent) for weight in weights), default=0)
    return [int(weight.scaleb(-finest)) for weight in weights]


def _largest_remainder(units: int, weights: list[int]) -> list[int]:
    # Whole numbers throughout: a quotient cut at 28 digits could hand out one unit too many.
    whole = sum(weights)
    shares = [divmod(units * weight, whole) for weight in weights]
    parts = [quotient for quotient, _ in shares]
    by_remainder = sorted(range(len(parts)), key=lambda i: -abs(shares[i][1]))
    for i in by_remainder[: units - sum(parts)]:
        parts[i] += 1
    return parts


def rounded(amount: Decimal, currency: str) -> Money:
    """Round an exact amount to its currency, half away from zero (EN 16931 examples need it)."""
    return Money(amount.quantize(_step(currency), ROUND_HALF_UP), currency)


def total(sums: Iterable[Money], currency: str) -> Money:
    """Add up; no sums at all make zero of the currency."""
    amount = Decimal(0)
    for each in sums:
        if each.currency != currency:
            raise CurrencyMismatchError(f"{each} in a total of {currency}")
        amount += each.amount
    return Money(amount, currency)
