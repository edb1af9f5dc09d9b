"""Lines, allowances and charges as EN 16931 names them (BG-20, BG-21, BG-25 to BG-32)."""

from decimal import Decimal

from invoicing.einvoice.values import Terms, number, rate, sum_
from invoicing.figures import Adjustment, DraftLine, LineAdjustment
from invoicing.money import Money
from invoicing.orders import LineDetails

_DISCOUNT = "95"  # UNTDID 5189
_HALF_CENT = Decimal("0.005")


def line(sold: DraftLine) -> Terms:
    """Give one of BG-25."""
    return {
        "BT-126": sold.id,
        "BT-129": number(sold.quantity),
        "BT-130": sold.unit,
        "BT-131": sum_(sold.net),
        "BT-146": number(sold.price),
        "BT-149": number(sold.price_quantity) if sold.price_quantity else None,
        "BT-151": sold.category,
        "BT-152": rate(sold.category, sold.rate),
        "BT-153": sold.description,
        "BT-155": sold.sku,
        "BG-27": _discount(sold) + [_change(each, sold.full) for each in sold.allowances or ()],
        "BG-28": [_change(each, sold.full) for each in sold.charges or ()],
        **(_details(sold.details) if sold.details else {}),
    }


def adjustment(change: Adjustment) -> Terms:
    """Give one of BG-20 or BG-21."""
    return {
        "amount": sum_(change.net),
        "reason": change.reason,
        "vat_category_code": change.category,
        "vat_rate": rate(change.category, change.rate),
        **_percentage(change.percent, change.net, None),
    }


def _discount(sold: DraftLine) -> list[Terms]:
    """Give BG-27 of a discount without a reason: the code stands for it (BR-42)."""
    return [{"amount": sum_(sold.discount), "reason_code": _DISCOUNT}] if sold.discount else []


def _change(change: LineAdjustment, full: Money) -> Terms:
    """Give one of BG-27 or BG-28."""
    return {
        "amount": sum_(change.net),
        "reason": change.reason,
        **_percentage(change.percent, change.net, full),
    }


def _percentage(percent: Decimal | None, net: Money, base: Money | None) -> Terms:
    """Give a percentage with the sum that it is of: one never stands without the other.

    Where VAT was taken out of prices, or an allowance was shared over rates, the sum that makes
    this amount stands in its place (PEPPOL-EN16931-R040 to R042).
    """
    if not percent:
        return {}
    factor = percent.scaleb(-2)
    if base is None or abs(base.amount * factor - net.amount) > _HALF_CENT:
        return {"rate": number(percent), "base_amount": f"{net.amount / factor:.2f}"}
    return {"rate": number(percent), "base_amount": sum_(base)}


def _details(details: LineDetails) -> Terms:
    """Give BG-31 and what else the buyer's books want of a line."""
    period = details.period
    return {
        "BT-127-00": [{"BT-127": details.note}] if details.note else None,
        "BT-132": details.order_line,
        "BT-133": details.account,
        "BT-134": period.start if period else None,
        "BT-135": period.end if period else None,
        "BT-154": details.text,
        "BT-156": details.buyer_sku,
        "BT-157": details.standard.value if details.standard else None,
        "BT-157-1": details.standard.scheme if details.standard else None,
        "BT-158": _classifications(details),
        "BT-159": details.origin,
        "BG-32": [{"BT-160": each.name, "BT-161": each.value} for each in details.attributes],
    }


def _classifications(details: LineDetails) -> Terms:
    """Give BT-158 by scheme and version."""
    schemes: Terms = {}
    for each in details.classifications:
        schemes.setdefault(each.scheme, {})[each.version] = each.code
    return schemes
