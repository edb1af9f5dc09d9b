"""How values are written: sums as strings of the frozen figures, for a float would lose a cent."""

import re
from decimal import Decimal
from typing import Any

from invoicing.money import Money, exponent

Terms = dict[str, Any]
"""BT and BG keys with text, dates, lists and dicts, as factur-x reads them."""

_CENT, _DECIMALS = Decimal("0.01"), 2
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(values: Terms) -> Terms:
    """Leave out what has no value, and replace what XML 1.0 cannot hold as Unicode advises."""
    given = {key: value for key, value in values.items() if value not in (None, [], {})}
    return {key: _clean(value) for key, value in given.items()}


def _clean(value: object) -> object:
    match value:
        case str():
            return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return writable(value)
        case list():
            return [_clean(each) for each in value]
    return value


def sum_(money: Money) -> str:
    """Write a sum without a third decimal if it is nothing: EN 16931 has two (BR-DEC)."""
    amount = money.amount
    cents = amount.quantize(_CENT) if exponent(money.currency) > _DECIMALS else amount
    return f"{cents if cents == amount else amount:zf}"  # -0.00 would not be 0 to Saxon (BR-Z-09)


def number(value: Decimal) -> str:
    """Write a quantity, a price or a percentage without an exponent and needless zeros."""
    return f"{value.normalize():f}"


def rate(category: str, percent: Decimal) -> str | None:
    """Write a VAT rate with 2 decimals (BR-FR-DEC-04); outside the scope none (BR-O-05)."""
    return None if category == "O" else f"{percent:.2f}"
