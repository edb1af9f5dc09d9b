"""Whether a buyer is asked for what is open of an invoice, by the rule of his page."""

from invoicing.adapters.operations import cases_table
from invoicing.payments import Balance
from invoicing.views import standings


def asks(seller: str, number: str, balance: Balance) -> bool:
    """Say so; the cases are read only of an invoice whose money a dispute has.

    A dispute that was won freezes nothing, and its money may not be booked back yet.
    """
    told = cases_table.of_invoice(seller, number) if balance.withdrawn else ()
    return standings.asks(balance, told)
