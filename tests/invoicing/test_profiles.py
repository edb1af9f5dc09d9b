import pytest

from invoicing import profiles
from tests.builders import PARIS, a_buyer, a_seller, an_order

GLN = {"scheme": "0088", "value": "7300010000001"}
BONN = {"line1": "Weg 1", "postcode": "53113", "city": "Bonn", "country": "DE"}
GHENT = {"line1": "Weg 1", "postcode": "9000", "city": "Gent", "country": "BE"}
BUSINESS = {"kind": "business", "name": "B", "email": "b@buyer.example"}
AUTHORITY = BUSINESS | {"address": BONN, "reference": "991-33333TEST-33"}
FROM_GHENT = {"address": GHENT, "vat_number": "BE0428759497", "registration": "0428759497"}


@pytest.mark.parametrize(
    ("seller", "buyer", "profile"),
    [
        ({}, {"name": "Camille", "address": PARIS}, "plain"),
        ({}, BUSINESS | {"address": PARIS}, "fr_ctc"),
        ({}, BUSINESS | {"address": PARIS, "electronic_address": GLN}, "fr_ctc"),
        ({}, BUSINESS | {"address": BONN}, "plain"),
        ({}, AUTHORITY, "xrechnung"),
        ({}, AUTHORITY | {"email": None, "electronic_address": GLN}, "xrechnung"),
        ({}, AUTHORITY | {"email": None}, "plain"),  # nowhere to send it
        ({}, AUTHORITY | {"kind": "consumer"}, "plain"),
        ({}, AUTHORITY | {"address": GHENT}, "plain"),
        ({"electronic_address": GLN}, BUSINESS | {"address": BONN}, "plain"),
        ({}, BUSINESS | {"address": BONN, "electronic_address": GLN}, "plain"),
        ({"electronic_address": GLN}, BUSINESS | {"address": BONN, "electronic_address": GLN},
         "peppol"),
        ({"electronic_address": GLN}, AUTHORITY | {"electronic_address": GLN}, "xrechnung"),
        ({"electronic_address": GLN}, BUSINESS | FROM_GHENT, "peppol"),
        (FROM_GHENT, BUSINESS | FROM_GHENT, "peppol"),
        ({"electronic_address": GLN, "address": PARIS | {"country": "GR"}},
         BUSINESS | FROM_GHENT, "plain"),
    ],
)  # fmt: skip
def test_who_sells_to_whom_decides_the_profile(seller, buyer, profile):
    order = an_order(buyer=buyer)

    assert profiles.choose(order, a_seller(**seller)) == profile


@pytest.mark.parametrize(
    ("reference", "valid"),
    [
        ("04011000-12345-03", True),
        ("04011000-1234512345-06", True),
        ("991-33333TEST-33", True),
        ("991-33333TEST-34", False),
        ("04011000-12345-30", False),
        ("04011000-1234S-03", False),
        ("Étage 3", False),
        ("", False),
    ],
)
def test_a_leitweg_id_is_known_by_its_check_digits(reference, valid):
    assert profiles.is_leitweg_id(reference) is valid


def test_an_address_of_its_own_comes_before_what_numbers_tell():
    buyer = a_buyer(**FROM_GHENT, electronic_address=GLN)

    assert profiles.address(buyer).value == GLN["value"]


def test_a_belgian_business_is_reached_by_its_enterprise_number():
    address = profiles.address(a_buyer(**FROM_GHENT))

    assert (address.scheme, address.value) == ("0208", "0428759497")


def test_who_is_on_no_network_is_reached_by_mail():
    address = profiles.address(a_buyer(email="marie@bücher.example"))

    assert (address.scheme, address.value) == ("EM", "marie@bücher.example")
    assert profiles.address(a_buyer(email=None)) is None
