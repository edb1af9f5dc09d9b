"""An open invoice as reminders speak of it: what it asks for, and where it can be paid."""

from dataclasses import dataclass

from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.payments import Balance


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice, what it still asks for, and the address of its page as it is now."""

    invoice: Invoice
    balance: Balance
    page: str

    @property
    def due(self) -> Money:
        """What is open."""
        return self.balance.due
