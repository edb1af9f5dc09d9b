"""The buyer's pages: what each shows and offers, and what a browser may do with it.

The page of an invoice is a function of the invoice, its payments and a date. Paying is a POST, so
that a mail scanner that follows links opens nothing, and nothing on a page needs JavaScript.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args
from urllib.parse import urlsplit

from invoicing import orders
from invoicing.credit_notes import is_credited
from invoicing.invoices import Invoice
from invoicing.money import Money
from invoicing.parties import Language
from invoicing.payments import Balance, Movement
from invoicing.pricing import DraftLine
from invoicing.records import Record
from invoicing.views.colours import Theme, theme
from invoicing.views.messages import imprint, shop

LINES_SHOWN = 30  # a longer invoice is read in its PDF
REFRESH_AFTER = 5  # seconds between two looks at a payment that is being confirmed

Attempt = Literal["none", "returned", "in_process"]
"""Whether a payment is under way: back from Stripe, or on its way for days (SEPA debit)."""

State = Literal[
    "open", "partly_paid", "overdue", "confirming", "in_process", "thanks", "paid", "credited"
]
Means = Literal["card", "transfer", "direct_debit", "wallet", "cash", "other"]

_PAYABLE: tuple[State, ...] = ("open", "partly_paid", "overdue")
_TOLD: tuple[State, ...] = ("confirming", "in_process", "thanks")
_HOUSE_COLOUR = "#3f4a5a"  # where no seller is known, or may be told
_SPOKEN: tuple[Language, ...] = get_args(Language)


class Paid(Record):
    """One payment, as the buyer recognises it."""

    paid_on: date
    amount: Money
    means: Means


class InvoicePage(Record):
    """What the page of an invoice shows."""

    template: Literal["invoice"] = "invoice"
    invoice: Invoice
    state: State
    due: Money
    total: Money
    payments: tuple[Paid, ...]
    credited: Money | None = None  # by credit notes

    @property
    def language(self) -> Language:
        """The language of the invoice."""
        return self.invoice.draft.language

    @property
    def theme(self) -> Theme:
        """The seller's colour, readable."""
        return theme(self.invoice.draft.seller.colour)

    @property
    def path(self) -> str:
        """Where the page is on its site; what belongs to it lies below."""
        return urlsplit(self.invoice.page).path

    @property
    def offers_pay(self) -> bool:
        """A payment that is under way blocks another."""
        return self.state in _PAYABLE

    @property
    def refresh_after(self) -> int | None:
        """Seconds until the browser should look again."""
        return REFRESH_AFTER if self.state == "confirming" else None

    @property
    def tells(self) -> bool:
        """What happens to a payment is said in words."""
        return self.state in _TOLD

    @property
    def shop(self) -> str:
        """The name that the buyer knows the seller by."""
        return shop(self.invoice.draft.seller)

    @property
    def imprint(self) -> tuple[str, ...]:
        """Whose page it is, line by line."""
        return imprint(self.invoice.draft.seller)

    @property
    def lines(self) -> tuple[DraftLine, ...]:
        """The lines that are shown."""
        return self.invoice.draft.lines[:LINES_SHOWN]

    @property
    def lines_left_out(self) -> int:
        """How many lines only the PDF shows."""
        return max(0, len(self.invoice.draft.lines) - LINES_SHOWN)


class PlainPage(Record):
    """A page that tells nothing of anybody: wrong address, or a problem of ours."""

    template: Literal["not_found", "problem"]
    language: Language
    refresh_after: None = None

    @property
    def theme(self) -> Theme:
        """No seller's colour."""
        return theme(_HOUSE_COLOUR)


Page = InvoicePage | PlainPage


def invoice_page(
    invoice: Invoice,
    balance: Balance,
    *,
    today: date,
    attempt: Attempt = "none",
    movements: Sequence[Movement] = (),
) -> InvoicePage:
    """Show an invoice; `today` is civil in the seller's zone, `movements` are as they came."""
    totals = invoice.draft.totals
    return InvoicePage(
        invoice=invoice,
        state=_state(invoice, balance, today, attempt),
        due=balance.due,
        total=totals.gross + totals.rounding,
        credited=balance.credited or None,
        payments=(*_paid_at_the_shop(invoice), *(_paid(each, invoice) for each in movements)),
    )


def _state(invoice: Invoice, balance: Balance, today: date, attempt: Attempt) -> State:
    if not balance.due:
        settled: State = "credited" if is_credited(invoice, balance) else "paid"
        return "thanks" if attempt == "returned" else settled
    if attempt != "none":
        return "confirming" if attempt == "returned" else "in_process"
    if today > invoice.due_on:
        return "overdue"
    return "partly_paid" if balance.paid else "open"


def _paid_at_the_shop(invoice: Invoice) -> list[Paid]:
    return [_at_the_shop(each, invoice.draft.currency) for each in invoice.draft.payments]


def _at_the_shop(payment: orders.Payment, currency: str) -> Paid:
    return Paid(
        paid_on=payment.paid_on, amount=Money(payment.amount, currency), means=payment.means
    )


def _paid(movement: Movement, invoice: Invoice) -> Paid:
    zone = invoice.draft.seller.timezone
    return Paid(
        paid_on=movement.arrived_at.astimezone(zone).date(),
        amount=movement.amount,
        means=movement.means,
    )


def preferred_language(accepted: str | None) -> Language:
    """Choose from Accept-Language (RFC 9110, 12.5.4) where no invoice tells; English otherwise."""
    wishes = [wish.partition(";") for wish in (accepted or "").split(",")]
    ranked = sorted(wishes, key=lambda wish: _weight(wish[2]), reverse=True)
    spoken: dict[str, Language] = {language: language for language in _SPOKEN}
    asked = (spoken.get(tag.strip()[:2].lower()) for tag, _, _ in ranked)
    return next((language for language in asked if language), "en")


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    digits = value.replace(".", "", 1)
    return float(value) if name == "q" and digits.isdecimal() and digits.isascii() else 1.0


def headers(page: Page, *, style: str, checkout: str) -> dict[str, str]:
    """Give the answer's headers: nothing runs, nothing is loaded, no address leaks.

    `style` is the text of the one style element; `checkout` the origin to which paying leads, which
    a browser checks against form-action when the POST is answered by a redirect.
    """
    policy = {
        "default-src": "'none'",
        "style-src": f"'{_csp_hash(style)}'",
        "form-action": f"'self' {checkout}",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    refresh = {"Refresh": str(page.refresh_after)} if page.refresh_after else {}
    return refresh | {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": page.language,
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",  # the address holds the token
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }


def _csp_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode()
