"""Notices: one mail for one occasion.

SES takes no idempotency token, so a mail is claimed before it is sent and a lost answer leaves the
notice UNKNOWN instead of sending blindly again. There is one notice for each document, occasion
and level, created in the write of the fact that causes it.
"""

from datetime import datetime, timedelta
from typing import Literal, Self

from invoicing.parties import Buyer, Language, Seller
from invoicing.records import Instant, Record

LEASE = timedelta(minutes=5)  # longer than the function that holds it may run

Occasion = Literal["invoice", "credit_note", "receipt", "reminder", "closing"]
State = Literal["QUEUED", "SENDING", "SENT", "CANCELLED", "REFUSED", "UNKNOWN"]


class Key(Record):
    """What makes a notice itself."""

    seller: str
    number: str  # of the document that it is about
    occasion: Occasion
    level: int = 0  # of a reminder, 1 being the first

    def __str__(self) -> str:
        """Name the notice in logs."""
        return f"{self.seller}.{self.number}.{self.occasion}.{self.level}"

    @property
    def tag(self) -> str:
        """Name the notice as an SES tag may: letters, digits, _ and -."""
        return str(self).replace(".", "_")


class Notice(Record):
    """A mail that is owed to somebody, and how far it got."""

    key: Key
    recipient: str
    language: Language
    owed_at: Instant  # when its occasion came; what it says is said as of then
    state: State = "QUEUED"
    since: Instant  # when it came into this state
    attempt: int = 0
    lease_until: Instant | None = None
    ses_id: str | None = None
    reason: str | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody still has to do something for it to get out."""
        return self.state in {"QUEUED", "SENDING"}

    def claim(self, at: datetime) -> Self:
        """Take it for one attempt; whoever finds the lease over knows that the outcome is not."""
        return self.model_copy(
            update={
                "state": "SENDING",
                "attempt": self.attempt + 1,
                "lease_until": at + LEASE,
                "since": at,
            }
        )

    def sent(self, ses_id: str) -> Self:
        """SES accepted it."""
        return self.model_copy(update={"state": "SENT", "ses_id": ses_id, "lease_until": None})

    def requeued(self) -> Self:
        """SES did not take it and said so; another attempt is safe."""
        return self.model_copy(update={"state": "QUEUED", "lease_until": None})

    def ended(self, state: Literal["CANCELLED", "REFUSED", "UNKNOWN"], reason: str) -> Self:
        """Stop here, with the reason for whoever asks."""
        return self.model_copy(update={"state": state, "reason": reason, "lease_until": None})


def is_lost(notice: Notice, at: datetime) -> bool:
    """Tell a claim whose holder died: SES may have the mail or not."""
    over = notice.lease_until is not None and notice.lease_until < at
    return notice.state == "SENDING" and over


def to_buyer(key: Key, buyer: Buyer, language: Language, *, at: datetime) -> Notice | None:
    """Owe the buyer a mail; None where no address was given, or the shop hands documents over.

    A reminder of what is unpaid is no document: it is written wherever there is an address.
    """
    handed_over = buyer.delivery == "download" and key.occasion != "reminder"
    if not buyer.email or handed_over:
        return None
    return Notice(key=key, recipient=buyer.email, language=language, owed_at=at, since=at)


def to_accountant(key: Key, seller: Seller, *, at: datetime) -> Notice | None:
    """Owe the accountant a mail; None where the seller named none."""
    if not seller.accountant:
        return None
    return Notice(
        key=key, recipient=seller.accountant, language=seller.language, owed_at=at, since=at
    )
