"""What is sold, as far as VAT cares."""

from dataclasses import dataclass

from invoicing.orders import Charge, Exemption, MarginScheme, Order, OrderLine, Supply
from invoicing.vat.rates import Goods


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold, as far as VAT cares: equal sales in one order are decided alike."""

    goods: Goods = "standard"
    supply: Supply = "goods"
    exemption: Exemption | None = None
    margin_scheme: MarginScheme | None = None


def of_line(line: OrderLine) -> Sale:
    """Say what a line sells."""
    return Sale(line.vat, line.supply, line.exemption, line.margin_scheme)


def of_charge(charge: Charge, order: Order) -> Sale:
    """Say what a charge sells: it is accessory and shares what all lines have in common."""
    return of_accessory(charge.vat, order)


def of_accessory(goods: Goods, order: Order) -> Sale:
    """Say what goes with all lines, such as shipping or a discount on goods of this rate."""
    ways = {(line.supply, line.exemption, line.margin_scheme) for line in order.lines}
    if len(ways) == 1:
        return Sale(goods, *ways.pop())
    supplies = {supply for supply, _, _ in ways}
    return Sale(goods, supplies.pop() if len(supplies) == 1 else "goods")


def of_order(order: Order) -> list[Sale]:
    """Give each different sale of an order once: of its lines, its charges and its allowances."""
    of_lines = [of_line(line) for line in order.lines]
    of_charges = [of_charge(charge, order) for charge in order.charges]
    goods = [allowance.vat for allowance in order.allowances if allowance.vat]
    of_allowances = [of_accessory(each, order) for each in goods]
    return list(dict.fromkeys(of_lines + of_charges + of_allowances))
