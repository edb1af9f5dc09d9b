from datetime import date

import pytest

from invoicing.law import deadlines
from tests.builders import PARIS, a_seller, an_order

BERLIN = PARIS | {"city": "Berlin", "country": "DE"}
ZURICH = PARIS | {"city": "Zürich", "country": "CH"}


def ordered(day, address, **changes):
    buyer = {"kind": "business", "name": "Hotel", "address": address}
    return an_order(ordered_on=day, buyer=buyer, **changes)


@pytest.mark.parametrize(
    ("country", "supplied", "last", "rule"),
    [
        ("FR", "2026-11-20", "2026-11-20", "CGI art. 289, I-3"),
        ("BE", "2026-12-31", "2027-01-15", "AR n° 1, art. 4"),
        ("NL", "2026-11-01", "2026-12-15", "Wet OB 1968, art. 34g"),
        ("ES", "2026-11-30", "2026-12-15", "RD 1619/2012, art. 11"),
        ("IT", "2026-02-20", "2026-03-04", "DPR 633/1972, art. 21, c. 4"),
        ("DE", "2026-11-20", "2027-05-20", "§ 14 Abs. 2 UStG"),
        ("DE", "2026-08-31", "2027-02-28", "§ 14 Abs. 2 UStG"),
        ("DE", "2027-08-31", "2028-02-29", "§ 14 Abs. 2 UStG"),
    ],
)
def test_a_business_at_home_is_billed_within_the_term_of_its_country(country, supplied, last, rule):
    address = PARIS | {"country": country}
    seller = a_seller(address=address)

    found = deadlines.issue_by(ordered(supplied, address), seller)

    assert found == deadlines.Deadline(on=date.fromisoformat(last), rule=rule)


def test_a_sale_across_a_border_of_the_union_is_billed_by_the_fifteenth_of_the_next_month():
    found = deadlines.issue_by(ordered("2026-12-20", BERLIN), a_seller())

    assert found
    assert (found.on, found.rule) == (date(2027, 1, 15), "Directive 2006/112/EC, art. 222")


def test_the_term_runs_from_the_delivery_and_not_from_the_order():
    order = ordered("2026-11-20", BERLIN, delivered_on="2026-12-02")

    found = deadlines.issue_by(order, a_seller())

    assert found
    assert found.on == date(2027, 1, 15)


def test_where_no_term_is_known_none_is_made_up():
    consumer = an_order()
    swiss = ordered("2026-11-20", ZURICH)

    assert deadlines.issue_by(consumer, a_seller()) is None
    assert deadlines.issue_by(swiss, a_seller(address=ZURICH)) is None
