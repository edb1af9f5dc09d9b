"""The circumstances of one invoice that the law asks about."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from invoicing.parties import Buyer, CountryCode, Seller

Condition = Literal[
    "business",
    "consumer",
    "domestic",
    "unpaid",
    "goods",
    "services",
    "mixed",
    "vat_on_debits",
    "chosen_rate",
    "statutory_rate",
    "early_payment",
    "no_early_payment",
]


@dataclass(frozen=True, slots=True)
class Case:
    """Who bills what to whom, and on which day the law is read."""

    seller: Seller
    buyer: Buyer
    process: str  # BT-23: B1 goods, S1 services, M1 mixed
    due: bool  # whether anything is left to pay
    on: date

    @property
    def country(self) -> CountryCode:
        """The country whose law the seller's invoices follow."""
        return state(self.seller.address.country)

    @property
    def domestic(self) -> bool:
        """Whether seller and buyer are of one country."""
        return self.country == state(self.buyer.address.country)

    def meets(self, *conditions: Condition) -> bool:
        """Say whether all of these hold."""
        return all(_CONDITIONS[condition](self) for condition in conditions)


_CONDITIONS: dict[Condition, Callable[[Case], bool]] = {
    "business": lambda case: case.buyer.kind == "business",
    "consumer": lambda case: case.buyer.kind == "consumer",
    "domestic": lambda case: case.domestic,
    "unpaid": lambda case: case.due,
    "goods": lambda case: case.process.startswith("B"),
    "services": lambda case: case.process.startswith("S"),
    "mixed": lambda case: case.process.startswith("M"),
    "vat_on_debits": lambda case: case.seller.vat_on_debits,
    "chosen_rate": lambda case: case.seller.late_payment_rate is not None,
    "statutory_rate": lambda case: case.seller.late_payment_rate is None,
    "early_payment": lambda case: case.seller.early_payment is not None,
    "no_early_payment": lambda case: case.seller.early_payment is None,
}


def state(code: CountryCode) -> CountryCode:
    """Give the state whose company law holds there: FR for La Réunion, which has a code of its own.

    Monaco shares the French VAT, not the French registers.
    """
    return "FR" if code in _FRENCH else code


_FRENCH = frozenset({"GF", "GP", "MQ", "RE", "YT", "BL", "MF"})


def has_form(seller: Seller, forms: frozenset[str]) -> bool:
    """Say whether the seller has one of these legal forms; where none is told, its name tells it.

    Forms are written in capitals without dots or accents: `SARL`, `EK`.
    """
    told = _letters(seller.legal_form or seller.name)
    return any(re.search(rf"\b{re.escape(form)}\b", told) for form in forms)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.upper().replace(".", ""))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
