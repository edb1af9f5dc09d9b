"""Objections: what a buyer, his bank or Stripe says against an invoice, as each of them tells it.

Stripe repeats and reorders what it tells, so what is known of a dispute only grows: of two readings
the further one counts, whichever came first.
"""

from datetime import datetime
from typing import Annotated, Literal, Self, get_args

from pydantic import Field

from invoicing.freezes import FreezeReason
from invoicing.money import Money
from invoicing.parties import Email
from invoicing.payments import RefundReason
from invoicing.records import Instant, Record
from invoicing.texts import Message

DisputeStatus = Literal[
    "inquiry",
    "inquiry_under_review",
    "warning_closed",  # the bank may still escalate it
    "needs_response",
    "under_review",
    "prevented",
    "lost",
    "won",
]
"""How far a dispute is, the further the later."""
_FURTHER: tuple[DisputeStatus, ...] = get_args(DisputeStatus)
_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00Z")

ClaimReason = Literal[
    "not_received",
    "not_as_described",
    "returned",
    "wrong_amount",
    "already_paid",
    "not_mine",
    "other",
]


class Dispute(Record):
    """A bank that asks for a payment back, or only asks (an inquiry)."""

    kind: Literal["dispute"] = "dispute"
    id: str  # du_…
    payment: str  # pi_…
    status: DisputeStatus
    reason: str  # as the bank gave it to Stripe: fraudulent, product_not_received, …
    amount: Money
    opened_at: Instant
    due_by: Instant | None = None  # until when evidence is taken
    submissions: int = 0  # how often evidence was sent to the bank

    def joined(self, other: Self) -> Self:
        """Give the further one of two readings."""
        return max(self, other, key=Dispute._distance)

    def _distance(self) -> tuple[int, int, datetime, int]:
        rank, due_by = _FURTHER.index(self.status), self.due_by or _LONG_AGO
        return rank, self.submissions, due_by, self.amount.minor

    @property
    def freeze(self) -> FreezeReason | None:
        """Why it freezes reminders; what was lost or given up waits for the seller."""
        if self.status in {"won", "warning_closed"}:
            return None
        return "dispute_lost" if self.is_decided else "dispute"

    @property
    def is_decided(self) -> bool:
        """Whether the money is gone for good, so that the seller has to decide about the debt."""
        return self.status in {"lost", "prevented"}


class DashboardRefund(Record):
    """A refund that was not made here and covers nothing that was owed."""

    kind: Literal["refund"] = "refund"
    id: str  # re_…
    payment: str  # pi_…
    amount: Money
    reason: RefundReason | None = None  # as Stripe was told
    opened_at: Instant
    came_back: bool = False  # it failed later: there is nothing left to explain

    def joined(self, other: Self) -> Self:
        """Give the further one of two readings."""
        return other if other.came_back else self

    @property
    def freeze(self) -> FreezeReason | None:
        """Why it freezes reminders."""
        return None if self.came_back else "refund_unexplained"


class Claim(Record):
    """What a buyer says on the invoice's page."""

    kind: Literal["claim"] = "claim"
    reason: ClaimReason
    message: Message
    email: Email | None = None  # where an answer reaches him, if not where the invoice went

    def joined(self, _: Self) -> Self:
        """Stay what was said."""
        return self

    @property
    def freeze(self) -> FreezeReason:
        """Why it freezes reminders."""
        return "claim"


About = Annotated[Dispute | DashboardRefund | Claim, Field(discriminator="kind")]
