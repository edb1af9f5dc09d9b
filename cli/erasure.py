"""A buyer is forgotten, as far as the law lets his seller (docs/personal-data.md).

What was issued stays as it was sealed. Of what is still under way nothing is taken either: the
command says what that is, and is run again when it is over. It walks over all of `Operations` and
the seller's invoices: there is no list of people, and there should be none.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cli import tables
from cli.proof.books import Books
from cli.stack import Stack
from invoicing import returns
from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table, notices_table, returns_table
from invoicing.adapters.operations.request_items import key_of
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.cases import Case
from invoicing.errors import NotFoundError
from invoicing.notices import Notice
from invoicing.parties import Seller
from invoicing.requests import Cancellation, Request

_WHY = Cancellation(reason="the buyer's data were erased")
_ENDED = {"DONE", "CANCELLED", "NUMBERED"}  # the order's content is gone by then


def erase(seller_id: str, email: str, stack: Stack, *, at: datetime) -> dict[str, Any]:
    """Forget whoever has this address at a seller; tell what went, and what stays and why."""
    os.environ["OPERATIONS_TABLE"] = stack.operations_table  # where the functions' tables find it
    os.environ["LEDGER_TABLE"], os.environ["HEADS_TABLE"] = stack.ledger_table, stack.heads_table
    seller, [address] = SellersTable(stack.operations_table).read(seller_id), _same(email)
    mails = [each for each in _notices(seller) if address in _addresses(each)]
    cases = [each for each in _cases(seller) if address in _who(each, seller)]
    orders = [each for each in _orders(seller) if address in _buyer(each)]
    return {
        "erased": {
            "mails": sum(_forget_mail(each, at) for each in mails),
            "claims": sum(_forget_case(each, seller) for each in cases),
            "orders": sum(_cancel(each) for each in orders),
            "returned_mails": int(_forget_return(seller.id, address)),
        },
        "kept": {
            "invoices": list(_invoices(Books(stack, seller.id), address)),
            "mails_under_way": [str(each.key) for each in mails if each.waits],
            "open_cases": [each.key.id for each in cases if each.is_open],
            "orders_under_way": [each.key.source for each in orders if each.state != "HELD"],
        },
    }


def _same(*emails: str | None) -> set[str]:
    """Give the addresses that there are, in the way in which they are compared."""
    return {each.strip().lower() for each in emails if each}


def _addresses(notice: Notice) -> set[str]:
    return _same(notice.recipient, notice.fallback)


def _who(case: Case, seller: Seller) -> set[str]:
    """Give the addresses of whoever said it: the invoice's buyer, and where he wants an answer."""
    try:
        buyer = book().invoice(seller, case.key.number).draft.buyer
    except NotFoundError:
        return set()
    said = getattr(case.about, "email", None)
    return _same(buyer.email, buyer.fallback_email, said)


def _buyer(request: Request) -> set[str]:
    buyer = request.order and request.order.buyer
    return _same(buyer.email, buyer.fallback_email) if buyer else set()


def _invoices(books: Books, address: str) -> Iterator[str]:
    """Name the invoices to this address; the law keeps them, whichever way they were delivered."""
    head = books.heads().get("invoice")
    for sealed in books.entries("invoice", head) if head else ():
        buyer = sealed.entry.body["draft"]["buyer"]
        if address in _same(buyer.get("email"), buyer.get("fallback_email")):
            yield sealed.number


def _forget_mail(notice: Notice, at: datetime) -> bool:
    if notice.waits:
        return False
    notices_table.move(notice, notice.erased(at))
    return True


def _forget_case(case: Case, seller: Seller) -> bool:
    if case.is_open or case.erased() == case:
        return False
    cases_table.change(case.key, seller, lambda kept: (kept or case).erased())
    return True


def _cancel(request: Request) -> bool:
    if request.state != "HELD":
        return False
    inbox().settle(request.cancelled(_WHY))
    return True


def _forget_return(seller_id: str, address: str) -> bool:
    """Keep the hash alone, so that nobody writes there again."""
    try:
        found = returns_table.read(seller_id, returns.id_of(seller_id, address))
    except NotFoundError:
        return False
    if found == found.erased():
        return False
    items.write_together([returns_table.keep(found.erased())])
    return True


def _notices(seller: Seller) -> Iterator[Notice]:
    for item in tables.beginning(f"NOTICE#{seller.id}#"):
        yield Notice.model_validate_json(item["notice"])


def _cases(seller: Seller) -> Iterator[Case]:
    for item in tables.beginning(f"CASE#{seller.id}#"):
        yield Case.model_validate_json(item["case"])


def _orders(seller: Seller) -> Iterator[Request]:
    for item in tables.beginning(f"REQ#{seller.id}.invoice#"):
        if item["state"] not in _ENDED:
            yield inbox().read(key_of(item))
