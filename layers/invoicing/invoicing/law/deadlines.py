"""Until when an invoice has to be issued, as a table by the seller's country.

Only businesses have to be billed within a term. Across a border inside the Union the Directive's
own holds for all; the national ones were read second-hand: an accountant should confirm them.
Where nothing is known, nothing is said.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.records import Record
from invoicing.vat.rates import STATES

_FIFTEENTH = 15
_DECEMBER = 12


class Deadline(Record):
    """The last day on which an invoice is in time, and where that is written."""

    on: date
    rule: str


@dataclass(frozen=True, slots=True)
class Term:
    """How long after the supply an invoice may be issued."""

    rule: str
    of: Literal["day", "fifteenth", "twelve_days", "six_months"]

    def over(self, supplied_on: date) -> date:
        """Give its last day."""
        match self.of:
            case "day":
                return supplied_on
            case "fifteenth":
                return _month_after(supplied_on, 1).replace(day=_FIFTEENTH)
            case "twelve_days":
                return supplied_on + timedelta(days=12)
            case "six_months":
                following = _month_after(supplied_on, 7)
                last = following - timedelta(days=1)
                return last.replace(day=min(last.day, supplied_on.day))


ACROSS = Term("Directive 2006/112/EC, art. 222", "fifteenth")
AT_HOME = {
    "BE": Term("AR n° 1, art. 4", "fifteenth"),
    "DE": Term("§ 14 Abs. 2 UStG", "six_months"),
    "ES": Term("RD 1619/2012, art. 11", "fifteenth"),
    "FR": Term("CGI art. 289, I-3", "day"),
    "IT": Term("DPR 633/1972, art. 21, c. 4", "twelve_days"),
    "NL": Term("Wet OB 1968, art. 34g", "fifteenth"),
}


def issue_by(order: Order, seller: Seller) -> Deadline | None:
    """Say until when an order has to be invoiced; None where no law that is known here says so."""
    home, abroad = seller.address.country, order.buyer.address.country
    if order.buyer.kind != "business":
        return None
    across = home != abroad and {home, abroad} <= set(STATES)
    term = ACROSS if across else AT_HOME.get(home)
    return Deadline(on=term.over(order.supplied_on), rule=term.rule) if term else None


def _month_after(day: date, months: int) -> date:
    """Give the first day of the month so many months later."""
    years, month = divmod(day.month - 1 + months, _DECEMBER)
    return date(day.year + years, month + 1, 1)
