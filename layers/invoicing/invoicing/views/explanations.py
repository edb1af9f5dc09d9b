"""What an order comes to, and why: for a program as a quote, for a person as a text."""

from collections.abc import Iterator
from typing import Any

from invoicing.errors import Held, Reason
from invoicing.invoices import Draft, VatLine
from invoicing.records import plain

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
    totals = draft.totals
    yield f"net {totals.net}, VAT {totals.vat}, total {totals.gross}"
    if totals.rounding:
        yield f"rounding {totals.rounding}: what VAT on the sums cannot reach, or the shop's own"
    if totals.prepaid:
        yield f"paid before {totals.prepaid}"
    yield f"due {totals.due}"


def _of_vat(line: VatLine) -> Iterator[str]:
    decision = line.decision
    yield f"{decision.category} {decision.rate.normalize():f} % of {line.base}: {line.vat}"
    facts = {
        "treatment": decision.treatment,
        "place": decision.territory or decision.place,
        "rule": decision.rule,
        "exemption": decision.exemption_code,
        "mention": line.mention,
    }
    yield from (f"  {name}: {value}" for name, value in facts.items() if value)
