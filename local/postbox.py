"""The messages that the mailbox took in: one .eml each, and beside it what SES was told of it.

Files, not memory: a person opens them with a mail program, and a test reads them after the fact.
"""

import json
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Envelope:
    """What SES was told beside the message itself. `tags` are the EmailTags."""

    id: str
    at: float
    sender: str
    recipients: Sequence[str]
    configuration_set: str | None
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Mail:
    """A message taken in. `raw` is what was handed over, byte for byte."""

    envelope: Envelope
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Read the MIME structure."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        """Give the decoded subject line."""
        return str(self.message["subject"] or "")

    @property
    def attachments(self) -> Sequence[EmailMessage]:
        """List the parts that a mail program would offer as files."""
        parts = self.message.iter_attachments() if self.message.is_multipart() else ()
        return [part for part in parts if isinstance(part, EmailMessage)]

    def text(self, kind: str) -> str:
        """Give the body of a kind, `html` or `plain`; empty when the message has none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


class Postbox:
    """A folder of messages in the order they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def take(
        self,
        raw: bytes,
        *,
        sender: str,
        recipients: Sequence[str],
        configuration_set: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Envelope:
        """Keep a message under a new id, shaped like those of SES."""
        envelope = Envelope(
            id=f"0102{secrets.token_hex(6)}-{secrets.token_hex(16)}-000000",
            at=time.time(),
            sender=sender,
            recipients=tuple(recipients),
            configuration_set=configuration_set,
            tags=tags or {},
        )
        with self._lock:
            name = f"{len(self._names()) + 1:06d}-{envelope.id}"
            (self._folder / f"{name}.eml").write_bytes(raw)
            draft = self._folder / f"{name}.draft"
            draft.write_text(json.dumps(asdict(envelope)))
            draft.replace(self._folder / f"{name}.json")  # from here on it is listed
        return envelope

    def all(self) -> Sequence[Mail]:
        """List the messages, oldest first."""
        return [self._read(name) for name in self._names()]

    def find(self, message_id: str) -> Mail | None:
        """Give one message."""
        names = [name for name in self._names() if name.endswith(message_id)]
        return self._read(names[0]) if names else None

    def _names(self) -> Sequence[str]:
        return sorted(file.stem for file in self._folder.glob("*.json"))

    def _read(self, name: str) -> Mail:
        envelope = Envelope(**json.loads((self._folder / f"{name}.json").read_text()))
        return Mail(envelope, (self._folder / f"{name}.eml").read_bytes())
