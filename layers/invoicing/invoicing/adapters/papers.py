"""What a seller has to hand over on paper: who wants it so, and who gave no address to mail to."""

from typing import Any, NamedTuple

from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import freezes_table, notices_table
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.invoices import Invoice
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
    kind = _WHERE.get(key.occasion, "invoices")
    said = {
        "id": key.tag,
        "number": key.number,
        "occasion": key.occasion,
        "since": plain(paper.notice)["since"],
        "buyer": paper.buyer.name,
        "address": plain(paper.buyer.address),
        "pdf": f"/v1/{kind}/{key.number}/pdf",
    }
    return said | ({"level": key.level} if key.level else {})


def _of(notice: Notice, seller: Seller) -> Paper | None:
    """Read whom it goes to; None for a reminder of what was paid or frozen meanwhile."""
    key = notice.key
    if key.occasion == "credit_note":
        return Paper(notice, book().credit_note(seller, key.number).draft.buyer)
    if key.occasion == "late_payment":
        return Paper(notice, book().late_payment_note(seller, key.number).draft.buyer)
    invoice = book().invoice(seller, key.number)
    if key.occasion == "reminder" and not _is_open(invoice, notice):
        return None
    return Paper(notice, invoice.draft.buyer)


def _is_open(invoice: Invoice, notice: Notice) -> bool:
    today = notice.owed_at.astimezone(invoice.draft.seller.timezone).date()
    frozen = freezes_table.read(notice.key.seller, invoice.number).holding(today)
    return bool(book().balance(invoice).due) and not frozen
