import pytest
from pydantic import ValidationError

from tests.builders import a_buyer, a_seller


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Atelier"),
        ("id", "a.b"),
        ("id", "a#b"),
        ("zone", "Europe/Lyon"),
        ("currency", "EURO"),
        ("colour", "red"),
        ("email", "nobody"),
        ("iban", "FR76 3000 6000"),
        ("payment_days", -1),
        ("name", "   "),
    ],
)
def test_a_profile_that_no_invoice_could_carry_is_refused(field, value):
    with pytest.raises(ValidationError) as refused:
        a_seller(**{field: value})

    assert refused.value.errors()[0]["loc"] == (field,)


def test_names_lose_the_spaces_around_them():
    assert a_buyer(name="  Camille Moreau ").name == "Camille Moreau"


def test_a_country_is_two_capital_letters():
    with pytest.raises(ValidationError) as refused:
        a_buyer(address={"line1": "1 rue Haute", "city": "Lille", "country": "France"})

    assert refused.value.errors()[0]["loc"] == ("address", "country")


@pytest.mark.parametrize("field", ["email", "sender"])
def test_a_seller_has_addresses_that_mail_can_be_sent_from(field):
    with pytest.raises(ValidationError, match="before the @") as refused:
        a_seller(**{field: "zoé@exemple.fr"})

    assert refused.value.errors()[0]["loc"] == (field,)


def test_a_buyer_whose_address_no_mail_reaches_is_refused():
    with pytest.raises(ValidationError, match="before the @") as refused:
        a_buyer(email="zoé@exemple.fr")

    assert refused.value.errors()[0]["loc"] == ("email",)


def test_the_domain_of_an_address_may_have_any_letters():
    assert a_buyer(email="zoe@müller.example").email == "zoe@müller.example"


def test_a_vat_number_of_signs_alone_is_refused():
    with pytest.raises(ValidationError, match="neither letters nor digits") as refused:
        a_buyer(vat_number="---")

    assert refused.value.errors()[0]["loc"] == ("vat_number",)
