"""Whether a paper is ours, unaltered: the address that a document prints and what opens it.

A forged invoice mostly differs in one thing, the account to pay to. The address holds a proof made
of what the paper says and of the secret of the buyer's page. It cannot be made up, it fits no other
number, date, sum or account, and it does not open the page: whoever holds the paper learns from it
only whether these are right.
"""

import hmac
from base64 import urlsafe_b64encode

from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.records import canonical

_PROOF_BYTES = 16  # 128 bits, as the secret itself has


def address(document: Invoice | CreditNote) -> str:
    """Give the address that confirms the document; it stays right as long as the document lives."""
    draft = document.draft
    return f"{draft.site}/a/{draft.seller.id}/{document.number}/{proof(document)}"


def proof(document: Invoice | CreditNote) -> str:
    """Bind number, date, sums and account with the draft's secret: HMAC-SHA-256, 22 letters."""
    draft = document.draft
    totals = draft.totals
    said = {
        "seller": draft.seller.id,
        "number": document.number,
        "issued_on": document.issued_on.isoformat(),
        "total": str(totals.whole),
        "due": str(totals.due),
        "iban": draft.seller.iban or "",
    }
    digest = hmac.digest(draft.token.encode(), canonical(said), "sha256")
    return urlsafe_b64encode(digest[:_PROOF_BYTES]).decode().rstrip("=")


def confirms(document: Invoice | CreditNote, shown: str) -> bool:
    """Say whether a proof is this document's, in the same time whatever was shown."""
    return hmac.compare_digest(proof(document).encode(), shown.encode())
