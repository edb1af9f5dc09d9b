"""Issued documents: what each entry of the ledger is, and which mails it owes."""

from invoicing import notices
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.late_payment_notes import LatePaymentNote
from invoicing.ledger import Entry, Kind
from invoicing.notices import Notice
from invoicing.payments import Receipt

AnyDocument = Invoice | CreditNote | Receipt | LatePaymentNote

_KINDS: dict[Kind, type[AnyDocument]] = {
    "invoice": Invoice,
    "credit_note": CreditNote,
    "receipt": Receipt,
    "late_payment": LatePaymentNote,
}


def read(entry: Entry) -> AnyDocument:
    """Read the document of an entry; KeyError for a closing, which is none."""
    return _KINDS[entry.place.series.kind].model_validate(entry.body)


def mails(entry: Entry) -> list[Notice]:
    """Give what a document owes: a mail or paper to its buyer, and the accountant's copy.

    It follows from the document alone, so a mail is not written down before the first attempt; only
    what its seller has to post is listed for him, with its files.
    """
    document, series = read(entry), entry.place.series
    if isinstance(document, Receipt) and document.is_silent:
        return []
    draft = document.draft
    key = notices.Key(seller=series.seller, number=document.number, occasion=series.kind)
    to_buyer = notices.to_buyer(key, draft.buyer, draft.language, at=entry.at)
    copy = notices.copy(key, draft.seller, at=entry.at)
    owed = [each for each in (to_buyer, copy) if each]
    return [each.model_copy(update={"order": draft.order}) for each in owed]
