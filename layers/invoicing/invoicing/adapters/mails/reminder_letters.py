"""A reminder's mail: what is open now, the letter that was stored of it, and the one invoice."""

from invoicing import archive
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails import composing, mime, reminder_facts
from invoicing.errors import NotStoredError
from invoicing.ledger import Series, place
from invoicing.notices import Notice
from invoicing.parties import Seller
from invoicing.reminder_mails import Letter
from invoicing.views import messages, reminder_messages
from invoicing.views.reminder_messages import ReminderMessage


def letter(notice: Notice) -> bytes | None:
    """Write the mail of a reminder; None if what it asks for was paid or frozen meanwhile.

    NotDrawnError while its letter is not there, or says what is no longer so.
    """
    open_ = reminder_facts.still_open(notice)
    if not open_:
        return None
    tone, drawn = reminder_facts.drawn(notice, open_)
    message = reminder_messages.about(open_, tone=tone, late=drawn.late)
    to = mime.Mailbox(messages.one_line(message.buyer.name), notice.recipient)
    return composing.compose(message, to, _attached(drawn, message))


def _attached(drawn: Letter, message: ReminderMessage) -> list[mime.Attachment]:
    """Attach the letter, and the invoice where it is one; nothing to who wants a link alone."""
    if not message.attached:
        return []
    letter = _letter(drawn, message)
    if message.template == "reminders":
        return [letter]
    return [letter, _invoice(message.seller, message.invoice)]


def _letter(letter: Letter, message: ReminderMessage) -> mime.Attachment:
    data = composing.same(letter.file, "pdf")
    what = "letter" if message.template == "reminder" else "statement"
    name = f"{what}-{message.invoice}.pdf"
    return mime.Attachment(name, archive.CONTENT_TYPES["pdf"], data)


def _invoice(seller: Seller, number: str) -> mime.Attachment:
    found = place(seller.numbers, Series(seller=seller.id, kind="invoice"), number)
    stored = book().stored(found) if found else None
    if not stored:
        raise NotStoredError(number)
    return composing.attachment(stored, "pdf")
