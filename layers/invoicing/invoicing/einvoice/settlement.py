"""What is paid when and how, and the sums, as EN 16931 names them (BG-16, BG-22, BG-23)."""

from collections.abc import Sequence

from invoicing.credit_notes import CreditNote
from invoicing.einvoice import means
from invoicing.einvoice.values import Terms, rate, sum_
from invoicing.figures import Adjustment, Totals
from invoicing.invoices import Contents, Invoice, VatLine
from invoicing.law import mentions


def paid_before(draft: Contents) -> bool:
    """Say whether the buyer paid all of it, as BR-FR-CO-09 understands a paid invoice."""
    totals = draft.totals
    return bool(draft.payments) and not totals.due and totals.prepaid == totals.gross


def settlement(document: Invoice | CreditNote) -> Terms:
    """Give what is paid when and how; what a credit note gives back is due from its issue."""
    if isinstance(document, Invoice):
        return _due(document) | _payment_means(document)
    return {"BT-9": document.issued_on, "BT-81": means.given_back(document.draft)}


def totals(sums: Totals, *, adjusted: Sequence[Sequence[Adjustment]]) -> Terms:
    """Give BG-22; sums that nothing went into are left out."""
    allowances, charges = adjusted
    return {
        "BT-106": sum_(sums.lines),
        "BT-107": sum_(sums.allowances) if allowances else None,
        "BT-108": sum_(sums.charges) if charges else None,
        "BT-109": sum_(sums.net),
        "BT-110": sum_(sums.vat),
        "BT-112": sum_(sums.gross),
        "BT-113": sum_(sums.prepaid) if sums.prepaid else None,
        "BT-114": sum_(sums.rounding) if sums.rounding else None,
        "BT-115": sum_(sums.due),
    }


def vat(line: VatLine, draft: Contents) -> Terms:
    """Give one of BG-23; Germans want a rate also of what is outside the scope of VAT.

    BR-DE-14 of XRechnung, and among Germans DE-R-014 of Peppol; no other rule forbids it.
    """
    category = line.decision.category
    outside = f"{line.decision.rate:.2f}" if _wants_every_rate(draft) else None
    return {
        "BT-116": sum_(line.base),
        "BT-117": sum_(line.vat),
        "BT-118": category,
        "BT-119": rate(category, line.decision.rate) or outside,
        "BT-120": line.mention,
        "BT-121": line.decision.exemption_code,
    }


def _wants_every_rate(draft: Contents) -> bool:
    at_home = {draft.seller.address.country, draft.buyer.address.country} == {"DE"}
    return draft.profile == "xrechnung" or (draft.profile == "peppol" and at_home)


def _due(invoice: Invoice) -> Terms:
    """Give BT-9 and BT-20; of a paid invoice the day it was paid on (BR-FR-CO-09)."""
    draft = invoice.draft
    if paid_before(draft):
        return {"BT-9": max(payment.paid_on for payment in draft.payments)}
    return {"BT-9": invoice.due_on, "BT-20": _payment_terms(invoice)}


def _payment_terms(invoice: Invoice) -> str | None:
    if not invoice.draft.totals.due:
        return None
    days = (invoice.due_on - invoice.issued_on).days
    key = "payment_within" if days else "payment_at_once"
    return mentions.sentence(key, invoice.draft.language).format(days=days)


def _payment_means(invoice: Invoice) -> Terms:
    """Give BG-16: how to pay what is due, or how it was paid."""
    draft = invoice.draft
    if draft.payments and not draft.totals.due:
        last = draft.payments[-1]
        return {"BT-81": means.received(draft)[last.means], "BT-83": last.reference}
    seller = draft.seller
    if not seller.iban:
        return {"BT-81": means.received(draft)["wallet"]}  # the invoice's own page
    return {
        "BT-81": means.asked_for(draft),
        "BT-83": invoice.number,
        "BT-84": seller.iban,
        "BT-85": seller.account_holder,
        "BT-86": seller.bic,
    }
