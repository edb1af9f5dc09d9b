"""What all mails are made with: the words of a message, and files as they were stored."""

from contextlib import suppress
from functools import lru_cache

from invoicing import archive
from invoicing.adapters import templates
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.mails import mime
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.archive import Stored
from invoicing.errors import NotFoundError
from invoicing.logos import Logo
from invoicing.views.closing_mails import ClosingMessage
from invoicing.views.digest_mails import DigestMessage
from invoicing.views.messages import AnyMessage
from invoicing.views.reminder_messages import ReminderMessage


class AlteredFileError(Exception):
    """What lies in the bucket is not what was stored; it must not go out."""


AnyMail = AnyMessage | ReminderMessage | ClosingMessage | DigestMessage


def compose(message: AnyMail, to: mime.Mailbox, attachments: list[mime.Attachment]) -> bytes:
    """Put a message into its words and the mail together."""
    subject = _words(message, "subject.txt", subject="").strip()
    shop, seller = message.shop, message.seller
    logo = _logo(seller.id, seller.logo) if seller.logo else None
    return mime.compose(
        mime.Mail(
            sender=mime.Mailbox(shop, seller.sender),
            reply_to=mime.Mailbox(shop, seller.email),
            to=to,
            subject=subject,
            text=_words(message, "txt", subject=subject),
            html=_words(message, "html", subject=subject, logo=logo.name if logo else None),
            attachments=tuple(attachments),
            logo=logo,
        )
    )


def _words(message: AnyMail, form: str, **known: str | None) -> str:
    name = f"emails/{message.template}.{form}.j2"
    return templates.render(name, language=message.language, message=message, **known)


@lru_cache(maxsize=16)
def _logo(seller_id: str, logo: Logo) -> mime.Picture | None:
    """Read the picture above a mail, which never changes; a mail goes without one that is gone."""
    with suppress(NotFoundError):
        data = sellers().picture(seller_id, logo)
        return mime.Picture(f"{logo.sha256[:16]}@logo", f"image/{logo.type}", data)
    return None


def attachment(stored: Stored, file_type: archive.FileType) -> mime.Attachment:
    """Attach a document's file as it was stored."""
    file = stored.pdf if file_type == "pdf" else stored.xml
    if not file:
        raise AlteredFileError(f"{stored.number}.{file_type}")
    data = same(file, file_type)
    return mime.Attachment(f"{stored.number}.{file_type}", archive.CONTENT_TYPES[file_type], data)


def same(file: archive.File, file_type: archive.FileType) -> bytes:
    """Read a file as it was stored; AlteredFileError if it is another one."""
    data = shelf().read(file)
    if archive.Content(type=file_type, data=data).sha256 != file.sha256:
        raise AlteredFileError(file.key)
    return data
