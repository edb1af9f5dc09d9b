"""What stands on a late payment note: which days, how much was open, which rate, by which law."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from invoicing.late_payment import Span
from invoicing.late_payment_notes import LatePaymentDraft, LatePaymentNote
from invoicing.money import Money
from invoicing.parties import Language
from invoicing.views import letterheads, ways_to_pay
from invoicing.views.letterheads import Fact, Letterhead, Party
from invoicing.views.sums import Row
from invoicing.views.ways_to_pay import Transfer


@dataclass(frozen=True, slots=True)
class LatePaymentSheet:
    """A late payment note, ready to be shown."""

    kind: str  # these are words: what it is, what its sum is, and what it says
    label: str
    text: str
    language: Language
    letterhead: Letterhead
    number: str
    buyer: Party
    facts: tuple[Fact, ...]
    invoice: str
    invoice_issued_on: date
    due_on: date
    withdraws: str | None
    withdraws_of: date | None
    reason: str | None
    amount: Money
    spans: tuple[Span, ...]
    years: tuple[int, ...]  # of how many days the years are that it is computed with
    rule: str | None
    costs_rule: str | None
    rows: tuple[Row, ...]
    transfer: Transfer | None


def sheet(note: LatePaymentNote) -> LatePaymentSheet:
    """Lay a late payment note out; a claim that is taken back shows what it was made of."""
    draft, computed = note.draft, note.draft.computed
    back = draft.withdraws
    return LatePaymentSheet(
        kind="late_payment_withdrawn" if back else "late_payment",
        label="late_taken_back" if back else "late_claimed",
        text="late_withdrawn_text" if back else "late_text",
        language=draft.language,
        letterhead=letterheads.letterhead(draft.seller, draft.buyer),
        number=note.number,
        buyer=letterheads.buyer(draft.buyer, draft.seller),
        facts=letterheads.facts(
            ("moved_on", note.issued_on),
            ("for_invoice", draft.invoice.number),
            ("was_payable_on", draft.due_on),
            ("late_withdraws", back.number if back else None),
            ("late_notified", computed.notified_on),
        ),
        invoice=draft.invoice.number,
        invoice_issued_on=draft.invoice.issued_on,
        due_on=draft.due_on,
        withdraws=back.number if back else None,
        withdraws_of=back.issued_on if back else None,
        reason=draft.reason,
        amount=abs(draft.amount),
        spans=computed.spans,
        years=tuple(sorted({span.year for span in computed.spans})),
        rule=computed.rule,
        costs_rule=computed.compensation_rule,
        rows=tuple(_rows(draft)),
        transfer=ways_to_pay.to_account(draft.seller, draft.amount, reference=note.number),
    )


def _rows(draft: LatePaymentDraft) -> Iterable[Row]:
    computed = draft.computed
    yield Row("late_interest_total", computed.interest)
    if computed.compensation:
        yield Row("late_recovery_costs", computed.compensation)
    last = "late_withdrawn_total" if draft.withdraws else "late_total"
    yield Row(last, abs(draft.amount), weight="due")
