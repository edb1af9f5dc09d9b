"""VAT on sums: for each category and rate once, half up (BR-CO-17), and out of what includes it.

Where prices include VAT, the net of a rate is the one that comes nearest to what the shop charged.
Not every sum can be reached: at 20 % no net comes to 0.03 with its VAT, nor to 0.09.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from invoicing.money import Money, rounded, total

Category = Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"]
"""UNCL 5305 as EN 16931 uses it (BT-118); the last three are Canaries, Ceuta and split payment."""


class Rate(NamedTuple):
    """What EN 16931 sums VAT by: category (BT-118) and percentage (BT-119)."""

    category: Category
    percent: Decimal

    @property
    def factor(self) -> Decimal:
        """The rate as a factor: 0.2 for 20 %."""
        return self.percent.scaleb(-2)

    def vat(self, base: Money) -> Money:
        """Give the VAT on a sum (BR-CO-17)."""
        return rounded(base.amount * self.factor, base.currency)

    def with_vat(self, net: Money) -> Money:
        """Give a sum with the VAT on it."""
        return net + self.vat(net)

    def net(self, with_vat: Money) -> Money:
        """Give the net that, with VAT on it, comes nearest to a sum that includes VAT."""
        guess = rounded(with_vat.amount / (1 + self.factor), with_vat.currency)
        if self.with_vat(guess) == with_vat:
            return guess
        unit = Money.from_minor(1, with_vat.currency)
        near = (guess, guess - unit, guess + unit)
        return min(near, key=lambda net: abs(self.with_vat(net) - with_vat).amount)

    def missed(self, with_vat: Money) -> int:
        """Count the minor units by which no net with VAT on it reaches this sum."""
        return abs((with_vat - self.with_vat(self.net(with_vat))).minor)


@dataclass(frozen=True, slots=True)
class Part:
    """Something with a price in the order; an allowance is negative."""

    asked: Money
    rate: Rate
    with_vat: bool


@dataclass(frozen=True, slots=True)
class VatSum:
    """The VAT of one rate (BG-23)."""

    rate: Rate
    base: Money  # BT-116
    vat: Money  # BT-117
    asked: Money  # what the shop charged with VAT, which base and VAT may miss


def taken_out(parts: Sequence[Part]) -> tuple[list[VatSum], list[Money]]:
    """Give the VAT per rate and each part's net; the nets of a rate sum to its base."""
    by_rate: dict[Rate, list[int]] = defaultdict(list)
    for i, part in enumerate(parts):
        by_rate[part.rate].append(i)
    nets: dict[int, Money] = {}
    sums = []
    for rate, places in by_rate.items():
        sum_, of_rate = _of_one_rate([parts[i] for i in places], rate)
        nets |= zip(places, of_rate, strict=True)
        sums.append(sum_)
    return sums, [nets[i] for i in range(len(parts))]


def _of_one_rate(parts: Sequence[Part], rate: Rate) -> tuple[VatSum, list[Money]]:
    """Take VAT out of the parts that include it; it comes on top of the others."""
    currency = parts[0].asked.currency
    on_top = total((part.asked for part in parts if not part.with_vat), currency)
    inclusive = [part.asked for part in parts if part.with_vat]
    asked = total(inclusive, currency) + rate.with_vat(on_top)
    base = rate.net(asked) if inclusive else on_top
    taken = iter(
        _rounded_to(base - on_top, [each.amount / (1 + rate.factor) for each in inclusive])
    )
    nets = [next(taken) if part.with_vat else part.asked for part in parts]
    return VatSum(rate, base, rate.vat(base), asked), nets


def _rounded_to(sum_: Money, exact: Sequence[Decimal]) -> list[Money]:
    """Round each so that they come to the sum; who lost most by rounding bears the rest."""
    parts = [rounded(amount, sum_.currency) for amount in exact]
    missing = (sum_ - total(parts, sum_.currency)).minor
    sign = 1 if missing > 0 else -1
    unit = Money.from_minor(sign, sum_.currency)
    wanting = sorted(
        (i for i, amount in enumerate(exact) if amount),
        key=lambda i: sign * (parts[i].amount - exact[i]),
    )
    for turn in range(abs(missing)):
        parts[wanting[turn % len(wanting)]] += unit
    return parts
