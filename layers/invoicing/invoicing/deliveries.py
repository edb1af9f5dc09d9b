"""What should have been mailed on a day, held against what was.

A queue that stands still tells nobody by itself: what is late is found by asking for what is not
there. Whatever has a reason (no address works, SES refused, paper) is told of elsewhere.
"""

from collections.abc import Iterable
from typing import NamedTuple

from invoicing import notices
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.ledger import Entry, Kind
from invoicing.notices import Notice
from invoicing.records import Record


class Document(NamedTuple):
    """A document of the day, and its notice as it stands."""

    owed: Notice | None  # what its buyer was to get; None: nothing from here
    found: Notice | None


class Tally(Record):
    """A day of a seller."""

    mails: int = 0  # that were owed and that nobody called off
    out: int = 0  # of these SES took
    missing: int = 0  # owed and not there, or still waiting; paper that nobody lists too

    @property
    def lacking(self) -> int:
        """How many are not accounted for; all, where mails were owed and none is out."""
        return self.missing if self.out or not self.mails else self.mails


_KINDS: dict[Kind, type[Invoice | CreditNote | LatePaymentNote]] = {
    "invoice": Invoice,
    "credit_note": CreditNote,
    "late_payment": LatePaymentNote,
}


def owed(entry: Entry) -> Notice | None:
    """Say what the buyer of a document was to get."""
    kind = entry.place.series.kind
    draft = _KINDS[kind].model_validate(entry.body).draft
    number = str(entry.body["number"])
    key = notices.Key(seller=entry.place.series.seller, number=number, occasion=kind)
    return notices.to_buyer(key, draft.buyer, draft.language, at=entry.at)


def tally(documents: Iterable[Document]) -> Tally:
    """Count a day."""
    asked = [each for each in documents if each.owed]
    mails = [each for each in asked if _is_mail(each)]
    return Tally(
        mails=len(mails),
        out=sum(bool(each.found and each.found.is_out) for each in mails),
        missing=sum(_is_missing(each.found) for each in asked),
    )


def _is_mail(document: Document) -> bool:
    if document.found and document.found.state == "CANCELLED":
        return False
    return document.owed is not None and document.owed.state == "QUEUED"


def _is_missing(found: Notice | None) -> bool:
    return found is None or found.state in {"QUEUED", "SENDING"}
