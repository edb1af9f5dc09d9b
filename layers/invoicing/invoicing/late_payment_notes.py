"""Late payment notes: what late payment costs, claimed in a document of its own.

They are damages and no price, so they bear no VAT (CJEU C-222/81, BAZ Bausystem) and are no
invoice: they have a series of their own and the invoice stays as it is. A seller claims up to a
day, and goes on from the next day later. What he gives up is taken back by a note that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from pydantic import model_validator

from invoicing import late_payment, trails
from invoicing.errors import Held, Reason
from invoicing.invoices import Invoice, Reference
from invoicing.journals import NOTHING_MOVED, Journal
from invoicing.late_payment import LatePayment
from invoicing.money import Money, total
from invoicing.orders import OrderId
from invoicing.parties import Buyer, Language, Seller
from invoicing.records import Instant, Record
from invoicing.texts import Text

_DAY = timedelta(days=1)


class LatePaymentClaim(Record):
    """What a seller claims. The same id with the same content is the same claim."""

    id: OrderId
    until: date | None = None  # the last day, civil in the seller's zone; without one, today
    notified_on: date | None = None  # when a notice of default reached the buyer, if one did


class Withdrawal(Record):
    """Why a seller takes a claim back."""

    id: OrderId
    reason: Text


class Asked(Record):
    """A claim or a withdrawal, and the invoice that it is about."""

    invoice: str
    today: date  # the civil day on which it was asked
    claim: LatePaymentClaim | None = None
    withdrawal: Withdrawal | None = None
    withdraws: str | None = None  # the number of the note

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.claim is None) == (self.withdrawal is None or self.withdraws is None):
            raise ValueError("it is a claim, or the withdrawal of a note")
        return self


class LatePaymentDraft(Record):
    """A late payment note, complete but for its number and date."""

    invoice: Reference  # BG-3, the invoice that was paid late
    due_on: date
    asked: Money  # the amount due of the invoice
    computed: LatePayment
    amount: Money  # what is claimed; less than nothing where a claim is taken back
    withdraws: Reference | None = None
    reason: Text | None = None  # why it is taken back
    earlier: tuple[str, ...]  # the numbers of the notes before this one
    version: int  # of the balance that it was computed by
    language: Language
    seller: Seller
    buyer: Buyer
    page: str  # the invoice's page
    order: str | None = None  # the shop's id of what was paid late, BT-14

    @property
    def trail(self) -> str | None:
        """Under which all that follows from its order is found."""
        return trails.of(self.seller.id, self.order)

    def issue(self, *, number: str, at: datetime) -> "LatePaymentNote":
        """Give a number; `at` is UTC, the date is civil in the seller's zone."""
        today = self.seller.day(at)
        return LatePaymentNote(number=number, issued_at=at, issued_on=today, draft=self)


class LatePaymentNote(Record):
    """A late payment note with its number."""

    number: str
    issued_at: Instant
    issued_on: date
    draft: LatePaymentDraft


@dataclass(frozen=True, slots=True)
class History:
    """All that was told of an invoice's payment: what is claimed follows from it."""

    invoice: Invoice
    journal: Journal = NOTHING_MOVED
    notes: Sequence[LatePaymentNote] = ()
    version: int = 0  # of the balance
    notified_on: date | None = None  # when the formal notice reached the buyer

    @property
    def standing(self) -> list[LatePaymentNote]:
        """The claims that were not taken back, oldest first."""
        withdrawn = {each.draft.withdraws.number for each in self.notes if each.draft.withdraws}
        claims = (each for each in self.notes if not each.draft.withdraws)
        return [each for each in claims if each.number not in withdrawn]

    def owed(self, *, until: date) -> LatePayment:
        """Compute all that is owed, claimed or not."""
        return late_payment.owed(
            self.invoice, self.journal, until=until, notified_on=self._notified_on(None)
        )

    def unclaimed(self, *, until: date, notified_on: date | None = None) -> LatePayment:
        """Compute what no standing claim holds yet.

        A notice of default that an earlier claim rests on need not be told again.
        """
        claimed = max((each.draft.computed.until for each in self.standing), default=None)
        return late_payment.owed(
            self.invoice,
            self.journal,
            until=until,
            since=claimed + _DAY if claimed else None,
            notified_on=self._notified_on(notified_on),
        )

    @property
    def overclaimed(self) -> Money:
        """What the standing claims ask beyond what is owed for their days, as is known now.

        Money whose day lies before that on which it was told makes a claim too large.
        """
        nothing = Money.zero(self.invoice.draft.currency)
        if not self.standing:
            return nothing
        last = self.standing[-1]
        interest = self.owed(until=last.draft.computed.until).interest
        compensation = self.owed(until=last.issued_on).compensation  # hangs on no day that is known
        claimed = total((each.draft.amount for each in self.standing), nothing.currency)
        return max(claimed - interest - compensation, nothing)

    def _notified_on(self, said: date | None) -> date | None:
        claimed = (each.draft.computed.notified_on for each in self.standing)
        told = min(filter(None, (said, self.notified_on)), default=None)
        return min(filter(None, claimed), default=told)


def draft(asked: Asked, history: History) -> LatePaymentDraft | Held:
    """Claim what is owed until a day, or take a claim back; or say why that cannot be."""
    if asked.claim:
        return _claimed(asked.claim, asked.today, history)
    return _withdrawn(asked, history)


def _claimed(claim: LatePaymentClaim, today: date, history: History) -> LatePaymentDraft | Held:
    until = claim.until or today
    if until > today:
        return _held("not_over", f"what {until} will cost is known when it is there", "$.until")
    if claim.notified_on and claim.notified_on > today:
        sentence = f"nobody was given notice on {claim.notified_on}: it is to come"
        return _held("ahead", sentence, "$.notified_on")
    computed = history.unclaimed(until=until, notified_on=claim.notified_on)
    if not computed.total:
        nothing = _held("nothing_owed", f"nothing is owed until {until} that is not claimed")
        return Held(reasons=(*nothing.reasons, *computed.reasons))
    invoice = history.invoice
    sold = invoice.draft
    return LatePaymentDraft(
        invoice=Reference(number=invoice.number, issued_on=invoice.issued_on),
        due_on=invoice.due_on,
        asked=sold.totals.due,
        computed=computed,
        amount=computed.total,
        earlier=tuple(each.number for each in history.notes),
        version=history.version,
        language=sold.language,
        seller=sold.seller,
        buyer=sold.buyer,
        page=invoice.page,
        order=sold.order,
    )


def _withdrawn(asked: Asked, history: History) -> LatePaymentDraft | Held:
    """Take the latest claim back, so that its days can be claimed again."""
    claims = history.standing
    if not claims or claims[-1].number != asked.withdraws:
        return _held("not_the_latest", "only the latest claim that still stands is taken back")
    note = claims[-1]
    return note.draft.model_copy(
        update={
            "amount": -note.draft.amount,
            "withdraws": Reference(number=note.number, issued_on=note.issued_on),
            "reason": asked.withdrawal.reason if asked.withdrawal else None,
            "earlier": tuple(each.number for each in history.notes),
            "version": history.version,
        }
    )


def _held(code: str, message: str, path: str | None = None) -> Held:
    return Held(reasons=(Reason(code=code, message=message, path=path),))
