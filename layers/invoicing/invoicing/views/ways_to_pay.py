"""How to pay what is open: the buyer's page, and a transfer that a bank's app fills in."""

from dataclasses import dataclass

from markupsafe import Markup

from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.parties import Seller
from invoicing.views import qr_codes
from invoicing.views.letterheads import in_groups


@dataclass(frozen=True, slots=True)
class Transfer:
    """How to pay by SEPA transfer."""

    holder: str
    iban: str  # in groups of four, as it is read aloud
    bic: str | None
    reference: str
    qr: Markup


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay what is due."""

    page: str
    qr: Markup
    transfer: Transfer | None


def ways_to_pay(invoice: Invoice, due: Money, *, page: str | None = None) -> Payment | None:
    """Offer the ways to pay what is open of an invoice; None where nothing is.

    `page` is its address where another link opens it than the first.
    """
    if not due:
        return None
    address = page or invoice.page
    return Payment(page=address, qr=qr_codes.link(address), transfer=transfer(invoice, due))


def transfer(invoice: Invoice, due: Money) -> Transfer | None:
    """Say how to transfer what is open; None where no IBAN is known, or not in this currency."""
    return to_account(invoice.draft.seller, due, reference=invoice.number)


def to_account(seller: Seller, due: Money, *, reference: str) -> Transfer | None:
    """Say how to transfer a sum under a document's number."""
    qr = qr_codes.transfer(seller, due, reference=reference)
    if qr is None or seller.iban is None:
        return None
    return Transfer(
        holder=seller.account_holder,
        iban=in_groups(seller.iban, 4),
        bic=seller.bic,
        reference=reference,
        qr=qr,
    )
