"""Making a seller: profile, first key and sender."""

from datetime import UTC, datetime
from typing import Any

from cli import keys, senders, webhooks
from cli.stack import Stack
from invoicing import openings
from invoicing.adapters.ledger.ledger_table import LedgerTable
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.errors import NotFoundError
from invoicing.logos import Logo
from invoicing.parties import Seller, number_faults


class ProfileError(Exception):
    """A profile that no invoice could stand on; each fault is told."""


def create(seller: Seller, stack: Stack, *, site: str, stripe_key: str | None) -> dict[str, Any]:
    """Write a seller's profile and let him in; his first key is told this once.

    `stripe` is the webhook endpoint at his account, where a key of it is given; `dns` are the
    records by which his domain signs his mails, until they are published.
    ProfileError for malformed numbers, NumbersChosenError for another way of numbering.
    """
    faults = number_faults(seller)
    if faults:
        raise ProfileError("\n".join(f"$.{field}: {fault}" for field, fault in faults))
    table = SellersTable(stack.operations_table)
    table.save(_with_logo(seller, table))
    records = senders.introduce(seller.sender)
    told: dict[str, Any] = {"dns": records} if records else {}
    if stripe_key:
        told["stripe"] = webhooks.connect(seller, stack, site=site, api_key=stripe_key)
    return keys.first(seller.id, stack) | told


def show_logo(seller_id: str, logo: Logo, data: bytes, stack: Stack) -> dict[str, str]:
    """Show a picture on the seller's documents from now on."""
    SellersTable(stack.operations_table).save_logo(seller_id, logo, data)
    return {"seller": seller_id, "logo": logo.sha256}


def _with_logo(seller: Seller, table: SellersTable) -> Seller:
    """Keep the logo: a profile that is written again does not tell it."""
    try:
        return seller.model_copy(update={"logo": seller.logo or table.read(seller.id).logo})
    except NotFoundError:
        return seller


def open_numbers(seller_id: str, number: str, stack: Stack) -> dict[str, str]:
    """Let a series begin at a number, once and before its first document.

    RefusedError where it cannot, OvertakenError if the first document was issued meanwhile.
    """
    seller = SellersTable(stack.operations_table).read(seller_id)
    opening = openings.place(seller, number)
    book = LedgerTable(
        ledger=stack.ledger_table, heads=stack.heads_table, operations=stack.operations_table
    )
    after = book.head(opening.series)
    today = seller.day(datetime.now(UTC))
    book.open(opening.series, openings.head(opening, after=after, today=today), after=after)
    return {"seller": seller_id, "series": opening.series.kind, "opens_at": number}
