"""A SendEmail call of SES v2, read as SES reads it: what it refuses is refused, in its words."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from http import HTTPStatus
from typing import Any

MAX_MESSAGE = 40 * 1024 * 1024  # SES v2 counts the message with its attachments encoded
MAX_RECIPIENTS = 50
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])"
)
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")

Call = Mapping[str, Any]


class RefusedError(Exception):
    """SES says no: its error's name, its status, its sentence."""

    def __init__(self, name: str, sentence: str, status: HTTPStatus) -> None:
        super().__init__(sentence)
        self.name = name
        self.status = status


def bad_request(sentence: str) -> RefusedError:
    """Make the error for a call that can never succeed."""
    return RefusedError("BadRequestException", sentence, HTTPStatus.BAD_REQUEST)


@dataclass(frozen=True)
class Post:
    """A message as SES would send it."""

    raw: bytes
    sender: str
    recipients: Sequence[str]


def read(call: Call) -> Post:
    """Read a SendEmail call as SES does; what it refuses is raised."""
    content = call.get("Content", {})
    if "Raw" in content:
        raw = base64.b64decode(content["Raw"]["Data"])
    elif "Simple" in content:
        raw = _written(call, content["Simple"])
    else:
        raise bad_request("Exactly one of Raw, Simple or Template must be given.")
    if len(raw) > MAX_MESSAGE:
        raise bad_request(f"Message length is more than {MAX_MESSAGE} bytes long: {len(raw)}.")
    message = message_from_bytes(raw, policy=policy.default)
    sender = parseaddr(call.get("FromEmailAddress") or str(message["from"] or ""))[1]
    if not sender:
        raise bad_request("Missing required header 'From'.")
    return Post(raw, _address(sender), _recipients(call, message))


def _recipients(call: Call, message: EmailMessage) -> Sequence[str]:
    """Take the destination's addresses; a raw message without one goes to those it names."""
    fields = ("To", "Cc", "Bcc")
    given = [a for name in fields for a in call.get("Destination", {}).get(f"{name}Addresses", [])]
    named = [str(value) for name in fields for value in message.get_all(name, [])]
    recipients = [_address(address) for _, address in getaddresses(given or named, strict=False)]
    if not recipients:
        raise bad_request("Recipient list is empty.")
    if len(recipients) > MAX_RECIPIENTS:
        raise bad_request(f"Recipient count exceeds {MAX_RECIPIENTS}.")
    return recipients


def _address(address: str) -> str:
    if "@" not in address:
        raise bad_request("Missing final '@domain'")
    if not _ADDRESS.fullmatch(address):
        raise bad_request("Local address or domain contains illegal character")
    return address


def _written(call: Call, simple: Call) -> bytes:
    """Write the MIME message that SES makes of a simple one."""
    message = EmailMessage()
    message["From"] = call.get("FromEmailAddress", "")
    for name in ("To", "Cc"):
        if addresses := call.get("Destination", {}).get(f"{name}Addresses"):
            message[name] = ", ".join(addresses)
    message["Subject"] = simple["Subject"]["Data"]
    message.set_content(simple["Body"].get("Text", {}).get("Data", ""))
    if "Html" in simple["Body"]:
        message.add_alternative(simple["Body"]["Html"]["Data"], subtype="html")
    for file in simple.get("Attachments", []):
        kind, _, subtype = file.get("ContentType", "application/octet-stream").partition("/")
        content = base64.b64decode(file["RawContent"])
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=file["FileName"])
    return message.as_bytes()


def tags(call: Call) -> Mapping[str, str]:
    """Give the call's EmailTags by name."""
    named = {tag["Name"]: tag["Value"] for tag in call.get("EmailTags", [])}
    for text in [*named, *named.values()]:
        if not _TAG.fullmatch(text):
            raise bad_request(f"Invalid tag <{text}>: only letters, digits, '_' and '-'.")
    return named
