"""A mail as the bytes that SES sends (RFC 5322, 2045, 2047).

Text and HTML are alternatives, files are attached beside them. The same mail gives the same bytes;
Date and Message-ID are added by SES, which overwrites its caller's.

Headers are encoded here and not by EmailMessage: what looks like an encoded word in a value
(`=?utf-8?q?=0A?=`) is decoded by it on the way in, so a harmless name could become a line break.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

from email_validator import EmailNotValidError, validate_email

from invoicing.errors import FacturierError

LONGEST_LINE = 76  # of a header; RFC 2047 wants no encoded word on a longer one

_LONGEST_NAME = "Content-Language"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_UNSAFE = {"Cc", "Cs", "Zl", "Zp"}  # controls, lone surrogates, line and paragraph separators
_BY_MIME = {"mime-version", "content-type", "content-transfer-encoding", "content-disposition"}


class HeaderError(FacturierError):
    """A header would not arrive as it was meant: it could end early, or stand there twice."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as they stand in From, To and Reply-To."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the mail; `type` is its media type, application/pdf."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the HTML shows as `cid:` and its name; it comes with the mail."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """Everything that is sent but what SES adds."""

    sender: Mailbox
    reply_to: Mailbox
    to: Mailbox
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    logo: Picture | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def compose(mail: Mail) -> bytes:
    """Write the mail; HeaderError if a value could break out of its header."""
    own = {
        "From": _mailbox(mail.sender),
        "Reply-To": _mailbox(mail.reply_to),
        "To": _mailbox(mail.to),
        "Subject": _encoded(mail.subject),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers
    }
    _check_names([*own, *mail.headers])
    lines = own | {name: _encoded(value) for name, value in mail.headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode("ascii") + _content(mail).as_bytes()


def ascii_address(address: str) -> str:
    """Write an address as SES takes it: ASCII before the @, punycode after; else HeaderError."""
    try:
        known = validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        raise HeaderError("an address is none") from error
    if known.ascii_email is None:
        raise HeaderError("SES delivers to ASCII before the @ only")
    return known.ascii_email


def _check_names(names: list[str]) -> None:
    seen = set(_BY_MIME)
    for name in names:
        if not _NAME.fullmatch(name):
            raise HeaderError(f"{name!r} is no name of a header")
        if name.lower() in seen:
            raise HeaderError(f"{name} would stand there twice")
        seen.add(name.lower())


def _mailbox(mailbox: Mailbox) -> str:
    address = ascii_address(mailbox.address)
    name = _encoded(mailbox.name)
    if name == mailbox.name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name}\r\n <{address}>"


def _encoded(value: str) -> str:
    """Leave short ASCII as it is, make encoded words of everything else (RFC 2047)."""
    if any(unicodedata.category(letter) in _UNSAFE for letter in value):
        raise HeaderError("a control character in a header")
    plain = value.isascii() and "=?" not in value and value == value.strip()
    if plain and len(value) < LONGEST_LINE - len(_LONGEST_NAME):
        return value
    words = Header(value, "utf-8", maxlinelen=LONGEST_LINE, header_name=_LONGEST_NAME)
    return words.encode(linesep="\r\n")


def _content(mail: Mail) -> EmailMessage:
    message = EmailMessage(SMTP)
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.logo:
        _show(message, mail.logo)
    for attachment in mail.attachments:
        _attach(message, attachment)
    _set_boundaries(message, mail)
    return message


def _show(message: EmailMessage, picture: Picture) -> None:
    """Put a picture beside the HTML that shows it (RFC 2387)."""
    html = message.get_body(("html",))
    main, _, sub = picture.type.partition("/")
    if html:
        html.add_related(picture.content, main, sub, cid=f"<{picture.name}>")


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    if not _FILE_NAME.fullmatch(attachment.name):
        raise HeaderError(f"{attachment.name!r} is no name for an attached file")
    main, _, sub = attachment.type.partition("/")
    message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)


def _set_boundaries(message: EmailMessage, mail: Mail) -> None:
    """Part the content with names made from it; `=_` cannot occur in what is encoded here."""
    content = hashlib.sha256(f"{mail.subject}\0{mail.text}\0{mail.html}".encode()).hexdigest()
    several = [part for part in message.walk() if part.is_multipart()]
    for depth, part in enumerate(several):
        part.set_boundary(f"=_{depth}_{content[:32]}")
