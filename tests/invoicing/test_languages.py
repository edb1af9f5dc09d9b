from typing import get_args

import pytest

from invoicing import countries, drafts, languages
from invoicing.invoices import Draft
from invoicing.parties import Address, Language
from tests.builders import LINK, PARIS, a_buyer, a_seller, an_order


def at(country, postcode=None):
    return Address(line1="1", postcode=postcode, city="City", country=country)


@pytest.mark.parametrize(
    ("address", "language"),
    [
        (at("ES", "28013"), "es"),
        (at("MX"), "es"),
        (at("IT", "00184"), "it"),
        (at("SM"), "it"),
        (at("NL", "1012 JS"), "nl"),
        (at("AT"), "de"),
        (at("RE"), "fr"),
        (at("IE"), "en"),
        (at("PL"), "en"),
        (at("JP"), "en"),
        (at("BE", "1000"), "fr"),
        (at("BE", "2000"), "nl"),
        (at("BE", "B-3000"), "nl"),
        (at("BE", "1500"), "nl"),
        (at("BE", "1400"), "fr"),
        (at("BE", "4000"), "fr"),
        (at("BE", "4700"), "de"),
        (at("BE", "4800"), "fr"),
        (at("BE", "9000"), "nl"),
        (at("CH", "1204"), "fr"),
        (at("CH", "CH-8001"), "de"),
        (at("CH", "2000"), "fr"),
        (at("CH", "2502"), "de"),
        (at("CH", "3960"), "fr"),
        (at("CH", "3900"), "de"),
        (at("CH", "6900"), "it"),
        (at("BE"), "en"),
        (at("CH", "none"), "en"),
    ],
)
def test_a_buyer_abroad_is_written_to_in_what_is_read_there(address, language):
    assert languages.read_at(address) == language


def test_every_country_is_read_in_a_language_that_there_is():
    for country in countries.ISO_3166_1:
        for first in "0123456789":
            assert languages.read_at(at(country, first + "000")) in get_args(Language)


@pytest.mark.parametrize(
    ("buyer", "language"),
    [
        ({"address": at("FR")}, "nl"),
        ({"address": at("ES")}, "es"),
        ({"address": at("ES"), "language": "de"}, "de"),
        ({"address": at("FR"), "language": "it"}, "it"),
    ],
)
def test_a_buyer_reads_what_he_asked_for_or_the_sellers_language_at_home(buyer, language):
    seller = a_seller(language="nl", address=PARIS)

    draft = drafts.draft(an_order(buyer=a_buyer(**buyer)), seller, LINK)

    assert isinstance(draft, Draft)
    assert draft.language == language
