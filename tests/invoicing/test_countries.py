import pytest
from babel import Locale
from pydantic import ValidationError

from invoicing.countries import ISO_3166_1, known
from tests.builders import PARIS, a_buyer

# What babel names beside ISO 3166-1: reserved codes, groups of states, its own for tests.
OTHERS = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ"


def test_the_list_is_that_of_iso_3166():
    named = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()}

    assert named - set(OTHERS.split()) == ISO_3166_1


def test_northern_ireland_has_a_code_in_vat():
    assert known("XI") == "XI"


@pytest.mark.parametrize(
    ("code", "meant"),
    [("EL", "GR"), ("UK", "GB"), ("IC", "ES"), ("EA", "ES"), ("XX", "XX"), ("ZZ", "ZZ")],
)
def test_letters_that_are_no_country_are_refused_with_what_was_meant(code, meant):
    with pytest.raises(ValidationError, match=meant) as refused:
        a_buyer(address=PARIS | {"country": code})

    assert [each["loc"] for each in refused.value.errors()] == [("address", "country")]
