"""How long what was issued is kept: the country's term, from the end of the right year."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing.law import retention
from invoicing.vat.treatments import Decision
from tests.builders import PARIS, a_seller

JULY = date(2026, 7, 10)


def a_seller_in(country: str, **changes: object):
    return a_seller(address=PARIS | {"country": country}, **changes)


def a_decision(**changes: object) -> Decision:
    plain = {"treatment": "distance_sale", "category": "S", "rate": "19", "place": "DE"}
    return Decision.model_validate(plain | {"rule": "Directive 2006/112/EC, art. 33"} | changes)


@pytest.mark.parametrize(
    ("country", "until"),
    [
        ("FR", date(2036, 12, 31)),
        ("DE", date(2034, 12, 31)),
        ("AT", date(2033, 12, 31)),
        ("ES", date(2032, 12, 31)),
        ("NL", date(2033, 12, 31)),
        ("PT", date(2036, 12, 31)),  # not in the table: the longest known
    ],
)
def test_a_document_is_kept_to_the_end_of_the_term_of_its_sellers_country(country, until):
    for on in (date(2026, 1, 1), JULY, date(2026, 12, 31)):
        assert retention.until(on, a_seller_in(country)) == until


def test_in_france_the_term_runs_from_the_end_of_the_fiscal_year():
    seller = a_seller(fiscal_year_end="06-30")

    assert retention.until(date(2026, 6, 30), seller) == date(2036, 6, 30)
    assert retention.until(JULY, seller) == date(2037, 6, 30)


def test_in_germany_it_runs_from_the_calendars_year_whatever_the_fiscal_one_is():
    assert retention.until(JULY, a_seller_in("DE", fiscal_year_end="06-30")) == date(2034, 12, 31)


def test_germany_wanted_ten_years_before_2025():
    assert retention.until(date(2024, 12, 31), a_seller_in("DE")) == date(2034, 12, 31)
    assert retention.until(date(2025, 1, 1), a_seller_in("DE")) == date(2033, 12, 31)


def test_a_sale_declared_by_oss_is_kept_ten_years():
    seller = a_seller_in("DE", oss=True)

    assert retention.until(JULY, seller, [a_decision(place="FR")]) == date(2036, 12, 31)


@pytest.mark.parametrize(
    ("oss", "changes"),
    [
        (True, {"treatment": "domestic"}),
        (True, {"seller_number": "FR44732829320"}),  # declared there, under a number of its own
        (False, {}),
    ],
)
def test_any_other_sale_is_kept_as_at_home(oss, changes):
    seller = a_seller_in("DE", oss=oss)

    assert retention.until(JULY, seller, [a_decision(**changes)]) == date(2034, 12, 31)


def test_a_year_that_ends_in_february_ends_on_its_last_day():
    seller = a_seller(fiscal_year_end="02-29")

    assert retention.until(date(2026, 2, 28), seller) == date(2036, 2, 29)
    assert retention.until(date(2027, 2, 1), seller) == date(2037, 2, 28)


@given(
    on=st.dates(date(2025, 1, 1), date(2099, 12, 31)),
    month=st.integers(1, 12),
    country=st.sampled_from(["FR", "DE", "AT", "BE", "ES", "IT", "NL", "PT", "JP"]),
)
def test_no_document_is_kept_shorter_than_its_years_or_a_year_longer(on, month, country):
    seller = a_seller_in(country, fiscal_year_end=f"{month:02}-{monthrange(2027, month)[1]}")
    [years] = {
        t.years for t in retention.TERMS if t.country == country and t.since <= on <= t.until
    } or {10}

    kept = retention.until(on, seller)

    shortest = on.replace(year=on.year + years, day=min(on.day, 28))
    assert shortest <= kept <= shortest + timedelta(days=370)


@pytest.mark.parametrize("day", ["13-01", "02-30", "2026-06-30", "6-30", "06-30 "])
def test_the_end_of_the_fiscal_year_is_a_day(day):
    with pytest.raises(ValueError, match="fiscal_year_end"):
        a_seller(fiscal_year_end=day)


def test_what_names_nobody_is_kept_as_long_as_any_document_that_it_proves():
    seller = a_seller_in("DE", fiscal_year_end="03-31")

    assert retention.longest(date(2026, 11, 21), seller) == date(2037, 3, 31)
