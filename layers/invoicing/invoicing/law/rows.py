"""The shapes of a row: a sentence that the law wants, and a fact that it demands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from invoicing.law.cases import Case, Condition, has_form
from invoicing.parties import Language

Words = dict[Language, str]
"""One sentence in each language; `{name}` stands for a figure of the invoice or the profile."""

FIRST_DAY, LAST_DAY = date.min, date.max


@dataclass(frozen=True, slots=True)
class Sentence:
    """What has to be written, as long as the law wants it so."""

    key: str
    rule: str
    words: Words
    when: tuple[Condition, ...] = ()
    subject: str | None = None  # BT-21, UNTDID 4451
    since: date = FIRST_DAY
    until: date = LAST_DAY

    def holds(self, on: date) -> bool:
        """Say whether the law of that day has this row."""
        return self.since <= on <= self.until


@dataclass(frozen=True, slots=True)
class Demand:
    """What has to be known to be printed: one of these fields of the seller's profile or the buyer.

    With `forms`, only sellers of such a legal form have to say it.
    """

    fields: tuple[str, ...]
    rule: str
    of: Literal["seller", "buyer"] = "seller"
    when: tuple[Condition, ...] = ()
    forms: frozenset[str] | None = None
    since: date = FIRST_DAY
    until: date = LAST_DAY

    def missing(self, case: Case) -> bool:
        """Say whether the law of the day demands this and nobody told it."""
        party = case.seller if self.of == "seller" else case.buyer
        told = any(getattr(party, field) for field in self.fields)
        return not told and self.applies(case)

    def applies(self, case: Case) -> bool:
        """Say whether the law of the day demands this in such a case."""
        concerned = self.forms is None or has_form(case.seller, self.forms)
        return concerned and self.since <= case.on <= self.until and case.meets(*self.when)


def named(rows: Iterable[Sentence], key: str, on: date) -> Sentence | None:
    """Give the first row of that name that holds on that day."""
    return next((row for row in rows if row.key == key and row.holds(on)), None)
