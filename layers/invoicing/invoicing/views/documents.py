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

from invoicing.credit_notes import CreditNote, CreditNoteDraft
from invoicing.invoices import Contents, Draft, Invoice, VatLine
from invoicing.money import Money
from invoicing.parties import Language
from invoicing.payments import Receipt
from invoicing.pricing import Adjustment, DraftLine, LineAdjustment
from invoicing.views import letterheads, qr_codes
from invoicing.views.letterheads import Fact, Letterhead, Party

_UNITS = {"HUR": "hour", "DAY": "day", "MON": "month", "KGM": "kilogram", "MTR": "metre"}
"""UNECE Rec 20 codes that we have a word for; C62 and H87 are pieces and need none."""
_PIECES = frozenset({"C62", "H87"})
_TERMS = frozenset(
    {"late_payment", "consumer_default", "recovery_costs", "no_discount", "early_payment"}
)
"""Mentions about paying: platforms want them in a credit note's XML, nobody reads them there."""
_SUPPLIED = {"B1": "delivered_on", "S1": "performed_on", "M1": "supplied_on"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing sold."""

    description: str
    sku: str | None
    quantity: Decimal
    unit_word: str | None
    unit_code: str | None  # a unit for which we have no word
    price: Decimal
    price_quantity: Decimal | None  # None: the price is for one
    discount: Money | None
    changes: tuple[LineAdjustment, ...]  # what was taken off is negative
    rate: Decimal
    net: Money


@dataclass(frozen=True, slots=True)
class Row:
    """One sum; the word may have room for the label, the rate, the base or the day."""

    word: str
    amount: Money
    label: str | None = None
    rate: Decimal | None = None
    base: Money | None = None
    day: date | None = None
    mention: str | None = None
    weight: Literal["plain", "sum", "due"] = "plain"


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


@dataclass(frozen=True, slots=True)
class InvoiceSheet:
    """An invoice or a credit note, ready to be shown."""

    kind: Literal["invoice", "deposit", "credit_note"]
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
    rows: tuple[Row, ...]
    payment: Payment | None
    notes: tuple[str, ...]
    return_terms: str | None
    reason: str | None = None  # why something is given back


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """A receipt, ready to be shown."""

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


def sheet(invoice: Invoice) -> InvoiceSheet:
    """Lay an invoice out."""
    draft = invoice.draft
    due = draft.totals.due
    return InvoiceSheet(
        kind="deposit" if draft.type_code == "386" else "invoice",
        language=draft.language,
        letterhead=letterheads.letterhead(
            draft.seller, draft.buyer, vat_number=_sellers_vat_number(draft)
        ),
        number=invoice.number,
        buyer=letterheads.buyer(draft.buyer, draft.seller),
        deliver_to=letterheads.delivery(draft.buyer, draft.deliver_to, draft.seller),
        facts=_about(invoice),
        due=due,
        due_on=invoice.due_on if due else None,
        settled="settled",
        currency=draft.currency,
        lines=tuple(_line(line) for line in draft.lines),
        rows=tuple(_rows(draft)),
        payment=_payment(invoice) if due else None,
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
        lines=tuple(_line(line) for line in draft.lines),
        rows=tuple(_rows(draft)),
        payment=None,
        notes=tuple(each.text for each in draft.notes if each.key not in _TERMS and each.key),
        return_terms=None,
        reason=draft.reason,
    )


def receipt_sheet(receipt: Receipt) -> ReceiptSheet:
    """Lay a receipt out."""
    draft = receipt.draft
    return ReceiptSheet(
        language=draft.language,
        letterhead=letterheads.letterhead(draft.seller, draft.buyer),
        number=receipt.number,
        buyer=letterheads.buyer(draft.buyer, draft.seller),
        facts=letterheads.facts(("issued_on", receipt.issued_on), ("paid_on", draft.paid_on)),
        invoice=draft.invoice,
        invoice_issued_on=draft.invoice_issued_on,
        total=draft.total,
        amount=draft.movement.amount,
        means=f"means_{draft.movement.means}",
        reference=draft.movement.id,
    )


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


def _line(line: DraftLine) -> Line:
    known = line.unit in _PIECES or line.unit in _UNITS
    return Line(
        description=line.description,
        sku=line.sku,
        quantity=line.quantity,
        unit_word=f"unit_{_UNITS[line.unit]}" if line.unit in _UNITS else None,
        unit_code=None if known else line.unit,
        price=line.price,
        price_quantity=line.price_quantity,
        discount=line.discount,
        changes=tuple(_changes(line)),
        rate=line.rate,
        net=line.net,
    )


def _changes(line: DraftLine) -> chain[LineAdjustment]:
    taken_off = (each.model_copy(update={"net": -each.net}) for each in line.allowances or ())
    return chain(taken_off, line.charges or ())


def _rows(draft: Draft | CreditNoteDraft) -> chain[Row]:
    """Give the sums from the lines to what is due; a sum that says nothing new is left out."""
    totals = draft.totals
    charges = [each for each in draft.charges if each.net]
    several = len(draft.vat) > 1
    changed = totals.due != totals.gross
    return chain(
        [Row("sum_of_lines", totals.lines)] if draft.allowances or charges else [],
        (_adjustment(each, "allowance", -each.net, draft) for each in draft.allowances),
        (_adjustment(each, "charge", each.net, draft) for each in charges),
        [Row("net", totals.net, weight="sum")],
        (_vat(each) for each in draft.vat),
        [Row("vat_in_all", totals.vat)] if several else [],
        _accounted(draft),
        [Row("gross", totals.gross, weight="sum")] if changed else [],
        [Row("rounding", totals.rounding)] if totals.rounding else [],
        (
            Row(f"paid_{paid.means}", -Money(paid.amount, draft.currency), day=paid.paid_on)
            for paid in draft.payments
        ),
        [Row(_last_word(draft), totals.due, weight="due")],
    )


def _last_word(draft: Draft | CreditNoteDraft) -> str:
    if isinstance(draft, CreditNoteDraft):
        return "given_back"
    return "left_to_pay" if draft.totals.due != draft.totals.gross else "to_pay"


def _adjustment(each: Adjustment, word: str, amount: Money, draft: Contents) -> Row:
    """Name the rate where there are several: one allowance is then shared over several rows."""
    if len(draft.vat) > 1:
        return Row(f"{word}_at_rate", amount, label=each.reason, rate=each.rate)
    return Row(word, amount, label=each.reason)


def _vat(line: VatLine) -> Row:
    word = "vat_exempt" if line.mention else "vat_at_rate"
    return Row(word, line.vat, rate=line.decision.rate, base=line.base, mention=line.mention)


def _accounted(draft: Contents) -> list[Row]:
    """Give the VAT in the currency of the seller's state (Directive 2006/112/EC, art. 230)."""
    accounted = draft.accounted_vat
    if not accounted or accounted.vat.currency == draft.currency:
        return []
    rate = str(accounted.rate) if accounted.rate else None
    return [Row("vat_accounted", accounted.vat, label=accounted.vat.currency, mention=rate)]


def _sellers_vat_number(draft: Contents) -> str | None:
    """Give the number under which the VAT is accounted for, where it is another than at home."""
    return next(filter(None, (line.decision.seller_number for line in draft.vat)), None)


def _payment(invoice: Invoice) -> Payment:
    return Payment(page=invoice.page, qr=qr_codes.link(invoice.page), transfer=_transfer(invoice))


def _transfer(invoice: Invoice) -> Transfer | None:
    seller = invoice.draft.seller
    qr = qr_codes.transfer(seller, invoice.draft.totals.due, reference=invoice.number)
    if qr is None or seller.iban is None:
        return None
    return Transfer(
        holder=seller.name,
        iban=letterheads.in_groups(seller.iban, 4),
        bic=seller.bic,
        reference=invoice.number,
        qr=qr,
    )
