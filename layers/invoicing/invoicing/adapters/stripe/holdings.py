"""What Stripe holds for a seller's buyers and has applied to no payment in whole."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from stripe import Customer, InvalidRequestError, StripeClient

from invoicing.adapters.operations import holdings_table
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account, transfers
from invoicing.adapters.stripe.amounts import from_stripe
from invoicing.adapters.stripe.history import invoice_of
from invoicing.holdings import Holding, free


def unapplied(secrets: StripeSecrets, *, seller: str, day: date) -> Iterator[Holding]:
    """Read what is held now of the customers whose cash moved, for the report of a day.

    Of others nothing is held; one of whom nothing is held any more is forgotten until it moves.
    """
    client = account.client(secrets)
    for heard in holdings_table.of_seller(seller):
        held = list(_of(client, heard.customer, seller))
        yield from held
        if held:
            holdings_table.tell(heard, free(held), day=day)
        else:
            holdings_table.forget(heard)


def _of(client: StripeClient, customer_id: str, seller: str) -> Iterator[Holding]:
    customer = _read(client, customer_id)
    if not customer or _seller(customer) != seller:
        return
    cash: Any = customer.cash_balance
    available = (cash and cash.available and cash.available.to_dict()) or {}
    for currency, units in available.items():
        if units:
            yield Holding(customer=customer_id, amount=from_stripe(units, currency))
    waiting = client.v1.payment_intents.list({"customer": customer_id, "limit": 100})
    for intent in waiting.auto_paging_iter():
        awaited = transfers.awaited(intent)
        if awaited and awaited.received:
            yield Holding(
                customer=customer_id,
                amount=awaited.received,
                payment=intent.id,
                invoice=invoice_of(intent, seller),
            )


def _read(client: StripeClient, customer_id: str) -> Customer | None:
    """Read a customer; None where Stripe knows none, or no more."""
    try:
        customer = client.v1.customers.retrieve(customer_id, params={"expand": ["cash_balance"]})
    except InvalidRequestError as error:
        if error.code != "resource_missing":
            raise
        return None
    return None if getattr(customer, "deleted", False) else customer


def _seller(customer: Customer) -> str | None:
    metadata: dict[str, str] = customer.metadata.to_dict() if customer.metadata else {}
    return metadata.get("facturier_seller")
