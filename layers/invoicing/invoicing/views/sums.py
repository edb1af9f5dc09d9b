"""The sums under the lines, from their total to what is due."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Literal

from invoicing.credit_notes import CreditNoteDraft
from invoicing.figures import Adjustment
from invoicing.invoices import Contents, Draft, VatLine
from invoicing.money import Money


@dataclass(frozen=True, slots=True)
class Row:
    """One sum; the word may have room for the label, the rate, the base or the day."""

    word: str
    amount: Money
    label: str | None = None
    rate: Decimal | None = None
    base: Money | None = None
    day: date | None = None
    mention: str | None = None
    weight: Literal["plain", "sum", "due"] = "plain"


def rows(draft: Draft | CreditNoteDraft) -> chain[Row]:
    """Give the sums from the lines to what is due; a sum that says nothing new is left out."""
    totals = draft.totals
    charges = [each for each in draft.charges if each.net]
    several = len(draft.vat) > 1
    changed = totals.due != totals.gross
    return chain(
        [Row("sum_of_lines", totals.lines)] if draft.allowances or charges else [],
        (_adjustment(each, "allowance", -each.net, draft) for each in draft.allowances),
        (_adjustment(each, "charge", each.net, draft) for each in charges),
        [Row("net", totals.net, weight="sum")],
        (_vat(each) for each in draft.vat),
        [Row("vat_in_all", totals.vat)] if several else [],
        _accounted(draft),
        [Row("gross", totals.gross, weight="sum")] if changed else [],
        [Row("rounding", totals.rounding)] if totals.rounding else [],
        (
            Row(f"paid_{paid.means}", -Money(paid.amount, draft.currency), day=paid.paid_on)
            for paid in draft.payments
        ),
        [Row(_last_word(draft), totals.due, weight="due")],
    )


def _last_word(draft: Draft | CreditNoteDraft) -> str:
    if isinstance(draft, CreditNoteDraft):
        return "given_back"
    return "left_to_pay" if draft.totals.due != draft.totals.gross else "to_pay"


def _adjustment(each: Adjustment, word: str, amount: Money, draft: Contents) -> Row:
    """Name the rate where there are several: one allowance is then shared over several rows."""
    if len(draft.vat) > 1:
        return Row(f"{word}_at_rate", amount, label=each.reason, rate=each.rate)
    return Row(word, amount, label=each.reason)


def _vat(line: VatLine) -> Row:
    word = "vat_exempt" if line.mention else "vat_at_rate"
    return Row(word, line.vat, rate=line.decision.rate, base=line.base, mention=line.mention)


def _accounted(draft: Contents) -> list[Row]:
    """Give the VAT in the currency of the seller's state (Directive 2006/112/EC, art. 230)."""
    accounted = draft.accounted_vat
    if not accounted or accounted.vat.currency == draft.currency:
        return []
    rate = str(accounted.rate) if accounted.rate else None
    return [Row("vat_accounted", accounted.vat, label=accounted.vat.currency, mention=rate)]
