import json

import pytest

from cli import __main__ as facturier
from cli import sellers
from cli.stack import Stack
from invoicing.adapters.http_api import key_hash
from invoicing.adapters.operations_table import inbox
from invoicing.errors import NumbersChosenError
from tests.builders import a_seller


@pytest.fixture
def stack(deployed, monkeypatch):
    monkeypatch.setattr(sellers, "_allow_sender", lambda _: None)
    return Stack("https://api.example", deployed["OPERATIONS_TABLE"], "facturier/test")


def test_a_seller_gets_a_key_that_is_told_once_and_stored_as_a_hash(stack):
    answer = sellers.create(a_seller(), stack, site="https://api.example", stripe_key=None)

    assert answer["key"].startswith("fk_")
    assert inbox().seller_of_key(key_hash(answer["key"])) == answer["seller"]


def test_a_profile_with_a_malformed_number_is_refused_with_its_field(stack):
    seller = a_seller(vat_number="FR00732829320")

    with pytest.raises(sellers.ProfileError, match=r"\$\.vat_number"):
        sellers.create(seller, stack, site="https://api.example", stripe_key=None)


def test_how_numbers_read_is_chosen_once(stack):
    sellers.create(a_seller(), stack, site="https://api.example", stripe_key=None)
    other = a_seller(numbers={"invoice": "F-{year}-{n}"})

    with pytest.raises(NumbersChosenError):
        sellers.create(other, stack, site="https://api.example", stripe_key=None)


def test_a_profile_that_is_none_is_told_by_path_and_ends_with_2(tmp_path, capsys):
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"id": "atelier", "colour": "blue"}))

    assert facturier.main(["seller", "create", str(profile)]) == 2
    assert "$.colour" in capsys.readouterr().err
