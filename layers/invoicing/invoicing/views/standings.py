"""How an invoice stands with its buyer, in one word."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from invoicing.cases import Case
from invoicing.credit_notes import is_credited
from invoicing.invoices import Invoice
from invoicing.objections import Dispute
from invoicing.payments import Balance

Attempt = Literal["none", "returned", "in_process", "awaited"]
"""Whether a payment is under way: back from Stripe, on its way for days (SEPA debit), or a transfer
that the buyer was told how to make."""

State = Literal[
    "open",
    "partly_paid",
    "overdue",
    "confirming",
    "in_process",
    "awaited",
    "disputed",
    "thanks",
    "paid",
    "overpaid",
    "credited",
    "refunded",
]

PAYABLE: frozenset[State] = frozenset({"open", "partly_paid", "overdue"})


def state(
    invoice: Invoice,
    balance: Balance,
    cases: Sequence[Case] = (),
    *,
    today: date,
    attempt: Attempt,
) -> State:
    """Name the state; `today` is civil in the seller's zone."""
    if not balance.due:
        return _settled(invoice, balance, attempt)
    if attempt != "none":
        return "confirming" if attempt == "returned" else attempt
    if not asks(balance, cases):
        return "disputed"
    if today > invoice.due_on:
        return "overdue"
    return "partly_paid" if balance.kept else "open"


def asks(balance: Balance, cases: Sequence[Case]) -> bool:
    """Say whether the buyer is asked for what is open.

    Of money that his bank took back he is not, until no dispute is under way any more and the
    seller has decided to ask for it again.
    """
    return bool(balance.due) and (not balance.withdrawn or _is_chased(cases))


def _is_chased(cases: Sequence[Case]) -> bool:
    disputes = [each for each in cases if isinstance(each.about, Dispute)]
    decided = [each.decision.ruling.decision for each in disputes if each.decision]
    return "chase" in decided and not any(each.is_open for each in disputes)


def _settled(invoice: Invoice, balance: Balance, attempt: Attempt) -> State:
    if balance.owed:
        return "overpaid"
    if is_credited(invoice, balance):
        return "refunded" if balance.refunded else "credited"
    return "thanks" if attempt == "returned" else "paid"
