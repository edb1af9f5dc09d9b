"""What a reminder's mail says of one invoice, or of several of a buyer."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from invoicing.late_payment import Costs
from invoicing.money import Money, total
from invoicing.open_invoices import OpenInvoice
from invoicing.plans import Tone
from invoicing.records import Record
from invoicing.views.messages import Message


class Asked(Record):
    """One invoice that is asked for."""

    number: str
    page: str
    issued_on: date
    due_on: date
    total: Money
    due: Money


class ReminderMessage(Message):
    """This is due soon, or was due."""

    template: Literal["reminder", "reminders"]
    tone: Tone
    asked: tuple[Asked, ...]  # the first one is the one that the mail is named after
    late: Costs | None = None  # what the delay costs beside them

    @property
    def first(self) -> Asked:
        """What a mail about one invoice is about."""
        return self.asked[0]


def about(
    open_: Sequence[OpenInvoice], *, tone: Tone, late: Costs | None = None
) -> ReminderMessage:
    """Remind of what is open, all of it of one buyer and in one currency.

    `late` is what the letter says that the delay costs; it is no part of what is asked for.
    """
    first = open_[0]
    draft = first.invoice.draft
    return ReminderMessage(
        template="reminder" if len(open_) == 1 else "reminders",
        language=draft.language,
        seller=draft.seller,
        buyer=draft.buyer,
        invoice=first.invoice.number,
        page=first.page,
        due=total((each.due for each in open_), draft.currency),
        attached=() if draft.buyer.delivery == "link" else ("pdf",),
        tone=tone,
        asked=tuple(map(_asked, open_)),
        late=late,
    )


def _asked(open_: OpenInvoice) -> Asked:
    invoice = open_.invoice
    totals = invoice.draft.totals
    return Asked(
        number=invoice.number,
        page=open_.page,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        total=totals.whole,
        due=open_.due,
    )
