"""A notice as the mail that is sent: its facts read now, its files as they were stored."""

from invoicing import anchors, archive, cases, ledger
from invoicing.adapters import templates
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.closed_books import closed_books
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails import mime
from invoicing.adapters.operations import (
    cases_table,
    digests_table,
    freezes_table,
    links_table,
)
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.archive import Stored
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


class AlteredFileError(Exception):
    """What lies in the bucket is not what was stored; it must not go out."""


def letter(notice: Notice) -> bytes | None:
    """Write the mail of a notice; None if what it asks for was paid or frozen meanwhile.

    NotStoredError while its files are on their way.
    """
    key = notice.key
    if key.occasion == "digest":
        return _of_digest(notice)
    kind = _KINDS.get(key.occasion, "invoice")
    seller = sellers().read(key.seller)
    place = ledger.place(seller.numbers, Series(seller=key.seller, kind=kind), key.number)
    if place and kind == "closing":
        return _of_closing(notice, seller, place)
    if not place:
        raise NotFoundError(str(key))
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
    return _compose(message, to, [_attachment(stored, each) for each in message.attached])


def _of_digest(notice: Notice) -> bytes:
    """Write to the seller what was put together for him."""
    seller = sellers().read(notice.key.seller)
    digest = digests_table.read(seller.id, notice.key.number)
    message = digest_mails.about_digest(digest, seller, notice.language)
    return _compose(message, mime.Mailbox("", notice.recipient), [])


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
    return _compose(message, to, [mime.Attachment(name, content_type, anchor.data)])


def _message(notice: Notice, body: dict[str, object]) -> AnyMessage | None:
    if notice.key.occasion in {"receipt", "credit_note", "late_payment"}:
        return _beside(notice.key.occasion, body)
    invoice = Invoice.model_validate(body)
    due = book().balance(invoice).due
    if notice.key.occasion == "invoice":
        return messages.about_invoice(invoice, due=due)
    if notice.key.occasion == "answer":
        answer = _answer(notice)
        return messages.about_answer(invoice, due=due, text=answer.text) if answer else None
    today = notice.owed_at.astimezone(invoice.draft.seller.timezone).date()
    level, key = notice.key.level, notice.key
    if freezes_table.read(key.seller, key.number).holding(today):
        return None
    return messages.about_reminder(invoice, due=due, level=level, today=today) if due else None


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


_AnyMail = AnyMessage | closing_mails.ClosingMessage | digest_mails.DigestMessage


def _compose(message: _AnyMail, to: mime.Mailbox, attachments: list[mime.Attachment]) -> bytes:
    subject = _words(message, "subject.txt", subject="").strip()
    shop, seller = message.shop, message.seller
    return mime.compose(
        mime.Mail(
            sender=mime.Mailbox(shop, seller.sender),
            reply_to=mime.Mailbox(shop, seller.email),
            to=to,
            subject=subject,
            text=_words(message, "txt", subject=subject),
            html=_words(message, "html", subject=subject),
            attachments=tuple(attachments),
        )
    )


def _words(message: _AnyMail, form: str, *, subject: str) -> str:
    name = f"emails/{message.template}.{form}.j2"
    return templates.render(name, language=message.language, message=message, subject=subject)


def _attachment(stored: Stored, file_type: archive.FileType) -> mime.Attachment:
    file = stored.pdf if file_type == "pdf" else stored.xml
    data = shelf().read(file) if file else b""
    if not file or archive.Content(type=file_type, data=data).sha256 != file.sha256:
        raise AlteredFileError(f"{stored.number}.{file_type}")
    return mime.Attachment(f"{stored.number}.{file_type}", archive.CONTENT_TYPES[file_type], data)
