import pytest

from invoicing.parties import Address
from invoicing.vat import territories


def at(country, postcode=None, *, city="Ville", region=None):
    address = Address(line1="1", city=city, postcode=postcode, region=region, country=country)
    return territories.of(address)


@pytest.mark.parametrize(
    ("country", "postcode", "code", "eu"),
    [
        ("FR", "75001", "FR", "all"),
        ("FR", None, "FR", "all"),
        ("FR", "20090", "FR-20R", "all"),
        ("FR", "97400", "FR-974", "none"),
        ("FR", "97 400", "FR-974", "none"),
        ("FR", "97100", "FR-971", "none"),
        ("FR", "97133", "BL", "none"),
        ("FR", "97150", "MF", "none"),
        ("FR", "97300", "FR-973", "none"),
        ("FR", "97600", "FR-976", "none"),
        ("FR", "97500", "PM", "none"),
        ("FR", "98000", "FR", "all"),
        ("FR", "98800", "NC", "none"),
        ("RE", "97400", "FR-974", "none"),
        ("PM", None, "PM", "none"),
        ("MC", "98000", "FR", "all"),
        ("ES", "28001", "ES", "all"),
        ("ES", "35001", "ES-CN", "none"),
        ("ES", "38001", "ES-CN", "none"),
        ("ES", "51001", "ES-CE", "none"),
        ("ES", "52001", "ES-ML", "none"),
        ("ES", "53001", "ES", "all"),
        ("IT", "20121", "IT", "all"),
        ("IT", "23041", "IT-LIVIGNO", "none"),
        ("IT", "22061", "IT-CAMPIONE", "none"),
        ("CH", "6911", "IT-CAMPIONE", "none"),
        ("DE", "10435", "DE", "all"),
        ("DE", "78266", "DE-BUESINGEN", "none"),
        ("DE", "D-78266", "DE-BUESINGEN", "none"),
        ("CH", "8238", "DE-BUESINGEN", "none"),
        ("DE", "27498", "DE-HELGOLAND", "none"),
        ("FI", "00100", "FI", "all"),
        ("FI", "22100", "FI-01", "none"),
        ("AX", "22100", "FI-01", "none"),
        ("PT", "1000-001", "PT", "all"),
        ("PT", "9500-001", "PT-20", "all"),
        ("PT", "9000-001", "PT-30", "all"),
        ("GR", "10431", "GR", "all"),
        ("GR", "63086", "GR-69", "none"),
        ("GR", "81100", "GR-ISLANDS", "all"),
        ("AT", "6691", "AT-JUNGHOLZ", "all"),
        ("GB", "SW1A 1AA", "GB", "none"),
        ("GB", "BT1 1AA", "GB-NIR", "goods_only"),
        ("GB", "bt1 1aa", "GB-NIR", "goods_only"),
        ("XI", None, "GB-NIR", "goods_only"),
        ("IM", "IM1 1AA", "GB", "none"),
        ("CH", "8001", "CH", "none"),
        ("US", "20001", "US", "none"),
        ("NL", "1011 AA", "NL", "all"),
        ("CW", None, "CW", "none"),
    ],
)
def test_an_address_lies_in_one_vat_territory(country, postcode, code, eu):
    territory = at(country, postcode)

    assert (territory.code, territory.eu) == (code, eu)


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("FR", "La Réunion", "FR-974"),
        ("FR", "FR-974", "FR-974"),
        ("ES", "GC", "ES-CN"),
        ("ES", "ES-CN", "ES-CN"),
        ("GB", "Northern Ireland", "GB-NIR"),
        ("PT", "Madeira", "PT-30"),
        ("DE", "Bayern", "DE"),
    ],
)
def test_a_region_tells_where_there_is_no_postcode(country, region, code):
    assert at(country, region=region).code == code


def test_a_village_is_known_by_name():
    assert at("IT", "23030", city="Livigno").code == "IT-LIVIGNO"
    assert at("IT", "23030", city="Valdidentro").code == "IT"


def test_guadeloupe_and_martinique_are_one_market_and_reunion_another():
    assert at("GP").market == at("MQ").market != at("RE").market


def test_corsica_and_monaco_are_in_the_french_market():
    assert at("FR", "20090").market == at("MC").market == at("FR").market


def test_only_a_special_territory_is_named_beside_its_country():
    assert at("FR", "75001").special is None
    assert at("MC").special is None
    assert at("FR", "97400").special == "FR-974"
