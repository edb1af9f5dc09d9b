"""The journal of one invoice: what moved it, and so what was open on which day.

Receipts count by the day of their money, credit notes by their own date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.money import Money, total
from invoicing.payments import Receipt

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Journal:
    """All receipts and credit notes of an invoice, in the order of their numbers."""

    receipts: Sequence[Receipt] = ()
    credit_notes: Sequence[CreditNote] = ()

    def steps(self, invoice: Invoice) -> list[tuple[date, Money]]:
        """Give what is open from each day on at its beginning, by day; never less than nothing."""
        changes = [(each.draft.paid_on, each.draft.movement.gained) for each in self.receipts]
        changes += [(each.issued_on, each.draft.amount) for each in self.credit_notes]
        left = invoice.draft.totals.due
        found = {date.min: left}
        for day, less in sorted(changes, key=lambda change: change[0]):
            left -= less
            found[day + _DAY] = left
        nothing = Money.zero(left.currency)
        return [(day, max(each, nothing)) for day, each in sorted(found.items())]

    def open_after(self, invoice: Invoice, day: date) -> Money:
        """Give what is open when a day is over; never less than nothing."""
        return [each for first, each in self.steps(invoice) if first <= day + _DAY][-1]

    def as_of(self, receipt: Receipt) -> Self:
        """Give what there was when a receipt was numbered, itself included.

        Series have clocks of their own: what bears the receipt's own instant counts as later.
        """
        n = [each.number for each in self.receipts].index(receipt.number)
        notes = [each for each in self.credit_notes if each.issued_at < receipt.issued_at]
        return type(self)(self.receipts[: n + 1], notes)

    def brought_too_much(self, invoice: Invoice, *, late: Money) -> Money:
        """Say how much the last payment brought beyond what was open, and beyond the costs.

        `late` is what the delay costs, which may have been paid with it.
        """
        gained = [each.draft.movement.gained for each in self.receipts]
        credited = total((each.draft.amount for each in self.credit_notes), late.currency)
        asked = invoice.draft.totals.due - credited + late
        before, after = (
            max(total(each, late.currency) - asked, Money.zero(late.currency))
            for each in (gained[:-1], gained)
        )
        return after - before


NOTHING_MOVED = Journal()
