"""Evidence: what the buyer's bank is told of an invoice whose payment is disputed.

The names are those of Stripe's `evidence`; whoever decides reads English.
"""

from invoicing.invoices import Invoice
from invoicing.notices import Notice
from invoicing.parties import Address

MOST_LETTERS = 20_000  # of one field at Stripe


def fields(invoice: Invoice, mail: Notice | None) -> dict[str, str]:
    """Tell who bought what and when, and that the invoice was mailed to him."""
    buyer = invoice.draft.buyer
    told = {
        "customer_name": buyer.name,
        "customer_email_address": buyer.email,
        "billing_address": _address(buyer.address),
        "product_description": "\n".join(
            f"{line.quantity.normalize():f} x {line.description}" for line in invoice.draft.lines
        ),
        "uncategorized_text": " ".join([_issued(invoice), _mailed(mail)]),
    }
    return {name: text[:MOST_LETTERS] for name, text in told.items() if text}


def _issued(invoice: Invoice) -> str:
    totals = invoice.draft.totals
    return (
        f"Invoice {invoice.number} of {invoice.issued_on} over {totals.gross}, "
        f"order {invoice.draft.order}. Its PDF is attached as receipt."
    )


def _mailed(mail: Notice | None) -> str:
    if not mail or mail.state not in {"SENT", "DELIVERED"}:
        return ""
    arrived = "delivered" if mail.state == "DELIVERED" else "accepted"
    return (
        f"It was sent to {mail.recipient}; Amazon SES {arrived} the message {mail.ses_id} "
        f"on {mail.since:%Y-%m-%d at %H:%M} UTC."
    )


def _address(address: Address) -> str:
    place = " ".join(filter(None, [address.postcode, address.city]))
    lines = [address.line1, address.line2, place, address.region, address.country]
    return "\n".join(filter(None, lines))
