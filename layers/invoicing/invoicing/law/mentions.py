"""Which sentences the law wants on an invoice, in the language of the buyer, and why.

They are frozen into the draft: what is printed later is what was decided then. What the law wants
and nobody told holds the order; no invoice goes out without it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from invoicing.errors import Reason
from invoicing.law import countries, interest
from invoicing.law.cases import Case
from invoicing.law.europe import PAYMENT_TERMS
from invoicing.law.rows import Demand, named
from invoicing.parties import Language
from invoicing.vat.territories import country_of

_POINT_LANGUAGES = frozenset({"en"})
_INCOMPLETE = {"seller": "seller_profile_incomplete", "buyer": "buyer_incomplete"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence on an invoice, and the rule that wants it there."""

    key: str
    text: str
    rule: str
    subject: str | None = None  # BT-21


def notes(case: Case, language: Language) -> list[Mention]:
    """Give what has to stand beside the sums (BG-1)."""
    figures = _figures(case, language)
    return [
        Mention(row.key, row.words[language].format(**figures), row.rule, row.subject)
        for row in countries.notes(case.country)
        if row.holds(case.on) and case.meets(*row.when)
    ]


def of_vat(key: str, case: Case, language: Language) -> Mention:
    """Give the sentence of a VAT decision (BT-120); KeyError for one that does not exist."""
    vat = country_of(case.seller.address.country)  # Monaco levies the French VAT
    row = countries.vat_sentence(key, vat, case.on)
    return Mention(row.key, row.words[language], row.rule)


def sentence(key: str, language: Language) -> str:
    """Give the words of payment terms (BT-20); KeyError for terms that do not exist."""
    row = named(PAYMENT_TERMS, key, date.max)
    if row is None:
        raise KeyError(key)
    return row.words[language]


def _figures(case: Case, language: Language) -> dict[str, str]:
    seller = case.seller
    figures = {}
    if seller.late_payment_rate is not None:
        figures["late_rate"] = _percent(seller.late_payment_rate, language)
    if seller.early_payment:
        figures["percent"] = _percent(seller.early_payment.percent, language)
        figures["days"] = str(seller.early_payment.days)
    return figures


def _percent(percent: Decimal, language: Language) -> str:
    text = f"{percent.normalize():f}"
    return text if language in _POINT_LANGUAGES else text.replace(".", ",")


def reasons_to_hold(case: Case) -> list[Reason]:
    """Say what the law demands and the profile or the order does not tell."""
    missing = (demand for demand in countries.demands(case.country) if demand.missing(case))
    return [_incomplete(demand, case) for demand in missing] + _low_rate(case)


def _incomplete(demand: Demand, case: Case) -> Reason:
    fields = " or ".join(f"{demand.of}.{field}" for field in demand.fields)
    return Reason(
        code=_INCOMPLETE[demand.of],
        message=f"{fields} is missing: the law of {case.country} wants it on this invoice",
        rule=demand.rule,
        path=f"{demand.of}.{demand.fields[0]}",
    )


def _low_rate(case: Case) -> list[Reason]:
    """Hold what French businesses may not agree on: less than three times the legal interest."""
    rate, least = case.seller.late_payment_rate, interest.least_rate(case.on)
    if case.country != "FR" or not case.meets("business") or rate is None or least is None:
        return []
    if rate >= least:
        return []
    return [
        Reason(
            code="late_payment_rate_too_low",
            message=f"{rate} % a year for late payment is under the least rate of {least} %",
            rule=interest.RULE,
            path="seller.late_payment_rate",
        )
    ]
