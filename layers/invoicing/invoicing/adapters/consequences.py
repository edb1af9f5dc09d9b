"""What follows for an invoice that a document moves: its reminders, the lists of its seller.

Whoever repeats it comes to the same.
"""

from dataclasses import replace
from datetime import date, datetime

from invoicing import refunds
from invoicing.adapters import histories, items, queues
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    agenda_table,
    checkouts_table,
    concerns_table,
    refunds_table,
)
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.credit_notes import CreditNote
from invoicing.invoices import Invoice
from invoicing.journals import Journal
from invoicing.late_payment_notes import History, LatePaymentNote
from invoicing.payments import Balance, Checkout, Receipt


def of(document: CreditNote | Receipt | LatePaymentNote, *, at: datetime) -> list[items.Action]:
    """Let the reminders follow, and give the writes that list it for its seller or take it off.

    OvertakenError if money moved meanwhile.
    """
    seller, about = document.draft.seller, document.draft.invoice
    number = about if isinstance(about, str) else about.number
    invoice = book().invoice(seller, number)
    balance = book().balance(invoice)
    claimed = _claimed(invoice, balance, at)
    if isinstance(document, LatePaymentNote):
        return claimed
    _have_attempt_looked_at(document, invoice, balance)
    if not balance.due:
        _rest(invoice, balance, document.issued_on)
    elif isinstance(document, Receipt):
        _reopen(invoice, balance, document)
    return [*claimed, *_owed(document, invoice, balance, at)]


def _claimed(invoice: Invoice, balance: Balance, at: datetime) -> list[items.Action]:
    """List an invoice of which more late payment is claimed than is owed by now, or take it off.

    What a claim rests on stands in the claim, so nothing else is asked for it.
    """
    notes = book().late_payment_notes(invoice)
    if not notes:
        return []
    journal = Journal(book().receipts(invoice), book().credit_notes(invoice))
    excess = History(invoice, journal, notes).overclaimed
    key = invoice.draft.seller.id, invoice.number
    since = at if excess else None
    return [concerns_table.note("overclaimed", *key, balance.version, since=since)]


def _owed(
    document: CreditNote | Receipt, invoice: Invoice, balance: Balance, at: datetime
) -> list[items.Action]:
    """List an invoice whose buyer is owed something, or take it off.

    A payment never makes that less: one that leaves nothing owed has nothing to take off.
    """
    key = document.draft.seller.id, invoice.number
    since = at if balance.owed else None
    listed = concerns_table.note("owed", *key, balance.version, since=since)
    if isinstance(document, Receipt) and document.draft.movement.kind == "payment":
        return [listed, *_given_back(document, invoice, at)] if balance.owed else []
    return [listed]


def _given_back(receipt: Receipt, invoice: Invoice, at: datetime) -> list[items.Action]:
    """Give the write that sends back what a payment brought too much, if its seller wants that.

    What came later counts for itself, and what a later credit note gave stays the buyer's credit.
    What the delay costs may have been paid with it, so that much waits for the seller.
    """
    if sellers().read(receipt.draft.seller.id).overpayments != "refunded":
        return []
    known = histories.of(invoice)
    then = replace(known, journal=known.journal.as_of(receipt))
    late = then.owed(until=receipt.issued_on).total
    excess = then.journal.brought_too_much(invoice, late=late)
    return [refunds_table.order(refunds.of_overpayment(receipt, excess, at=at))] if excess else []


def _rest(invoice: Invoice, balance: Balance, today: date) -> None:
    """Take what is settled off the list of what is to be handed over."""
    rested = agenda_table.rest(invoice, today)
    if rested:
        unchanged = book().unchanged(invoice.draft.seller.id, invoice.number, balance)
        items.write_together([rested, unchanged])


def _reopen(invoice: Invoice, balance: Balance, receipt: Receipt) -> None:
    """Go on with the reminders of what was settled until this money was taken back."""
    lost = -receipt.draft.movement.gained
    if lost.amount > 0:
        agenda_table.reopen(invoice, receipt.issued_on, was_settled=balance.due <= lost)


def _have_attempt_looked_at(
    document: CreditNote | Receipt, invoice: Invoice, balance: Balance
) -> None:
    """Ask for a look at the attempt at paying: it is to ask for what is open now.

    Not where this payment must be what became of it, as nearly every payment is.
    """
    seller, number = document.draft.seller.id, invoice.number
    last = checkouts_table.latest(seller, number)
    if last and not _is_its_payment(document, last, balance):
        kind = queues.BALANCE_MOVED
        queues.payment(queues.PaymentHint(seller=seller, type=kind, object=last.session))


def _is_its_payment(document: CreditNote | Receipt, last: Checkout, balance: Balance) -> bool:
    """Say whether a document is the receipt of an attempt; a session brings just what was open."""
    movement = document.draft.movement if isinstance(document, Receipt) else None
    if not movement or movement.kind != "payment" or not movement.at_stripe:
        return False
    if last.is_transfer:
        return movement.id == last.session
    return balance.version == last.version + 1 and not balance.due and not balance.owed
