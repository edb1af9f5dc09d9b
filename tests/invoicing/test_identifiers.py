import pytest
from pydantic import ValidationError

from invoicing import identifiers
from invoicing.parties import Buyer
from tests.invoicing.einvoices import BERLIN, FRENCH_HOTEL, PARIS, a_line, an_order


def faults(**changes):
    with pytest.raises(ValidationError) as refused:
        an_order(**changes)
    return [(fault["loc"], fault["type"]) for fault in refused.value.errors()]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("fr 96 552 100 554", "FR96552100554"),
        ("NL.0044.95445.B01", "NL004495445B01"),
        ("GR094259216", "EL094259216"),
        ("EL 094259216", "EL094259216"),
    ],
)
def test_a_vat_number_is_written_in_one_way(written, kept):
    buyer = Buyer.model_validate(FRENCH_HOTEL | {"vat_number": written})

    assert buyer.vat_number == kept


@pytest.mark.parametrize(
    ("number", "state"),
    [("EL094259216", "GR"), ("XI980780684", "XI"), ("FR96552100554", "FR"), ("GB980780684", None),
     ("CHE116281710", None), ("123456789", None)],
)  # fmt: skip
def test_a_number_names_the_state_that_gave_it(number, state):
    assert identifiers.issuer(number) == state


@pytest.mark.parametrize(
    "number",
    ["FR96552100554", "FR40303265045", "DE811569869", "EL094259216", "XI980780684", "ATU13585627",
     "ESB58378431", "NL004495445B01", "IE6388047V", "GB123", "CHE116281710"],
)  # fmt: skip
def test_well_formed_numbers_and_those_from_outside_pass(number):
    assert identifiers.vat_number_fault(number) is None


@pytest.mark.parametrize("number", ["FR83552100554", "DE811569868", "EL09425921", "XI1", "FR"])
def test_a_wrong_digit_is_found(number):
    assert identifiers.vat_number_fault(number)


def test_a_malformed_number_is_refused_where_it_stands():
    buyer = FRENCH_HOTEL | {"vat_number": "FR83552100554", "registration": "552 100 555"}

    assert faults(buyer=buyer) == [
        (("buyer", "vat_number"), "malformed_number"),
        (("buyer", "registration"), "malformed_number"),
    ]


def test_every_fault_is_told_at_once():
    buyer = FRENCH_HOTEL | {"registration": "55210055"}

    found = faults(buyer=buyer, lines=[a_line("10", discount="0.001")])

    assert {loc for loc, _ in found} == {("buyer", "registration"), ("lines", 0, "discount")}


def test_a_number_without_its_country_is_refused_in_the_eu_and_passes_elsewhere():
    german = {"kind": "business", "name": "B", "address": BERLIN, "vat_number": "811569869"}
    american = german | {"address": BERLIN | {"country": "US"}, "vat_number": "12-3456789"}

    assert faults(buyer=german) == [(("buyer", "vat_number"), "malformed_number")]
    assert an_order(buyer=american).buyer.vat_number == "123456789"


@pytest.mark.parametrize("registration", ["552100554", "552 100 554 00013", "W751234567"])
def test_sirens_sirets_and_the_numbers_of_associations_pass(registration):
    an_order(buyer=FRENCH_HOTEL | {"registration": registration})


def test_a_register_abroad_is_not_measured_by_french_rules():
    an_order(buyer=FRENCH_HOTEL | {"address": BERLIN, "registration": "123456789"})


def test_what_was_stored_is_read_whatever_its_numbers_are():
    stored = {"name": "A", "address": PARIS, "vat_number": "FR83552100554", "registration": "1"}

    assert Buyer.model_validate(stored).vat_number == "FR83552100554"


def test_a_line_is_treated_in_one_way():
    exemption = {"code": "VATEX-EU-132-1I", "reason": "x"}
    twice = a_line("10", exemption=exemption, margin_scheme="antiques")
    used_service = a_line("10", supply="services", margin_scheme="antiques")

    assert faults(lines=[twice])
    assert faults(lines=[used_service])
