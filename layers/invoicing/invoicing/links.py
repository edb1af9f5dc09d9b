"""Links: what opens the buyer's page of an invoice, and what opened it before.

The first token is frozen in the invoice, because its PDF prints it. A seller who revokes it gets
another, which no document holds.
"""

import hmac
from datetime import datetime
from typing import Literal

from invoicing.invoices import Invoice
from invoicing.records import Instant, Record

Answer = Literal["opens", "replaced", "wrong"]

_MOST_KEPT = 20  # of the tokens in between; the first is always known


class Link(Record):
    """The token that holds since the first was revoked."""

    token: str
    since: Instant
    replaced: tuple[str, ...] = ()  # those between the first and this one, oldest first
    version: int = 1  # how often the link was revoked
    asked: str | None = None  # the caller's name for the call that made it, if it gave one


def revoked(before: Link | None, token: str, *, at: datetime, asked: str | None = None) -> Link:
    """Let another token open the page from now on; the same call again made it already."""
    if not before:
        return Link(token=token, since=at, asked=asked)
    if asked and asked == before.asked:
        return before
    replaced = (*before.replaced, before.token)[-_MOST_KEPT:]
    version = before.version + 1
    return Link(token=token, since=at, replaced=replaced, version=version, asked=asked)


def page(first: str, link: Link | None) -> str:
    """Give the address that holds now; `first` is the one that documents know."""
    return f"{first.rpartition('/')[0]}/{link.token}" if link else first


def tried(token: str, invoice: Invoice, link: Link | None) -> Answer:
    """Say what a token does, in the same time however near it comes."""
    first = invoice.draft.token
    if _same(token, link.token if link else first):
        return "opens"
    if not link:
        return "wrong"
    known = [_same(token, each) for each in (first, *link.replaced)]
    return "replaced" if any(known) else "wrong"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
