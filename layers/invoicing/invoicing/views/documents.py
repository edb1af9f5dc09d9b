"""What stands on a page: an invoice, a credit note or a receipt, laid out as data.

A template shows and never decides. Which facts, rows and ways to pay appear is decided here, from
the frozen record alone; `word` names the label in the words of the document's language.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Literal

from markupsafe import Markup

from invoicing import authenticity
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Contents, Draft, Invoice
from invoicing.money import Money
from invoicing.parties import Language
from invoicing.payments import MovementKind, Receipt
from invoicing.views import letterheads, qr_codes
from invoicing.views.letterheads import Fact, Letterhead, Party
from invoicing.views.lines import Line, lines
from invoicing.views.sums import Row, rows
from invoicing.views.ways_to_pay import Payment, ways_to_pay

Room = Literal["usual", "wide", "widest"]
Kind = Literal["invoice", "deposit", "final", "credit_note"]

_TERMS = frozenset(
    {"late_payment", "consumer_default", "recovery_costs", "no_discount", "early_payment"}
)
"""Mentions about paying: platforms want them in a credit note's XML, nobody reads them there."""
_MILLION, _BILLION = 1_000_000, 1_000_000_000
_SUPPLIED = {"B1": "delivered_on", "S1": "performed_on", "M1": "supplied_on"}


@dataclass(frozen=True, slots=True)
class Authenticity:
    """Where whoever holds the paper finds out whether it is ours."""

    page: str
    qr: Markup


@dataclass(frozen=True, slots=True)
class InvoiceSheet:
    """An invoice or a credit note, ready to be shown."""

    kind: Kind
    language: Language
    letterhead: Letterhead
    number: str
    buyer: Party
    deliver_to: Party | None
    facts: tuple[Fact, ...]
    due: Money
    due_on: date | None  # None: nothing is due
    settled: str  # the word for a document that asks for nothing
    currency: str
    lines: tuple[Line, ...]
    with_vat: bool  # the unit prices that the buyer saw stand beside the net ones
    room: Room  # that the columns of figures need
    rows: tuple[Row, ...]
    payment: Payment | None
    authenticity: Authenticity
    notes: tuple[str, ...]
    return_terms: str | None
    reason: str | None = None  # why something is given back


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """A receipt, ready to be shown."""

    kind: str  # these are words: what it is, for whom, how much, when
    party: str
    moved: str
    thanks: str | None
    language: Language
    letterhead: Letterhead
    number: str
    buyer: Party
    facts: tuple[Fact, ...]
    invoice: str
    invoice_issued_on: date
    total: Money
    amount: Money
    means: str
    reference: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How a receipt speaks of money that moved one way or the other."""

    kind: str
    party: str
    moved: str
    day: str
    thanks: str | None = None


_WORDINGS: dict[MovementKind, Wording] = {
    "payment": Wording("receipt", "received_from", "received", "paid_on", "thanks"),
    "refund": Wording("refund", "refunded_to", "refunded", "refunded_on", "refund_thanks"),
    "refund_failed": Wording("refund_failed", "received_from", "received", "moved_on"),
    "dispute_withdrawn": Wording("dispute_withdrawn", "withdrawn_for", "withdrawn", "moved_on"),
    "dispute_reinstated": Wording("dispute_reinstated", "received_from", "received", "moved_on"),
}


def sheet(invoice: Invoice) -> InvoiceSheet:
    """Lay an invoice out."""
    draft = invoice.draft
    due = draft.totals.due
    return InvoiceSheet(
        kind=_kind(draft),
        language=draft.language,
        letterhead=letterheads.letterhead(
            draft.seller, draft.buyer, vat_number=_sellers_vat_number(draft)
        ),
        number=invoice.number,
        buyer=letterheads.buyer(draft.buyer, draft.seller),
        deliver_to=letterheads.delivery(
            draft.buyer, draft.deliver_to, draft.seller, draft.recipient
        ),
        facts=_about(invoice),
        due=due,
        due_on=invoice.due_on if due else None,
        settled="settled",
        currency=draft.currency,
        lines=tuple(lines(draft.lines, draft.currency)),
        with_vat=_with_vat(draft),
        room=_room(draft),
        rows=tuple(rows(draft)),
        payment=ways_to_pay(invoice, due),
        authenticity=_authenticity(invoice),
        notes=tuple(note.text for note in draft.notes),
        return_terms=draft.seller.return_terms,
    )


def credit_sheet(note: CreditNote) -> InvoiceSheet:
    """Lay a credit note out."""
    draft = note.draft
    return InvoiceSheet(
        kind="credit_note",
        language=draft.language,
        letterhead=letterheads.letterhead(
            draft.seller, draft.buyer, vat_number=_sellers_vat_number(draft)
        ),
        number=note.number,
        buyer=letterheads.buyer(draft.buyer, draft.seller),
        deliver_to=None,
        facts=letterheads.facts(
            ("credited_on", note.issued_on),
            ("credits", draft.invoice.number),
            ("invoice_of", draft.invoice.issued_on),
            ("order", draft.order),
            ("purchase_order", draft.purchase_order),
            ("your_reference", draft.buyer.reference),
        ),
        due=draft.amount,
        due_on=None,
        settled="credited",
        currency=draft.currency,
        lines=tuple(lines(draft.lines, draft.currency)),
        with_vat=_with_vat(draft),
        room=_room(draft),
        rows=tuple(rows(draft)),
        payment=None,
        authenticity=_authenticity(note),
        notes=tuple(each.text for each in draft.notes if each.key not in _TERMS and each.key),
        return_terms=None,
        reason=draft.reason,
    )


def receipt_sheet(receipt: Receipt) -> ReceiptSheet:
    """Lay a receipt out."""
    draft = receipt.draft
    wording = _WORDINGS[draft.movement.kind]
    return ReceiptSheet(
        kind=wording.kind,
        party=wording.party,
        moved=wording.moved,
        thanks=wording.thanks,
        language=draft.language,
        letterhead=letterheads.letterhead(draft.seller, draft.buyer),
        number=receipt.number,
        buyer=letterheads.buyer(draft.buyer, draft.seller),
        facts=letterheads.facts(
            ("receipt_issued_on", receipt.issued_on), (wording.day, draft.paid_on)
        ),
        invoice=draft.invoice,
        invoice_issued_on=draft.invoice_issued_on,
        total=draft.total,
        amount=draft.movement.amount,
        means=f"means_{draft.movement.means}",
        reference=draft.movement.id,
    )


def _kind(draft: Draft) -> Kind:
    if draft.type_code == "386":
        return "deposit"
    return "final" if draft.preceding else "invoice"


def _about(invoice: Invoice) -> tuple[Fact, ...]:
    draft = invoice.draft
    is_open = draft.period or draft.type_code == "386"  # a deposit comes before the supply
    return letterheads.facts(
        ("issued_on", invoice.issued_on),
        (_SUPPLIED[draft.process], None if is_open else draft.delivered_on),
        ("period_start", draft.period.start if draft.period else None),
        ("period_end", draft.period.end if draft.period else None),
        ("order", draft.order),
        ("purchase_order", draft.purchase_order),
        ("your_reference", draft.buyer.reference),
    )


def _with_vat(draft: Contents) -> bool:
    """Say whether the prices that a consumer saw belong beside the net ones, which the law wants.

    A consumer recognises the price with VAT (Directive 98/6/EC shows him no other); France wants
    the net unit price too (CGI ann. II art. 242 nonies A, I), and businesses reckon with it alone.
    """
    seen = (line for line in draft.lines if line.price_with_vat not in {None, line.price})
    return draft.buyer.kind == "consumer" and any(seen)


def _room(draft: Contents) -> Room:
    """Say how much room the longest figure takes from the words."""
    figures = ((line.price, line.price_with_vat, line.net.amount) for line in draft.lines)
    largest = max(abs(figure or Decimal(0)) for figure in chain.from_iterable(figures))
    if largest < _MILLION:
        return "usual"
    return "wide" if largest < _BILLION else "widest"


def _sellers_vat_number(draft: Contents) -> str | None:
    """Give the number under which the VAT is accounted for, where it is another than at home."""
    return next(filter(None, (line.decision.seller_number for line in draft.vat)), None)


def _authenticity(document: Invoice | CreditNote) -> Authenticity:
    page = authenticity.address(document)
    return Authenticity(page=page, qr=qr_codes.link(page))
