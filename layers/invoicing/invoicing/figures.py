"""The figures of a document, computed once and frozen: its lines, what is added or taken off, sums.

They are printed, written into the XML and credited as they stand here.
"""

from dataclasses import dataclass
from decimal import Decimal

from invoicing.money import Money, total
from invoicing.orders import LineDetails
from invoicing.records import Record
from invoicing.vat.sums import Category, VatSum

PRICE_STEP = Decimal("0.000001")  # BR-FR: a unit price has at most 6 decimals


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
