"""VAT rates of the EU, dated.

A shop names what it sells either by a tier, which is a rate of the country that taxes the sale in
falling order, or by a kind, which means the same in every country ("books") and finds its rate
there. What is not in the table is not guessed: the order is held.

Standard rates are the Commission's (TEDB) and are tested day by day against two packages. A kind
stands here only where one rate holds for all of it: food is not one rate in AT, ES, IE, IT and PT,
medicine is in AT, DE and ES alone.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

Tier = Literal["standard", "reduced", "second_reduced", "super_reduced", "zero"]
Kind = Literal["books", "e_books", "food", "medicine"]
"""What holds across borders. Books are printed; e_books are the same in a file; food is for people,
no drinks, confectionery, chocolate, margarine, caviar or the like; medicine is for people, with a
marketing authorisation."""

Goods = Literal[Tier, Kind]
"""Which of a country's rates the thing sold falls under."""

FIRST_DAY = date(2020, 1, 1)
"""Rates before it are not known here."""

_Steps = str
"""Rates in the order of their dates: `19 2020-07-01:16 2021-01-01:19`; `-` where it is unknown."""

_STANDARD: dict[str, _Steps] = {
    "AT": "20", "BE": "21", "BG": "20", "CY": "19", "CZ": "21",
    "DE": "19 2020-07-01:16 2021-01-01:19",
    "DK": "25",
    "EE": "20 2024-01-01:22 2025-07-01:24",
    "ES": "21",
    "FI": "24 2024-09-01:25.5",
    "FR": "20", "GR": "24", "HR": "25", "HU": "27",
    "IE": "23 2020-09-01:21 2021-03-01:23",
    "IT": "22", "LT": "21",
    "LU": "17 2023-01-01:16 2024-01-01:17",
    "LV": "21", "MT": "18", "NL": "21", "PL": "23", "PT": "23",
    "RO": "19 2025-08-01:21",
    "SE": "25", "SI": "22",
    "SK": "20 2025-01-01:23",
}  # fmt: skip
_LOWER: dict[str, dict[Goods, _Steps]] = {
    "AT": {
        "reduced": "13", "second_reduced": "10", "super_reduced": "- 2026-07-01:4.9",
        # books and e-books were at 5 % for part of 2020 and 2021; from 2022 they are not any more
        "books": "- 2022-01-01:10", "e_books": "- 2022-01-01:10", "medicine": "10",
    },
    "BE": {
        "reduced": "12", "second_reduced": "6",
        "books": "6", "e_books": "6", "food": "6",
    },
    "BG": {"reduced": "9"},
    "CY": {"reduced": "9", "second_reduced": "5"},
    "CZ": {"reduced": "15 2024-01-01:12", "second_reduced": "10 2024-01-01:-"},
    "DE": {
        "reduced": "7 2020-07-01:5 2021-01-01:7",
        "books": "7 2020-07-01:5 2021-01-01:7",
        "e_books": "7 2020-07-01:5 2021-01-01:7",
        "food": "7 2020-07-01:5 2021-01-01:7",
        "medicine": "19 2020-07-01:16 2021-01-01:19",
    },
    "EE": {"reduced": "9 2025-01-01:13", "second_reduced": "- 2025-01-01:9"},
    "ES": {
        "reduced": "10", "super_reduced": "4",
        "books": "4", "e_books": "- 2020-04-23:4", "medicine": "4",
    },
    "FI": {"reduced": "14 2026-01-01:13.5", "second_reduced": "10"},
    "FR": {
        "reduced": "10", "second_reduced": "5.5", "super_reduced": "2.1",
        "books": "5.5", "e_books": "5.5", "food": "5.5",
    },
    "GR": {"reduced": "13", "second_reduced": "6"},
    "HR": {"reduced": "13", "second_reduced": "5"},
    "HU": {"reduced": "18", "second_reduced": "5"},
    "IE": {
        "reduced": "13.5", "second_reduced": "9", "super_reduced": "4.8",
        "books": "0", "e_books": "9 2024-01-01:0",
    },
    "IT": {
        "reduced": "10", "second_reduced": "5", "super_reduced": "4",
        "books": "4", "e_books": "4",
    },
    "LT": {"reduced": "9 2026-01-01:12", "second_reduced": "5"},
    "LU": {
        "reduced": "14 2023-01-01:13 2024-01-01:14",
        "second_reduced": "8 2023-01-01:7 2024-01-01:8",
        "super_reduced": "3",
        "books": "3", "e_books": "3", "food": "3",
    },
    "LV": {"reduced": "12", "second_reduced": "5"},
    "MT": {"reduced": "7", "second_reduced": "5"},
    "NL": {"reduced": "9", "books": "9", "e_books": "9", "food": "9"},
    "PL": {"reduced": "8", "second_reduced": "5"},
    "PT": {
        "reduced": "13", "second_reduced": "6",
        "books": "6", "e_books": "6",
    },
    "RO": {"reduced": "9 2025-08-01:11", "second_reduced": "5 2025-08-01:-"},
    "SE": {"reduced": "12", "second_reduced": "6"},
    "SI": {"reduced": "9.5", "second_reduced": "5"},
    "SK": {"reduced": "10 2025-01-01:19", "second_reduced": "- 2025-01-01:5"},
}  # fmt: skip
_TERRITORIES: dict[str, dict[Goods, _Steps]] = {
    "AT-JUNGHOLZ": {"standard": "19"},  # UStG § 10 Abs. 4
    "FR-20R": {"standard": "20", "books": "2.1", "food": "2.1"},  # CGI art. 297
    "FR-971": {"standard": "8.5", "reduced": "2.1", "books": "2.1", "food": "2.1"},  # art. 296
    "FR-972": {"standard": "8.5", "reduced": "2.1", "books": "2.1", "food": "2.1"},
    "FR-974": {"standard": "8.5", "reduced": "2.1", "books": "2.1", "food": "2.1"},
    "GB-NIR": {"standard": "20"},  # OSS for goods, Windsor Framework
    "PT-20": {"standard": "18 2021-07-01:16"},
    "PT-30": {"standard": "22"},
}
STATES = frozenset(_STANDARD)
"""The member states of the EU, Greece as GR."""


def rate(goods: Goods, territory: str, on: date) -> Decimal | None:
    """Give the percentage of goods in a VAT territory on a day, None where it is not known here.

    `territory` is a member state or the code of a special territory (see `territories`).
    """
    if on < FIRST_DAY:
        return None
    if goods == "zero":
        return Decimal(0)
    steps = _steps(goods, territory)
    return _on(steps, on) if steps else None


def known(territory: str) -> tuple[Goods, ...]:
    """Name the tiers and kinds that have a rate here, for the words of a hold."""
    rates = _TERRITORIES.get(territory) or {"standard": "", **_LOWER.get(territory, {})}
    return (*rates, "zero")


def currency(country: str) -> str:
    """Give the currency in which a state wants its VAT stated (Directive, art. 230; BT-6)."""
    return _CURRENCIES.get(country, "EUR")


_CURRENCIES = {"CZ": "CZK", "DK": "DKK", "HU": "HUF", "PL": "PLN", "RO": "RON", "SE": "SEK"}
"""What is not the euro, since Bulgaria joined it on 2026-01-01."""


def _steps(goods: Goods, territory: str) -> _Steps | None:
    if territory in _TERRITORIES:
        return _TERRITORIES[territory].get(goods)
    if goods == "standard":
        return _STANDARD.get(territory)
    return _LOWER.get(territory, {}).get(goods)


def _on(steps: _Steps, on: date) -> Decimal | None:
    return next(rate for since, rate in _read(steps) if since <= on)


@cache
def _read(steps: _Steps) -> tuple[tuple[date, Decimal | None], ...]:
    """Read steps, the latest first."""
    first, *later = steps.split()
    dated = [(FIRST_DAY, first)]
    dated += [(date.fromisoformat(day), to) for day, to in (step.split(":") for step in later)]
    return tuple((day, None if to == "-" else Decimal(to)) for day, to in reversed(dated))
