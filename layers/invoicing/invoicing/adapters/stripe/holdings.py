"""What Stripe holds for a seller's buyers and has applied to no payment in whole."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from stripe import Customer, StripeClient

from invoicing.adapters.operations import holdings_table
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account, transfers
from invoicing.adapters.stripe.amounts import from_stripe
from invoicing.adapters.stripe.history import invoice_of
from invoicing.holdings import Heard, Holding, free
from invoicing.money import Money


def unapplied(secrets: StripeSecrets, *, seller: str, day: date) -> Iterator[Holding]:
    """Read what is held now of the customers whose cash moved, for the report of a day.

    Of others nothing is held; one of whom nothing is held any more is forgotten until it moves.
    """
    client = account.client(secrets)
    for heard in holdings_table.of_seller(seller):
        held = list(_of(client, heard, seller))
        yield from held
        if held:
            holdings_table.tell(heard, free(held), day=day)
        else:
            holdings_table.forget(heard)


def free_of(secrets: StripeSecrets, customer: str, currency: str) -> Money:
    """Read how much of a customer's cash is free in a currency."""
    found = _read(account.client(secrets), customer)
    available = _available(found) if found else []
    return next((each for each in available if each.currency == currency), Money.zero(currency))


def _of(client: StripeClient, heard: Heard, seller: str) -> Iterator[Holding]:
    customer_id = heard.customer
    customer = _read(client, customer_id)
    if not customer or _seller(customer) != seller:
        return
    listed = client.v1.payment_intents.list({"customer": customer_id, "limit": 100})
    payments = list(listed.auto_paging_iter())
    paid = (invoice_of(each, seller) for each in payments if each.status == "succeeded")
    last = next(filter(None, paid), None)
    for amount in _available(customer):
        yield Holding(customer=customer_id, amount=amount, invoice=last, since=heard.heard_at)
    for intent in payments:
        awaited = transfers.awaited(intent)
        if awaited and awaited.received:
            yield Holding(
                customer=customer_id,
                amount=awaited.received,
                payment=intent.id,
                invoice=invoice_of(intent, seller),
            )


def _available(customer: Customer) -> list[Money]:
    cash: Any = customer.cash_balance
    available = (cash and cash.available and cash.available.to_dict()) or {}
    return [from_stripe(units, currency) for currency, units in available.items() if units]


def _read(client: StripeClient, customer_id: str) -> Customer | None:
    """Read a customer; None where Stripe knows none, or no more."""
    customer = account.found(
        lambda: client.v1.customers.retrieve(customer_id, params={"expand": ["cash_balance"]})
    )
    return None if getattr(customer, "deleted", False) else customer


def _seller(customer: Customer) -> str | None:
    metadata: dict[str, str] = customer.metadata.to_dict() if customer.metadata else {}
    return metadata.get("facturier_seller")
