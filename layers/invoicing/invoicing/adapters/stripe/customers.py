"""Customers at Stripe: one for each buyer of a seller who offers transfers to Stripe's accounts.

A buyer with several invoices is one customer, so that Stripe can apply what was paid too much to
the next of them. All it learns of him is the address that it writes to.
"""

from typing import Any

from invoicing.adapters.operations import customers_table
from invoicing.adapters.secrets import StripeSecrets
from invoicing.adapters.stripe import account
from invoicing.invoices import Invoice
from invoicing.records import digest


def of_buyer(secrets: StripeSecrets, invoice: Invoice) -> str:
    """Give the customer of an invoice's buyer; it is made at the first of them."""
    seller, buyer = invoice.draft.seller.id, customers_table.name(invoice)
    known = customers_table.find(seller, buyer)
    if known:
        return known
    wanted: Any = {"metadata": {"facturier_seller": seller, "facturier_buyer": buyer}}
    if invoice.draft.buyer.email:
        wanted["email"] = invoice.draft.buyer.email
    made = account.client(secrets).v1.customers.create(
        wanted, {"idempotency_key": f"customer.{digest(wanted)}"}
    )
    customers_table.keep(seller, buyer, made.id)
    return made.id
