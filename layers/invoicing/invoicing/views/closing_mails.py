"""What the accountant is told of a closing: sums to book, hashes to keep."""

from typing import Literal

from invoicing import closings
from invoicing.closings import KINDS, Closing
from invoicing.ledger import Entry
from invoicing.money import Money
from invoicing.parties import Language, Seller
from invoicing.turnover import DocumentTotal, GrandTotal, VatTotal, summed
from invoicing.views.messages import Letter


class ClosingMessage(Letter):
    """The books are closed."""

    template: Literal["closing"] = "closing"
    closing: Closing
    hash: str  # of the closing, which the signature is over
    new_key: bool  # whether another key signed the closing before
    greeted: None = None

    @property
    def turnover(self) -> Money:
        """What was invoiced in the seller's currency, less what was credited."""
        zero = Money.zero(self.seller.currency)
        sums = summed(GrandTotal.of(each) for each in self.closing.totals)
        nets = [each.net for each in sums if each.net.currency == zero.currency]
        return nets[0] if nets else zero

    @property
    def totals(self) -> tuple[DocumentTotal, ...]:
        """What each kind of documents came to, invoices first."""
        return tuple(sorted(self.closing.totals, key=lambda row: KINDS.index(row.kind)))

    @property
    def vat(self) -> tuple[VatTotal, ...]:
        """The VAT by rate, that of invoices first."""
        return tuple(sorted(self.closing.vat, key=lambda row: KINDS.index(row.kind)))

    @property
    def hashes(self) -> tuple[tuple[str, str], ...]:
        """The last hash of each series that has begun, and of the closing itself."""
        last = {each.kind: each.last.hash for each in self.closing.series if each.last.n}
        return (*last.items(), ("closing", self.hash))

    @property
    def missing(self) -> int:
        """How many documents' files no closing covers yet."""
        spans = [span for each in self.closing.series for span in each.missing]
        return sum(span.last - span.first + 1 for span in spans)


def about_closing(
    entry: Entry, seller: Seller, language: Language, *, before: Closing | None
) -> ClosingMessage:
    """Tell of a closing; `before` is the one before it."""
    closing = closings.read(entry)
    return ClosingMessage(
        language=language,
        seller=seller,
        closing=closing,
        hash=entry.hash,
        new_key=before is not None and before.key != closing.key,
    )
