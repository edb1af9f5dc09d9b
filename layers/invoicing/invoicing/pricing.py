"""The arithmetic of an invoice: from an order and the rate of each part to the sums of EN 16931.

VAT is computed once for each category and rate, on the sum (BR-CO-17), half up. Where prices
include VAT, the net of a rate is the one that comes nearest to what the shop charged; what no VAT
on a sum can reach is stated as a rounding amount (BT-114), so that the buyer owes what he saw.
Which rate a part has is decided elsewhere and is an argument here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, permutations

from invoicing.errors import Reason
from invoicing.money import Money, rounded, total
from invoicing.orders import LineDetails, Order, OrderLine, PriceChange
from invoicing.records import Record
from invoicing.vat import sums
from invoicing.vat.sums import Category, Part, Rate, VatSum

PRICE_STEP = Decimal("0.000001")  # BR-FR: a unit price has at most 6 decimals
MOST_ROUNDING = 50
"""Minor units of the currency that a total may be rounded by before a person has to look."""
_TOTALS_RULE = "EN 16931, BR-CO-10 to BR-CO-17"


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate of each line, charge and allowance; an allowance without one is shared over all."""

    lines: Sequence[Rate]
    charges: Sequence[Rate] = ()
    allowances: Sequence[Rate | None] = ()


class LineAdjustment(Record):
    """An allowance or a charge of one line (BG-27, BG-28)."""

    reason: str  # BT-139, BT-144
    net: Money  # BT-136, BT-141
    percent: Decimal | None = None  # BT-138, BT-143, where the shop said it so


class DraftLine(Record):
    """One line as priced (BG-25)."""

    id: str  # BT-126
    description: str  # BT-153
    sku: str | None = None  # BT-155
    quantity: Decimal  # BT-129
    unit: str  # BT-130
    price: Decimal  # BT-146, net, at most 6 decimals
    price_quantity: Decimal | None = None  # BT-149, where the price is not for one
    price_with_vat: Decimal | None = None  # as the buyer saw it, where it included VAT
    discount: Money | None = None  # BT-136, net, without a reason of its own
    allowances: tuple[LineAdjustment, ...] | None = None
    charges: tuple[LineAdjustment, ...] | None = None
    net: Money  # BT-131
    category: Category  # BT-151
    rate: Decimal  # BT-152
    details: LineDetails | None = None

    @property
    def full(self) -> Money:
        """Quantity times price, before discount, allowances and charges (BT-137)."""
        less = total((each.net for each in self.allowances or ()), self.net.currency)
        more = total((each.net for each in self.charges or ()), self.net.currency)
        full = self.net + less - more
        return full + self.discount if self.discount else full


class Adjustment(Record):
    """An allowance or a charge of the whole document, per rate (BG-20, BG-21)."""

    reason: str  # BT-97, BT-104
    net: Money  # BT-92, BT-99
    category: Category  # BT-95, BT-102
    rate: Decimal  # BT-96, BT-103
    percent: Decimal | None = None  # BT-94, BT-101, where the shop said it so


class Totals(Record):
    """The document's sums (BG-22)."""

    lines: Money  # BT-106
    allowances: Money  # BT-107
    charges: Money  # BT-108
    net: Money  # BT-109
    vat: Money  # BT-110
    gross: Money  # BT-112
    prepaid: Money  # BT-113
    rounding: Money  # BT-114
    due: Money  # BT-115

    @property
    def whole(self) -> Money:
        """All that is asked, paid before or not: the total with VAT and the rounding amount."""
        return self.gross + self.rounding


@dataclass(frozen=True, slots=True)
class Priced:
    """An order with all its sums."""

    lines: tuple[DraftLine, ...]
    allowances: tuple[Adjustment, ...]
    charges: tuple[Adjustment, ...]
    vat: tuple[VatSum, ...]
    totals: Totals


def price(order: Order, rates: Rates) -> Priced:
    """Price an order: every part becomes a net sum, then each rate is summed."""
    lines = [
        list(_line_parts(line, rate, order))
        for line, rate in zip(order.lines, rates.lines, strict=True)
    ]
    whole = total((part.asked for part in chain(*lines)), order.currency)
    charges = [
        Part(_change(charge, whole), rate, order.prices_include_vat)
        for charge, rate in zip(order.charges, rates.charges, strict=True)
    ]
    allowances = _allowances(order, rates, whole, [*chain(*lines), *charges])
    vat, nets = sums.taken_out([*chain(*lines), *charges, *(part for _, part in allowances)])
    each = iter(nets)
    return _summed(
        order,
        [
            _draft_line(n, order, parts, [next(each) for _ in parts])
            for n, parts in enumerate(lines)
        ],
        charges=[
            _adjustment(charge, part.rate, next(each))
            for charge, part in zip(order.charges, charges, strict=True)
        ],
        allowances=[_adjustment(said, part.rate, -next(each)) for said, part in allowances],
        vat=vat,
    )


# What the shop asked, part by part


def _line_parts(line: OrderLine, rate: Rate, order: Order) -> Iterator[Part]:
    """Give the line's full price, then its discount, allowances and charges where there are any."""
    with_vat = order.includes_vat(line)
    full = rounded(line.price * line.quantity / line.price_quantity, order.currency)
    yield Part(full, rate, with_vat)
    if line.discount:
        yield Part(-Money(line.discount, order.currency), rate, with_vat)
    for allowance in line.allowances:
        yield Part(-_change(allowance, full), rate, with_vat)
    for charge in line.charges:
        yield Part(_change(charge, full), rate, with_vat)


def _change(change: PriceChange, of: Money) -> Money:
    if change.amount is not None:
        return Money(change.amount, of.currency)
    percent = change.percent or Decimal(0)
    return rounded(of.amount * percent.scaleb(-2), of.currency)


_Allowance = tuple[PriceChange, Part]


def _allowances(
    order: Order, rates: Rates, whole: Money, parts: Sequence[Part]
) -> list[_Allowance]:
    """Give the allowances of one rate as they are, then the shares of the others."""
    given: list[tuple[PriceChange, Money]] = [
        (each, _change(each, whole)) for each in order.allowances
    ]
    of_one_rate = [
        (said, Part(-amount, rate, order.prices_include_vat))
        for (said, amount), rate in zip(given, rates.allowances, strict=True)
        if rate
    ]
    asked = _asked_by_rate([*parts, *(part for _, part in of_one_rate)])
    shared = [each for each, rate in zip(given, rates.allowances, strict=True) if not rate]
    shares = [(said, _shares(amount, asked)) for said, amount in shared]
    if all(part.with_vat for part in parts):
        _settle(asked, [of_rates for _, of_rates in shares])
    return of_one_rate + [
        (said, Part(-share, rate, order.prices_include_vat))
        for said, of_rates in shares
        for rate, share in of_rates.items()
        if share
    ]


def _asked_by_rate(parts: Iterable[Part]) -> dict[Rate, Money]:
    asked: dict[Rate, Money] = {}
    for part in parts:
        before = asked.get(part.rate)
        asked[part.rate] = before + part.asked if before else part.asked
    return asked


def _shares(allowance: Money, asked: Mapping[Rate, Money]) -> dict[Rate, Money]:
    """Share an allowance over the rates in proportion to what is asked at each."""
    weights = [each.amount for each in asked.values()]
    split = allowance.split(over=weights if sum(weights) else [Decimal(1)] * len(weights))
    return dict(zip(asked, split, strict=True))


def _settle(asked: Mapping[Rate, Money], shares: Sequence[dict[Rate, Money]]) -> None:
    """Move single units of a shared allowance where VAT on the sums then reaches what is asked.

    At 20 % no net comes to 0.03 with its VAT, nor to 0.09: each sixth sum is out of reach. A unit
    more of the discount at one rate and less at another avoids a rounding amount.
    """
    left = {
        rate: total([each, *(-of_rates[rate] for of_rates in shares)], each.currency)
        for rate, each in asked.items()
    }
    missed = {rate for rate, each in left.items() if rate.missed(each)}
    for from_, to in permutations(left, 2):
        for of_rates in shares if missed & {from_, to} else ():
            unit = Money.from_minor(1, left[to].currency)
            if of_rates[from_] < unit:
                continue
            moved = {from_: left[from_] + unit, to: left[to] - unit}
            if _missed(moved) < _missed({rate: left[rate] for rate in moved}):
                of_rates[from_] -= unit
                of_rates[to] += unit
                left |= moved
                missed = {rate for rate, each in left.items() if rate.missed(each)}


def _missed(asked: Mapping[Rate, Money]) -> int:
    return sum(rate.missed(each) for rate, each in asked.items())


# The draft's figures


def _draft_line(n: int, order: Order, parts: Sequence[Part], nets: Sequence[Money]) -> DraftLine:
    line, rate = order.lines[n], parts[0].rate
    full, *changes = nets
    discount = -changes.pop(0) if line.discount else None
    allowances = [
        LineAdjustment(reason=each.reason, net=-net, percent=each.percent)
        for each, net in zip(line.allowances, changes, strict=False)
    ]
    charges = [
        LineAdjustment(reason=each.reason, net=net, percent=each.percent)
        for each, net in zip(line.charges, changes[len(allowances) :], strict=True)
    ]
    return DraftLine(
        id=str(n + 1),
        description=line.description,
        sku=line.sku,
        quantity=line.quantity,
        unit=line.unit,
        price=_net_price(line, full, rate if parts[0].with_vat else None),
        price_quantity=line.price_quantity if line.price_quantity != 1 else None,
        price_with_vat=line.price if parts[0].with_vat else None,
        discount=discount,
        allowances=tuple(allowances) or None,
        charges=tuple(charges) or None,
        net=total(nets, full.currency),
        category=rate.category,
        rate=rate.percent,
        details=line.details,
    )


def _net_price(line: OrderLine, full: Money, included: Rate | None) -> Decimal:
    """Give a unit price that, times the quantity, is the line's net where six decimals can.

    `included` is the rate of the VAT in the price; where none is, the price is net as it stands.
    """
    if not included or not included.percent or not line.price:
        return line.price
    exact = (line.price / (1 + included.factor)).quantize(PRICE_STEP, ROUND_HALF_UP)
    if rounded(exact * line.quantity / line.price_quantity, full.currency) == full:
        return exact
    return (full.amount * line.price_quantity / line.quantity).quantize(PRICE_STEP, ROUND_HALF_UP)


def _adjustment(said: PriceChange, rate: Rate, net: Money) -> Adjustment:
    return Adjustment(
        reason=said.reason,
        net=net,
        category=rate.category,
        rate=rate.percent,
        percent=said.percent,
    )


def _summed(
    order: Order,
    lines: Sequence[DraftLine],
    *,
    charges: Sequence[Adjustment],
    allowances: Sequence[Adjustment],
    vat: Sequence[VatSum],
) -> Priced:
    """Add up as BR-CO-10 to BR-CO-16 say."""
    currency = order.currency
    of_lines = total((line.net for line in lines), currency)  # BR-CO-10
    of_allowances = total((each.net for each in allowances), currency)  # BR-CO-11
    of_charges = total((each.net for each in charges), currency)  # BR-CO-12
    net = of_lines - of_allowances + of_charges  # BR-CO-13
    of_vat = total((each.vat for each in vat), currency)  # BR-CO-14
    gross = net + of_vat  # BR-CO-15
    prepaid = Money(sum((paid.amount for paid in order.payments), Decimal(0)), currency)
    rounding = _owed(order, vat) - gross
    totals = Totals(
        lines=of_lines,
        allowances=of_allowances,
        charges=of_charges,
        net=net,
        vat=of_vat,
        gross=gross,
        prepaid=prepaid,
        rounding=rounding,
        due=gross - prepaid + rounding,  # BR-CO-16
    )
    return Priced(tuple(lines), tuple(allowances), tuple(charges), tuple(vat), totals)


# The shop's own totals


def _owed(order: Order, vat: Sequence[VatSum]) -> Money:
    """Give what the buyer owes before payments: the shop's own total where it is near enough."""
    asked = total((each.asked for each in vat), order.currency)
    owed = asked + Money(order.rounding, order.currency)
    if not order.totals:
        return owed
    stated = Money(order.totals.total, order.currency)
    return stated if abs(stated - owed) <= tolerance(order, len(vat)) else owed


def tolerance(order: Order, rates: int) -> Money:
    """Say how far the shop's totals may be from ours: half a unit for each line and rate.

    So much can come of rounding each line's VAT by itself. More is a different computation.
    """
    rounded_sums = len(order.lines) + len(order.charges) + rates
    return Money.from_minor(min((rounded_sums + 1) // 2, MOST_ROUNDING), order.currency)


def differences(order: Order, priced: Priced) -> list[Reason]:
    """Say where the shop's own totals are another computation than ours."""
    ours = priced.totals
    reasons = []
    if abs(Money(order.rounding, order.currency)) > Money.from_minor(MOST_ROUNDING, order.currency):
        sentence = f"the shop rounds by {order.rounding} {order.currency}"
        reasons.append(Reason(code="rounding_too_large", message=sentence, releasable=True))
    if not order.totals:
        return reasons
    figures = {
        "net": (order.totals.net, ours.net),
        "VAT": (order.totals.vat, ours.vat),
        "total": (order.totals.total, ours.whole),
    }
    most = tolerance(order, len(priced.vat))
    apart = [
        f"{name} {stated} {order.currency} and not {computed}"
        for name, (stated, computed) in figures.items()
        if stated is not None and abs(Money(stated, order.currency) - computed) > most
    ]
    if apart:
        sentence = f"the shop states {', '.join(apart)}"
        reasons.append(
            Reason(code="totals_differ", message=sentence, rule=_TOTALS_RULE, releasable=True)
        )
    return reasons


def unused_rates(priced: Priced) -> list[Reason]:
    """Say which discounts name a rate that nothing has: they would give VAT back at it."""
    used = {Rate(each.category, each.rate) for each in priced.lines}
    used |= {Rate(each.category, each.rate) for each in priced.charges}
    unused = [each.rate for each in priced.vat if each.base.amount < 0 and each.rate not in used]
    sentence = "a discount at {percent:f} % has nothing of the order to be taken off"
    return [
        Reason(
            code="discount_rate_unused",
            message=sentence.format(percent=rate.percent),
            rule="Directive 2006/112/EC, art. 79",
        )
        for rate in unused
    ]
