"""Making a seller: profile, key and sender."""

import secrets
from datetime import datetime

import boto3

from cli import webhooks
from cli.stack import Stack
from invoicing import openings
from invoicing.adapters.http_api import key_hash
from invoicing.adapters.ledger.ledger_table import LedgerTable
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.errors import NotFoundError
from invoicing.logos import Logo
from invoicing.parties import Seller, number_faults


class ProfileError(Exception):
    """A profile that no invoice could stand on; each fault is told."""


def create(seller: Seller, stack: Stack, *, site: str, stripe_key: str | None) -> dict[str, str]:
    """Write a seller's profile and let its shop in; the key is told this once.

    ProfileError for malformed numbers, NumbersChosenError for another way of numbering.
    """
    faults = number_faults(seller)
    if faults:
        raise ProfileError("\n".join(f"$.{field}: {fault}" for field, fault in faults))
    table = SellersTable(stack.operations_table)
    table.save(_with_logo(seller, table))
    _allow_sender(seller.sender)
    if stripe_key:
        webhooks.connect(seller, stack, site=site, api_key=stripe_key)
    return let_in(seller.id, stack)


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


def let_in(seller_id: str, stack: Stack) -> dict[str, str]:
    """Make an API key; only its hash is stored."""
    key = f"fk_{secrets.token_urlsafe(32)}"
    sellers = SellersTable(stack.operations_table)
    sellers.save_key(key_hash(key), sellers.read(seller_id).id, prefix=key[:8])
    return {"seller": seller_id, "key": key}


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
    today = datetime.now(seller.timezone).date()
    book.open(opening.series, openings.head(opening, after=after, today=today), after=after)
    return {"seller": seller_id, "series": opening.series.kind, "opens_at": number}


def _allow_sender(address: str) -> None:
    """Ask SES to verify the sender; it writes to the address once."""
    ses = boto3.client("sesv2")
    try:
        ses.create_email_identity(EmailIdentity=address)
    except ses.exceptions.AlreadyExistsException:
        return
