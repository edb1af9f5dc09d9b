"""All that is asked of others before an order is priced, and only what its VAT hangs on."""

from datetime import datetime

from invoicing.adapters import exchange_rates, vies
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.vat import tax
from invoicing.vat.findings import Findings


def needed(order: Order, seller: Seller) -> bool:
    """Say whether others must be asked, which takes seconds and may fail."""
    foreign = order.currency != tax.vat_currency(seller)
    return foreign or tax.number_to_verify(order, seller) is not None


def find(order: Order, seller: Seller, *, at: datetime) -> Findings:
    """Ask VIES about a number that takes the VAT off, and the bank about another currency."""
    number = tax.number_to_verify(order, seller)
    per = tax.vat_currency(seller)
    return Findings(
        vat_number=vies.check(number, asked_by=seller.vat_number, at=at) if number else None,
        exchange_rate=exchange_rates.find(order.currency, per=per)
        if order.currency != per
        else None,
    )
