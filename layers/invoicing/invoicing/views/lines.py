"""The lines of a document as they are printed, with the sum that each page carries to the next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

from invoicing.figures import PRICE_STEP, DraftLine, LineAdjustment
from invoicing.money import Money, exponent, rounded

_UNITS = {"HUR": "hour", "DAY": "day", "MON": "month", "KGM": "kilogram", "MTR": "metre"}
"""UNECE Rec 20 codes that we have a word for; C62 and H87 are pieces and need none."""
_PIECES = frozenset({"C62", "H87"})
_FINEST = -int(PRICE_STEP.as_tuple().exponent)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing sold."""

    description: str
    sku: str | None
    words: tuple[str, ...]  # what else the shop says of it
    quantity: Decimal
    unit_word: str | None
    unit_code: str | None  # a unit for which we have no word
    price: Decimal
    price_with_vat: Decimal | None  # as the shop showed it
    price_quantity: Decimal | None  # None: the price is for one
    discount: Money | None
    changes: tuple[LineAdjustment, ...]  # what was taken off is negative
    rate: Decimal
    net: Money
    carried: Money  # the nets of this line and all before it


def lines(drafted: Iterable[DraftLine], currency: str) -> Iterator[Line]:
    """Lay lines out, in their order."""
    carried = Money.zero(currency)
    for each in drafted:
        carried += each.net
        yield _line(each, carried)


def _line(line: DraftLine, carried: Money) -> Line:
    known = line.unit in _PIECES or line.unit in _UNITS
    return Line(
        description=line.description,
        sku=line.sku,
        words=tuple(_words(line)),
        quantity=line.quantity,
        unit_word=f"unit_{_UNITS[line.unit]}" if line.unit in _UNITS else None,
        unit_code=None if known else line.unit,
        price=price(line),
        price_with_vat=line.price_with_vat,
        price_quantity=line.price_quantity,
        discount=line.discount,
        changes=tuple(_changes(line)),
        rate=line.rate,
        net=line.net,
        carried=carried,
    )


def _words(line: DraftLine) -> Iterator[str]:
    """Give the text, the attributes and the note of a line; codes are for the buyer's books."""
    if not line.details:
        return
    yield from [line.details.text] if line.details.text else []
    yield from (f"{each.name}: {each.value}" for each in line.details.attributes)
    yield from [line.details.note] if line.details.note else []


def price(line: DraftLine) -> Decimal:
    """Give the net unit price, with as few decimals as the line can be computed again from.

    A price that the shop gave without VAT is the one agreed on, and shown as it is. One that was
    taken out of a price with VAT has six decimals (BT-146), most of which nobody needs.
    """
    if line.price_with_vat is None:
        return line.price
    currency, per = line.net.currency, line.price_quantity or Decimal(1)
    for places in range(exponent(currency), _FINEST):
        short = line.price.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if rounded(short * line.quantity / per, currency) == line.full:
            return short
    return line.price


def _changes(line: DraftLine) -> chain[LineAdjustment]:
    taken_off = (each.model_copy(update={"net": -each.net}) for each in line.allowances or ())
    return chain(taken_off, line.charges or ())
