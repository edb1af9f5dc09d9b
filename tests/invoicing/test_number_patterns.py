import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from invoicing import ledger
from invoicing.number_patterns import NumberPatterns
from tests.builders import CREDIT_NOTES, INVOICES, RECEIPTS, a_place, a_seller


def test_a_new_seller_numbers_each_kind_under_a_prefix_of_its_own():
    patterns = a_seller().numbers

    assert patterns.invoice == "FA-{year}-{n}"
    assert patterns.credit_note == "AV-{year}-{n}"
    assert patterns.receipt == "RC-{year}-{n}"


@pytest.mark.parametrize("pattern", ["{n}-{year}", "{year}{n}", "2-{year}-{n}", "SHOP-9{n}{year}"])
def test_a_seller_may_number_otherwise(pattern):
    assert NumberPatterns(invoice=pattern).invoice == pattern


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("FA-{n}", "once each"),
        ("FA-{year}", "once each"),
        ("FA-{year}-{n}-{n}", "A-Z, 0-9"),
        ("FA-{year}-{month}-{n}", "A-Z, 0-9"),
        ("fa-{year}-{n}", "A-Z, 0-9"),
        ("FA/{year}/{n}", "A-Z, 0-9"),
        ("FÀ-{year}-{n}", "A-Z, 0-9"),
        ("FA-{year}-{n:>3}", "once each"),
        (f"{'F' * 23}{{year}}{{n}}", "more than 35"),
        ("RC-{n}-{year}", "prefix of its own"),
    ],
)
def test_a_pattern_that_could_not_number_for_ever_is_refused(pattern, fault):
    with pytest.raises(ValidationError, match=fault):
        NumberPatterns(invoice=pattern)


PREFIXES = st.sampled_from(["FA-", "AV-", "RC-", "A", "A1", "AR", "2", "fa-", "F/"])
REST = st.text("AF019-", max_size=20)
PATTERNS = st.one_of(
    st.builds("{0}{{year}}{1}{{n}}".format, PREFIXES, REST),
    st.builds("{0}{{n}}{1}{{year}}".format, PREFIXES, REST),
    st.builds("{0}{1}{{year}}{{n}}".format, PREFIXES, REST),
)


@given(
    st.tuples(PATTERNS, PATTERNS, PATTERNS),
    st.integers(1, 12),
    st.integers(2000, 2999),
    st.tuples(st.integers(1, 999_999_999), st.integers(1, 999_999_999)),
)
def test_whatever_patterns_are_taken_make_numbers_that_every_platform_takes(
    patterns, digits, year, counts
):
    try:
        invoice, credit_note, receipt = patterns
        chosen = NumberPatterns(
            invoice=invoice, credit_note=credit_note, receipt=receipt, digits=digits
        )
    except ValidationError:
        return
    numbers = [
        ledger.number(chosen, a_place(counts[n % 2], series=series, year=year))
        for n, series in enumerate((INVOICES, CREDIT_NOTES, RECEIPTS))
    ]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert re.fullmatch("[A-Z0-9-]{1,35}", number)
        assert str(year) in number


def test_two_kinds_can_never_come_to_the_same_number():
    # The 11th invoice would be A11-2026, and so would the first receipt.
    with pytest.raises(ValidationError, match="prefix of its own"):
        NumberPatterns(invoice="A{n}-{year}", receipt="A1{n}-{year}", digits=1)


def test_a_prefix_may_continue_another_with_a_letter():
    assert NumberPatterns(invoice="A{n}-{year}", receipt="AR{n}-{year}")


@pytest.mark.parametrize("digits", [0, 13])
def test_a_count_has_one_to_twelve_digits(digits):
    with pytest.raises(ValidationError):
        NumberPatterns(digits=digits)
