from datetime import date, timedelta
from decimal import Decimal

import duty27_eu_vat
import eu_vat_rates_data
import pytest

from invoicing.vat import rates

AUTUMN = date(2026, 11, 21)
FIRST = date(2020, 1, 1)
STATES = sorted(rates.STATES)
KINDS = ["books", "e_books", "food", "medicine"]
LOWER = ["reduced", "second_reduced", "super_reduced"]


def code_at_the_commission(state):
    return "EL" if state == "GR" else state


def days_around_changes():
    """Every first of a month, and the day before it: rates change on no other day."""
    months = [date(year, month, 1) for year in range(2020, 2027) for month in range(1, 13)]
    known = [month for month in months if FIRST < month <= AUTUMN]
    return sorted({FIRST, AUTUMN, *known, *(month - timedelta(days=1) for month in known)})


def test_the_eu_has_27_members():
    assert len(STATES) == 27


@pytest.mark.parametrize("state", STATES)
def test_standard_rates_are_those_of_duty27_on_every_day(state):
    for day in days_around_changes():
        published = duty27_eu_vat.get_standard_rate(code_at_the_commission(state), day)

        assert rates.rate("standard", state, day) == published, day


@pytest.mark.parametrize("state", STATES)
def test_standard_rates_are_those_of_the_commission_today(state):
    today = eu_vat_rates_data.get_rate(state) or eu_vat_rates_data.get_rate("EL")

    assert rates.rate("standard", state, AUTUMN) == Decimal(str(today["standard"]))


@pytest.mark.parametrize("state", STATES)
def test_lower_rates_are_among_those_of_the_commission(state):
    today = eu_vat_rates_data.get_rate(state) or eu_vat_rates_data.get_rate("EL")
    published = {Decimal(str(each)) for each in [*today["reduced"], today["super_reduced"] or 0]}
    published |= {Decimal(0), Decimal(str(today["standard"])), Decimal(str(today["parking"] or 0))}
    published |= {Decimal("4.8")} if state == "IE" else set()  # livestock, which it leaves out

    for goods in LOWER + KINDS:
        rate = rates.rate(goods, state, AUTUMN)

        assert rate is None or rate in published, goods


@pytest.mark.parametrize("state", STATES)
def test_tiers_fall(state):
    falling = [rates.rate(tier, state, AUTUMN) for tier in ["standard", *LOWER, "zero"]]
    known = [rate for rate in falling if rate is not None]

    assert known == sorted(known, reverse=True)
    assert len(set(known)) == len(known)


@pytest.mark.parametrize(
    ("goods", "percents"),
    [
        #              FR     DE    BE    ES    NL    IT    AT    LU    PT    IE
        ("books",    "5.5    7     6     4     9     4     10    3     6     0"),
        ("e_books",  "5.5    7     6     4     9     4     10    3     6     0"),
        ("food",     "5.5    7     6     -     9     -     -     3     -     -"),
        ("medicine", "-      19    -     4     -     -     10    -     -     -"),
    ],
)  # fmt: skip
def test_a_kind_has_its_rate_in_each_country_or_none(goods, percents):
    countries = ["FR", "DE", "BE", "ES", "NL", "IT", "AT", "LU", "PT", "IE"]

    found = [rates.rate(goods, country, AUTUMN) for country in countries]

    assert found == [None if each == "-" else Decimal(each) for each in percents.split()]


@pytest.mark.parametrize(
    ("goods", "territory", "day", "expected"),
    [
        ("standard", "DE", "2020-06-30", "19"),
        ("standard", "DE", "2020-07-01", "16"),
        ("books", "DE", "2020-12-31", "5"),
        ("books", "DE", "2021-01-01", "7"),
        ("standard", "EE", "2025-07-01", "24"),
        ("standard", "FI", "2024-08-31", "24"),
        ("reduced", "FI", "2026-01-01", "13.5"),
        ("standard", "SK", "2025-01-01", "23"),
        ("standard", "RO", "2025-08-01", "21"),
        ("super_reduced", "AT", "2026-06-30", None),
        ("super_reduced", "AT", "2026-07-01", "4.9"),
        ("e_books", "IE", "2023-12-31", "9"),
        ("e_books", "IE", "2024-01-01", "0"),
        ("standard", "FR-974", "2026-11-21", "8.5"),
        ("books", "FR-20R", "2026-11-21", "2.1"),
        ("reduced", "FR-20R", "2026-11-21", None),
        ("standard", "FR-973", "2026-11-21", None),
        ("standard", "PT-20", "2021-06-30", "18"),
        ("standard", "PT-20", "2021-07-01", "16"),
        ("standard", "GR-ISLANDS", "2026-11-21", None),
        ("standard", "US", "2026-11-21", None),
        ("standard", "FR", "2019-12-31", None),
        ("zero", "FR", "2026-11-21", "0"),
    ],
)
def test_a_rate_holds_from_its_day(goods, territory, day, expected):
    rate = rates.rate(goods, territory, date.fromisoformat(day))

    assert rate == (Decimal(expected) if expected else None)


def test_vat_is_stated_in_the_currency_of_the_state():
    assert rates.currency("FR") == "EUR"
    assert rates.currency("BG") == "EUR"
    assert rates.currency("SE") == "SEK"
