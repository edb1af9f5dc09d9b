"""What a mail says: every fact and every choice that its template shows.

A template only puts these into words. Which files go with the mail is decided here too, because
its text speaks of them.
"""

import unicodedata
from datetime import date
from typing import Literal

from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.law import identity
from invoicing.money import Money
from invoicing.parties import Buyer, Language, Seller
from invoicing.payments import Means, Receipt
from invoicing.records import Record
from invoicing.views.colours import Theme, theme

Attached = Literal["pdf", "xml"]


class Letter(Record):
    """What all mails have, whoever they go to."""

    language: Language
    seller: Seller

    @property
    def shop(self) -> str:
        """The name that buyers know the seller by."""
        return shop(self.seller)

    @property
    def imprint(self) -> tuple[str, ...]:
        """Who sends it, line by line."""
        return imprint(self.seller)

    @property
    def theme(self) -> Theme:
        """The seller's colour, readable."""
        return theme(self.seller.colour)


class Message(Letter):
    """What all mails to buyers say."""

    buyer: Buyer
    invoice: str  # the number of the invoice that it is about
    page: str
    due: Money  # what is still open
    attached: tuple[Attached, ...] = ("pdf",)

    @property
    def action(self) -> Literal["pay", "view"]:
        """What the one big button offers."""
        return "pay" if self.due else "view"

    @property
    def greeted(self) -> str | None:
        """A consumer by name; who reads a business's mail is not known."""
        return one_line(self.buyer.name) if self.buyer.kind == "consumer" else None


class InvoiceMessage(Message):
    """Here is your invoice."""

    template: Literal["invoice"] = "invoice"
    order: str
    ordered_on: date
    issued_on: date
    due_on: date
    total: Money
    paid: Money  # at the shop or since


class ReceiptMessage(Message):
    """Your payment arrived, or goes back to you."""

    template: Literal["receipt", "refund"]
    receipt: str
    amount: Money
    means: Means
    paid_on: date


class CreditNoteMessage(Message):
    """Something is given back."""

    template: Literal["credit_note"] = "credit_note"
    credit_note: str
    amount: Money
    reason: str
    issued_on: date


class LatePaymentMessage(Message):
    """This is what being late costs, or no longer costs."""

    template: Literal["late_payment"] = "late_payment"
    note: str
    withdraws: str | None
    amount: Money
    issued_on: date
    due_on: date


class AnswerMessage(Message):
    """This is what the shop answers you."""

    template: Literal["answer"] = "answer"
    attached: tuple[Attached, ...] = ()
    text: str

    @property
    def lines(self) -> list[str]:
        """What is said, line by line."""
        return self.text.splitlines()


AnyMessage = (
    InvoiceMessage | CreditNoteMessage | ReceiptMessage | LatePaymentMessage | AnswerMessage
)


def about_invoice(invoice: Invoice, *, due: Money) -> InvoiceMessage:
    """Send an invoice; `due` is what is open now. A business gets the XML beside the PDF."""
    draft = invoice.draft
    total = draft.totals.whole
    return InvoiceMessage(
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        invoice=invoice.number,
        page=invoice.page,
        due=due,
        attached=_attached(draft.buyer),
        order=draft.order,
        ordered_on=draft.ordered_on,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=total,
        paid=total - due,
    )


def about_credit_note(note: CreditNote, *, due: Money) -> CreditNoteMessage:
    """Send a credit note; `due` is what the invoice still asks after it."""
    draft = note.draft
    return CreditNoteMessage(
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        invoice=draft.invoice.number,
        page=draft.page,
        due=due,
        attached=_attached(draft.buyer),
        credit_note=note.number,
        amount=draft.amount,
        reason=one_line(draft.reason),
        issued_on=note.issued_on,
    )


def _attached(buyer: Buyer) -> tuple[Attached, ...]:
    """Give a business the XML beside the PDF; nothing to who wants a link alone."""
    if buyer.delivery == "link":
        return ()
    return ("pdf", "xml") if buyer.kind == "business" else ("pdf",)


def _attached_receipt(buyer: Buyer) -> tuple[Attached, ...]:
    return () if buyer.delivery == "link" else ("pdf",)


def about_receipt(receipt: Receipt, *, due: Money) -> ReceiptMessage:
    """Acknowledge a payment or tell of a refund; `due` is what is open after it."""
    draft = receipt.draft
    return ReceiptMessage(
        template="refund" if draft.movement.kind == "refund" else "receipt",
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        invoice=draft.invoice,
        page=draft.page,
        due=due,
        attached=_attached_receipt(draft.buyer),
        receipt=receipt.number,
        amount=draft.movement.amount,
        means=draft.movement.means,
        paid_on=draft.paid_on,
    )


def about_late_payment(note: LatePaymentNote, *, due: Money) -> LatePaymentMessage:
    """Send a late payment note; `due` is what is open of the invoice itself."""
    draft = note.draft
    return LatePaymentMessage(
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        invoice=draft.invoice.number,
        page=draft.page,
        due=due,
        note=note.number,
        withdraws=draft.withdraws.number if draft.withdraws else None,
        amount=abs(draft.amount),
        issued_on=note.issued_on,
        due_on=draft.due_on,
    )


def about_answer(invoice: Invoice, *, due: Money, text: str) -> AnswerMessage:
    """Send what the seller says to a buyer about an invoice."""
    draft = invoice.draft
    return AnswerMessage(
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        invoice=invoice.number,
        page=invoice.page,
        due=due,
        text=text,
    )


def shop(seller: Seller) -> str:
    """Give the name that buyers know the seller by (BT-28, else BT-27)."""
    return one_line(seller.trading_name or seller.name)


def imprint(seller: Seller) -> tuple[str, ...]:
    """Say which legal person writes, as the law wants it on business letters (C. com. R123-237)."""
    address = seller.address
    town = _joined(" ", _joined("-", address.country, address.postcode), address.city)
    lines = (
        _joined(", ", seller.name, identity.form(seller)),
        _joined(", ", address.line1, address.line2, town),
        _joined(" · ", identity.register(seller) or seller.registration, seller.vat_number),
        seller.managers,
        seller.footer,
    )
    return tuple(one_line(line) for line in lines if line)


def _joined(between: str, *parts: str | None) -> str:
    return between.join(part for part in parts if part)


def one_line(text: str) -> str:
    """Put a name on one line, so that an odd one cannot keep an invoice from being mailed.

    The mail's border refuses control characters in a header; they were accepted with the order.
    """
    readable = (letter if unicodedata.category(letter)[0] != "C" else " " for letter in text)
    return " ".join("".join(readable).split())
