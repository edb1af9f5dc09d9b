"""What an order comes to, and why: for a program as a quote, for a person as a text."""

from collections.abc import Iterator
from typing import Any

from invoicing.errors import Held, Reason
from invoicing.invoices import AccountedVat, Draft, Note, VatLine
from invoicing.records import plain
from invoicing.vat.findings import VatCheck

_OF_THE_PAGE = {"site", "token"}  # a quote has no page


def quote(priced: Draft | Held) -> dict[str, Any]:
    """Give the draft or the reasons against one, with the same told in words."""
    answer: dict[str, Any] = {
        "status": "held" if isinstance(priced, Held) else "priced",
        "reasons": [],
        "explanation": explain(priced).splitlines(),
    }
    if isinstance(priced, Held):
        answer["reasons"] = [plain(reason) for reason in priced.reasons]
    else:
        answer["draft"] = {
            name: value for name, value in plain(priced).items() if name not in _OF_THE_PAGE
        }
    return answer


def explain(priced: Draft | Held) -> str:
    """Tell in plain text which VAT is charged and why, or why nothing can be billed yet."""
    said = _of_reasons(priced.reasons) if isinstance(priced, Held) else _of_draft(priced)
    return "\n".join(said) + "\n"


def _of_reasons(reasons: tuple[Reason, ...]) -> Iterator[str]:
    yield "held, because"
    for reason in reasons:
        yield f"  {reason.code}: {reason.message}"
        if reason.rule:
            yield f"    rule: {reason.rule}"
        yield f"    {'the seller may release it' if reason.releasable else 'cannot be released'}"


def _of_draft(draft: Draft) -> Iterator[str]:
    for line in draft.vat:
        yield from _of_vat(line)
    yield from _of_check(draft.vat_check)
    totals = draft.totals
    yield f"net {totals.net}, VAT {totals.vat}, total {totals.gross}"
    if totals.rounding:
        yield f"rounding {totals.rounding}: what VAT on the sums cannot reach, or the shop's own"
    if totals.prepaid:
        yield f"paid before {totals.prepaid}"
    yield f"due {totals.due}"
    yield from _of_accounted(draft.accounted_vat)
    for note in draft.notes:
        yield from _of_note(note)


def _of_vat(line: VatLine) -> Iterator[str]:
    decision = line.decision
    yield f"{decision.category} {decision.rate.normalize():f} % of {line.base}: {line.vat}"
    facts = {
        "treatment": decision.treatment,
        "place": decision.territory or decision.place,
        "rule": decision.rule,
        "exemption": decision.exemption_code,
        "mention": line.mention,
        "mention's rule": line.mention_rule if line.mention else None,
        "seller's VAT number": decision.seller_number,
    }
    yield from (f"  {name}: {value}" for name, value in facts.items() if value)


def _of_check(check: VatCheck | None) -> Iterator[str]:
    """Tell the proof that the buyer's number was asked about."""
    if not check:
        return
    yield f"VIES on {check.checked_at:%Y-%m-%d %H:%M} UTC: {check.number} is {check.outcome}"
    if check.consultation_number:
        yield f"  consultation number: {check.consultation_number}"
    if check.cause:
        yield f"  cause: {check.cause}"


def _of_accounted(accounted: AccountedVat | None) -> Iterator[str]:
    if not accounted:
        return
    yield f"VAT in the currency of the seller's state {accounted.vat}"
    if accounted.rate:
        yield f"  rate: {accounted.rate}"


def _of_note(note: Note) -> Iterator[str]:
    yield f"note: {' '.join(note.text.split())}"
    if note.rule:
        yield f"  rule: {note.rule}"
