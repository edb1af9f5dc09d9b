"""What a seller has to hand over on paper: who wants it so, and who gave no address to mail to."""

from typing import Any, NamedTuple

from invoicing.adapters import queues
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails import composing, reminder_facts
from invoicing.adapters.mails.reminder_facts import NotDrawnError
from invoicing.adapters.operations import notices_table
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.errors import NotStoredError
from invoicing.notices import Notice, Occasion
from invoicing.parties import Buyer, Seller
from invoicing.records import plain

_WHERE: dict[Occasion, str] = {
    "credit_note": "credit-notes",
    "late_payment": "late-payment-notes",
}


class Paper(NamedTuple):
    """Something that is to be posted, and to whom."""

    notice: Notice
    buyer: Buyer


def page(seller: Seller, *, after: Mark | None, limit: int) -> tuple[list[Paper], Mark | None]:
    """Read some of them, oldest first, and where the next page goes on."""
    found, mark = notices_table.on_paper(seller.id, after=after, limit=limit)
    read = (_of(each, seller) for each in found)
    return [each for each in read if each], mark


def told(paper: Paper) -> dict[str, Any]:
    """Tell what goes to whom, and where its PDF is."""
    key = paper.notice.key
    said = {
        "id": key.tag,
        "number": key.number,
        "occasion": key.occasion,
        "since": plain(paper.notice)["since"],
        "buyer": paper.buyer.name,
        "address": plain(paper.buyer.address),
        "pdf": _PDFS[key.occasion].format(number=key.number, id=key.tag),
    }
    return said | ({"level": key.level} if key.level else {})


def letter(notice: Notice) -> bytes:
    """Read the letter of a reminder on paper, as it was stored.

    NotStoredError while it is drawn, for the first time or because something was paid since.
    """
    try:
        _, drawn = reminder_facts.drawn(notice, reminder_facts.still_open(notice))
    except NotDrawnError as error:
        queues.draw(notice.key)
        raise NotStoredError(notice.key.tag) from error
    return composing.same(drawn.file, "pdf")


_PDFS: dict[Occasion, str] = {
    "invoice": "/v1/invoices/{number}/pdf",
    "credit_note": "/v1/credit-notes/{number}/pdf",
    "late_payment": "/v1/late-payment-notes/{number}/pdf",
    "reminder": "/v1/paper-deliveries/{id}/pdf",
}


def _of(notice: Notice, seller: Seller) -> Paper | None:
    """Read whom it goes to; None for a reminder of what was paid or frozen meanwhile."""
    key = notice.key
    if key.occasion == "credit_note":
        return Paper(notice, book().credit_note(seller, key.number).draft.buyer)
    if key.occasion == "late_payment":
        return Paper(notice, book().late_payment_note(seller, key.number).draft.buyer)
    if key.occasion == "reminder":
        open_ = reminder_facts.still_open(notice)
        return Paper(notice, open_[0].invoice.draft.buyer) if open_ else None
    return Paper(notice, book().invoice(seller, key.number).draft.buyer)
