"""What one invoice can tell apart: VAT is broken down by category and rate alone (BG-23).

Decisions that fall into one sum must be one decision, or need an invoice each.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from invoicing.errors import Reason
from invoicing.parties import Seller, number_faults
from invoicing.vat.sales import Sale
from invoicing.vat.treatments import Decision


def unite(decisions: Mapping[Sale, Decision]) -> dict[Sale, Decision]:
    """Give sales one decision where the same state takes the same rate of them by several rules."""
    alike: dict[object, list[Decision]] = {}
    for decision in decisions.values():
        alike.setdefault(_account(decision), []).append(decision)
    united = {key: _with_every_rule(several) for key, several in alike.items()}
    return {sale: united[_account(decision)] for sale, decision in decisions.items()}


def _account(decision: Decision) -> Decision:
    return decision.model_copy(update={"treatment": "domestic", "rule": ""})


def _with_every_rule(decisions: Sequence[Decision]) -> Decision:
    rules = dict.fromkeys(decision.rule for decision in decisions)
    return decisions[0].model_copy(update={"rule": "; ".join(rules)})


def reasons_to_hold(decisions: Sequence[Decision], seller: Seller) -> list[Reason]:
    """Say what keeps these decisions from standing on one legal invoice."""
    return [
        *_seller_not_identified(decisions, seller),
        *(
            Reason(code="seller_number_malformed", message=f"the seller's {field}: {fault}")
            for field, fault in number_faults(seller)
        ),
        *_not_on_one_invoice(decisions),
    ]


_NEED_A_NUMBER = {"AE", "K", "G"}


def _seller_not_identified(decisions: Sequence[Decision], seller: Seller) -> list[Reason]:
    if seller.vat_number:
        return []
    charged = any(decision.rate for decision in decisions)
    if not charged and not _NEED_A_NUMBER & {decision.category for decision in decisions}:
        return []
    does = "charges VAT" if charged else "sells without VAT across a border"
    return [
        Reason(
            code="seller_vat_number_missing",
            message=f"the seller {does} but has no VAT number in the profile",
            rule="CGI ann. II art. 242 nonies A, I-2°; BR-S-02, BR-AE-02, BR-IC-02, BR-G-02",
        )
    ]


def _not_on_one_invoice(decisions: Sequence[Decision]) -> list[Reason]:
    """EN 16931 tells supplies apart by category and rate alone, and O stands by itself."""
    several = len(set(decisions)) > 1
    same = Counter((decision.category, decision.rate) for decision in set(decisions))
    if several and any(decision.category == "O" for decision in decisions):
        sentence = "what is outside the scope of VAT cannot stand beside other supplies"
        return [_apart("outside_scope_not_alone", sentence, "EN 16931, BR-O-11")]
    if any(count > 1 for count in same.values()):
        sentence = "two supplies of one rate are taxed for different reasons"
        return [_apart("vat_not_told_apart", sentence, "EN 16931, BR-S-01, BR-E-01 and others")]
    if len({decision.seller_number for decision in decisions}) > 1:
        sentence = "these supplies fall under two VAT numbers of the seller"
        return [_apart("two_vat_numbers", sentence, "EN 16931, BT-31")]
    return []


def _apart(code: str, sentence: str, rule: str) -> Reason:
    return Reason(code=code, message=f"{sentence}: send them as two orders", rule=rule)
