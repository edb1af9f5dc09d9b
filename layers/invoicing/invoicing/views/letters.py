"""Letters about what is open: a reminder of one invoice, and a statement of a buyer's open ones.

Both are printed for a day and say what was known then. They are no documents of the books: they
have no number and no seal, and the same arguments give the same letter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from invoicing.late_payment import LatePayment
from invoicing.money import Money, total
from invoicing.open_invoices import OpenInvoice
from invoicing.parties import Language
from invoicing.payments import Balance
from invoicing.plans import Tone
from invoicing.views import letterheads
from invoicing.views.letterheads import Fact, Letterhead, Party
from invoicing.views.sums import Row
from invoicing.views.ways_to_pay import Payment, ways_to_pay


@dataclass(frozen=True, slots=True)
class ReminderSheet:
    """A reminder of one invoice, ready to be shown."""

    language: Language
    letterhead: Letterhead
    tone: Tone
    number: str  # of the invoice
    buyer: Party
    facts: tuple[Fact, ...]
    issued_on: date
    due: Money
    due_on: date
    rows: tuple[Row, ...]
    late: tuple[Row, ...]  # what is owed for the delay, beside the invoice
    payment: Payment | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One open invoice of a statement."""

    number: str
    page: str
    issued_on: date
    due_on: date
    is_overdue: bool
    total: Money
    settled: Money  # paid or credited
    due: Money


@dataclass(frozen=True, slots=True)
class Sum:
    """What is open in one currency, and how much of it is overdue."""

    total: Money
    settled: Money
    due: Money
    overdue: Money


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """All that a buyer has open, ready to be shown."""

    language: Language
    letterhead: Letterhead
    buyer: Party
    on: date
    facts: tuple[Fact, ...]
    invoices: tuple[Listed, ...]
    sums: tuple[Sum, ...]  # one for each currency
    late: tuple[Row, ...]  # what is owed for the delay of all of them, beside the invoices


def reminder_sheet(
    open_: OpenInvoice, *, tone: Tone, today: date, late: LatePayment | None = None
) -> ReminderSheet:
    """Remind of an invoice by letter; `today` is civil in the seller's zone.

    `late` is what is owed for the delay until then. ValueError if nothing is open: who owes
    nothing is not reminded.
    """
    invoice, balance = open_.invoice, open_.balance
    draft = invoice.draft
    if not balance.due:
        raise ValueError(f"{invoice.number} asks for nothing")
    return ReminderSheet(
        language=draft.language,
        letterhead=letterheads.letterhead(draft.seller, draft.buyer),
        tone=tone,
        number=invoice.number,
        buyer=letterheads.buyer(draft.buyer, draft.seller),
        facts=letterheads.facts(
            ("written_on", today),
            ("invoice_of", invoice.issued_on),
            ("order", draft.order),
            ("purchase_order", draft.purchase_order),
            ("your_reference", draft.buyer.reference),
        ),
        issued_on=invoice.issued_on,
        due=balance.due,
        due_on=invoice.due_on,
        rows=tuple(_rows(balance)),
        late=tuple(_late([late])) if late else (),
        payment=ways_to_pay(invoice, balance.due, page=open_.page),
    )


def _rows(balance: Balance) -> Iterable[Row]:
    yield Row("invoice_asked", balance.asked)
    if balance.paid:
        yield Row("paid_since", -balance.paid)
    if balance.credited:
        yield Row("credited_since", -balance.credited)
    yield Row("left_to_pay", balance.due, weight="due")


def _late(late: Sequence[LatePayment]) -> Iterable[Row]:
    for currency in dict.fromkeys(each.interest.currency for each in late):
        of_it = [each for each in late if each.interest.currency == currency]
        interest = total((each.interest for each in of_it), currency)
        if interest:
            yield Row("late_interest_total", interest)
        compensation = total((each.compensation for each in of_it), currency)
        if compensation:
            yield Row("late_recovery_costs", compensation)


def statement_sheet(
    open_: Sequence[OpenInvoice], *, at: datetime, late: Sequence[LatePayment] = ()
) -> StatementSheet:
    """List what a buyer has open, the longest due first, in the language of his newest invoice.

    `at` is UTC, the statement's date is civil in the seller's zone. `late` is what is owed for the
    delay of each until then. ValueError if the invoices are
    none at all, or not all of one seller and one buyer's: nobody reads of another's debts.
    """
    drafts = [each.invoice.draft for each in open_]
    reached = {each.buyer.email or each.buyer.fallback_email for each in drafts}
    if len({(each.seller.id, each.buyer.name) for each in drafts}) != 1 or len(reached) != 1:
        raise ValueError("a statement is of one seller and one buyer, and of one invoice at least")
    newest = max((each.invoice for each in open_), key=lambda invoice: invoice.issued_at).draft
    today = newest.seller.day(at)
    ordered = sorted(open_, key=lambda each: (each.invoice.due_on, each.invoice.number))
    listed = tuple(_listed(each, today) for each in ordered)
    return StatementSheet(
        language=newest.language,
        letterhead=letterheads.letterhead(newest.seller, newest.buyer),
        buyer=letterheads.buyer(newest.buyer, newest.seller),
        on=today,
        facts=letterheads.facts(("written_on", today)),
        invoices=listed,
        sums=tuple(_sums(listed)),
        late=tuple(_late(late)),
    )


def _listed(open_: OpenInvoice, today: date) -> Listed:
    invoice, balance = open_.invoice, open_.balance
    return Listed(
        number=invoice.number,
        page=open_.page,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        is_overdue=today > invoice.due_on,
        total=balance.asked,
        settled=balance.asked - balance.due,
        due=balance.due,
    )


def _sums(listed: Sequence[Listed]) -> Iterable[Sum]:
    for currency in dict.fromkeys(each.due.currency for each in listed):
        of_it = [each for each in listed if each.due.currency == currency]
        yield Sum(
            total=total((each.total for each in of_it), currency),
            settled=total((each.settled for each in of_it), currency),
            due=total((each.due for each in of_it), currency),
            overdue=total((each.due for each in of_it if each.is_overdue), currency),
        )
