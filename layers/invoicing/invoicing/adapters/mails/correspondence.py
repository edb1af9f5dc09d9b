"""A notice as the mail that is sent: its facts read now, its files as they were stored."""

from invoicing import anchors, archive, cases, documents, ledger, notices
from invoicing.adapters.ledger.closed_books import closed_books
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails import composing, mime, reminder_letters
from invoicing.adapters.operations import cases_table, digests_table, links_table
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.cases import Answer
from invoicing.credit_notes import CreditNote
from invoicing.errors import NotFoundError, NotStoredError
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.ledger import Kind, Place, Series
from invoicing.money import Money
from invoicing.notices import Notice, Occasion
from invoicing.parties import Seller
from invoicing.payments import Receipt
from invoicing.views import closing_mails, digest_mails, messages
from invoicing.views.messages import AnyMessage

_KINDS: dict[Occasion, Kind] = {
    "credit_note": "credit_note",
    "receipt": "receipt",
    "late_payment": "late_payment",
    "closing": "closing",
}
"""What a mail is about; all others are about an invoice."""


def owed(key: notices.Key) -> Notice:
    """Give the notice of a document's mail as it is before the first attempt.

    NotFoundError if no document owes such a mail.
    """
    place = _place(key, sellers().read(key.seller))
    if place.series.kind == key.occasion != "closing":
        for notice in documents.mails(book().entry(place)):
            if notice.key == key:
                return notice
    raise NotFoundError(str(key))


def letter(notice: Notice) -> bytes | None:
    """Write the mail of a notice; None if what it asks for was paid or frozen meanwhile.

    NotStoredError while its files are on their way, NotDrawnError while its letter is.
    """
    key = notice.key
    if key.occasion == "digest":
        return _of_digest(notice)
    if key.occasion == "reminder":
        return reminder_letters.letter(notice)
    seller = sellers().read(key.seller)
    place = _place(key, seller)
    if place.series.kind == "closing":
        return _of_closing(notice, seller, place)
    stored = book().stored(place)
    if not stored:
        raise NotStoredError(str(key))
    message = _message(notice, book().entry(place).body)
    if not message:
        return None
    page = links_table.page(message.page, key.seller, message.invoice)
    message = message.model_copy(update={"page": page})
    name = "" if key.way == "copy" else messages.one_line(message.buyer.name)
    to = mime.Mailbox(name, notice.recipient)
    attachments = [composing.attachment(stored, each) for each in message.attached]
    return composing.compose(message, to, attachments)


def _place(key: notices.Key, seller: Seller) -> Place:
    kind = _KINDS.get(key.occasion, "invoice")
    place = ledger.place(seller.numbers, Series(seller=seller.id, kind=kind), key.number)
    if not place:
        raise NotFoundError(str(key))
    return place


def _of_digest(notice: Notice) -> bytes:
    """Write to the seller what was put together for him."""
    seller = sellers().read(notice.key.seller)
    digest = digests_table.read(seller.id, notice.key.number)
    message = digest_mails.about_digest(digest, seller, notice.language)
    return composing.compose(message, mime.Mailbox("", notice.recipient), [])


def _of_closing(notice: Notice, seller: Seller, place: Place) -> bytes:
    """Write to the accountant, with the anchor as it stands in the bucket."""
    found = closed_books().back_from(closed_books().signed(place))
    signed, before = next(found), next(found, None)
    message = closing_mails.about_closing(
        signed.entry, seller, notice.language, before=before.closing if before else None
    )
    anchor = anchors.content(signed.entry, signed.signature)
    name, content_type = f"{notice.key.number}.json", archive.CONTENT_TYPES[anchor.type]
    to = mime.Mailbox("", notice.recipient)
    return composing.compose(message, to, [mime.Attachment(name, content_type, anchor.data)])


def _message(notice: Notice, body: dict[str, object]) -> AnyMessage | None:
    if notice.key.occasion in {"receipt", "credit_note", "late_payment"}:
        return _beside(notice.key.occasion, body)
    invoice = Invoice.model_validate(body)
    due = book().balance(invoice).due
    if notice.key.occasion == "invoice":
        return messages.about_invoice(invoice, due=due)
    answer = _answer(notice)
    return messages.about_answer(invoice, due=due, text=answer.text) if answer else None


def _beside(occasion: Occasion, body: dict[str, object]) -> AnyMessage:
    """Tell of a document that is about an invoice, and of what the invoice still asks."""
    if occasion == "receipt":
        receipt = Receipt.model_validate(body)
        due = _due(receipt.draft.seller, receipt.draft.invoice)
        return messages.about_receipt(receipt, due=due)
    if occasion == "credit_note":
        note = CreditNote.model_validate(body)
        due = _due(note.draft.seller, note.draft.invoice.number)
        return messages.about_credit_note(note, due=due)
    claim = LatePaymentNote.model_validate(body)
    due = _due(claim.draft.seller, claim.draft.invoice.number)
    return messages.about_late_payment(claim, due=due)


def _due(seller: Seller, number: str) -> Money:
    return book().balance(book().invoice(seller, number)).due


def _answer(notice: Notice) -> Answer | None:
    """Read what the seller said; None where the case is not there any more."""
    key = notice.key
    case = cases_table.find(cases.Key(seller=key.seller, number=key.number, id=notice.about or ""))
    return case.answer(key.level) if case else None
