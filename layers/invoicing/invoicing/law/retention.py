"""How long a seller must keep what he issued, as a dated table.

Too short breaks tax law, too long the law on personal data (GDPR art. 5(1)(e)), so there is no
term for all. Years run from the end of the one that the document falls into, the calendar's or the
seller's fiscal year. France and Germany were read in several sources; the others are second-hand
(surveys of 2026 that name the same articles): an accountant should confirm them.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from invoicing.law.rows import FIRST_DAY, LAST_DAY
from invoicing.parties import Seller
from invoicing.vat.treatments import Decision


@dataclass(frozen=True, slots=True)
class Term:
    """Years from the end of a year, for documents of these days."""

    years: int
    year: Literal["calendar", "fiscal"]
    rule: str
    country: str | None = None
    since: date = FIRST_DAY
    until: date = LAST_DAY

    def over(self, on: date, seller: Seller) -> date:
        """Give the last day on which a document of that day must be there."""
        year_end = seller.fiscal_year_end if self.year == "fiscal" else None
        return _closing(on, year_end or "12-31", later=self.years)


TERMS = (
    Term(10, "fiscal", "C. com. art. L123-22", "FR"),
    Term(10, "calendar", "§ 147 Abs. 3, 4 AO", "DE", until=date(2024, 12, 31)),
    Term(8, "calendar", "§ 147 Abs. 3, 4 AO; § 14b UStG", "DE", since=date(2025, 1, 1)),
    Term(7, "calendar", "§ 132 BAO", "AT"),
    Term(10, "calendar", "Code TVA art. 60", "BE"),
    Term(6, "fiscal", "Código de Comercio art. 30", "ES"),
    Term(10, "fiscal", "Codice civile art. 2220", "IT"),
    Term(7, "fiscal", "AWR art. 52, lid 4", "NL"),
)
ELSEWHERE = Term(10, "fiscal", "the longest of them: the country's own is not in the table")
OSS = Term(10, "calendar", "Directive 2006/112/EC, art. 369, 369k and 369x")


def until(on: date, seller: Seller, decisions: Iterable[Decision] = ()) -> date:
    """Give the last day of the duty to keep a document issued on that day, with its VAT."""
    country = seller.address.country
    at_home = (term for term in TERMS if term.country == country and term.since <= on <= term.until)
    terms = [next(at_home, ELSEWHERE)]
    if any(_is_declared_by_oss(decision, seller) for decision in decisions):
        terms.append(OSS)
    return max(term.over(on, seller) for term in terms)


def longest(on: date, seller: Seller) -> date:
    """Give the last day of the longest of all terms, for what names nobody."""
    return max(term.over(on, seller) for term in (*TERMS, ELSEWHERE, OSS))


def _is_declared_by_oss(decision: Decision, seller: Seller) -> bool:
    """Say whether the VAT of another state is declared at home, without a number there."""
    abroad = decision.treatment in {"distance_sale", "digital_service"}
    return abroad and seller.oss and not decision.seller_number


def _closing(on: date, year_end: str, *, later: int) -> date:
    """Give the end of the year that the day falls into, so many years later."""
    month, day = (int(part) for part in year_end.split("-"))
    year = on.year if (on.month, on.day) <= (month, day) else on.year + 1
    return date(year + later, month, min(day, monthrange(year + later, month)[1]))
