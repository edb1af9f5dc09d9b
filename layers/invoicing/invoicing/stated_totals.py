"""The totals that a shop states of its own: near to ours they are owed, else the order is held."""

from collections.abc import Sequence

from invoicing.errors import Reason
from invoicing.figures import Priced
from invoicing.money import Money, total
from invoicing.orders import Order
from invoicing.vat.sums import VatSum

MOST_ROUNDING = 50
"""Minor units of the currency that a total may be rounded by before a person has to look."""
_TOTALS_RULE = "EN 16931, BR-CO-10 to BR-CO-17"


def owed(order: Order, vat: Sequence[VatSum]) -> Money:
    """Give what the buyer owes before payments: the shop's own total where it is near enough."""
    asked = total((each.asked for each in vat), order.currency)
    ours = asked + Money(order.rounding, order.currency)
    if not order.totals:
        return ours
    stated = Money(order.totals.total, order.currency)
    return stated if abs(stated - ours) <= tolerance(order, len(vat)) else ours


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
