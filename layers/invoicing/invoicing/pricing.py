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

from invoicing import stated_totals
from invoicing.errors import Reason
from invoicing.figures import PRICE_STEP, Adjustment, DraftLine, LineAdjustment, Priced, Totals
from invoicing.money import Money, rounded, total
from invoicing.orders import Order, OrderLine, PriceChange
from invoicing.vat import sums
from invoicing.vat.sums import Part, Rate, VatSum


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate of each line, charge and allowance; an allowance without one is shared over all."""

    lines: Sequence[Rate]
    charges: Sequence[Rate] = ()
    allowances: Sequence[Rate | None] = ()


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
    rounding = stated_totals.owed(order, vat) - gross
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
