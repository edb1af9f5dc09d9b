import json
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
import stripe
from PIL import Image

from cli import __main__ as facturier
from cli import sellers as making
from cli import senders, webhooks
from cli.stack import Stack
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.keys_table import keys
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.errors import NumbersChosenError
from invoicing.keys import key_hash
from tests import aws, books
from tests.builders import a_request, a_seller
from tests.deployments import the_stack


@pytest.fixture
def stack(deployed, monkeypatch):
    monkeypatch.setattr(senders, "introduce", lambda _: [])
    return the_stack(deployed)


@pytest.fixture
def last_number(stack, monkeypatch):
    """A seller who numbered elsewhere, up to this number of this year."""
    monkeypatch.setattr(Stack, "find", lambda _: stack)
    making.create(a_seller(), stack, site="https://api.example", stripe_key=None)
    return f"FA-{datetime.now(a_seller().timezone).year}-001041"


def test_a_seller_gets_a_key_of_his_own_once_however_often_his_profile_is_written(stack):
    answer = making.create(a_seller(), stack, site="https://api.example", stripe_key=None)
    again = making.create(a_seller(), stack, site="https://api.example", stripe_key=None)

    key = keys().find(key_hash(answer["key"]))
    assert (key.seller, key.scopes) == ("atelier", {"admin"})
    assert again == {"seller": "atelier"}
    assert keys().of_seller("atelier") == [key]


def test_a_profile_with_a_malformed_number_is_refused_with_its_field(stack):
    seller = a_seller(vat_number="FR00732829320")

    with pytest.raises(making.ProfileError, match=r"\$\.vat_number"):
        making.create(seller, stack, site="https://api.example", stripe_key=None)


@pytest.mark.parametrize("key", ["", " "])
def test_a_key_of_stripes_that_is_empty_is_told_before_anything_is_written(
    stack, monkeypatch, capsys, key
):
    monkeypatch.setattr(Stack, "find", lambda _: stack)
    monkeypatch.setenv("STRIPE_API_KEY", key)

    assert facturier.main(["seller", "create", "samples/seller.json"]) == 2

    assert "STRIPE_API_KEY is empty" in capsys.readouterr().err
    assert aws.items("Operations") == []


@pytest.mark.parametrize(
    "refusal", [stripe.AuthenticationError("Invalid API Key"), stripe.APIConnectionError("away")]
)
def test_what_stripe_refuses_is_told_in_a_sentence(stack, monkeypatch, capsys, refusal):
    monkeypatch.setattr(Stack, "find", lambda _: stack)
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_1\n")
    connect = Mock(side_effect=refusal)
    monkeypatch.setattr(webhooks, "connect", connect)

    assert facturier.main(["seller", "create", "samples/seller.json"]) == 2

    assert connect.call_args.kwargs["api_key"] == "sk_test_1"
    assert f"{refusal}" in capsys.readouterr().err


def test_the_endpoint_at_stripe_is_told(stack, monkeypatch):
    monkeypatch.setattr(webhooks, "connect", lambda *_, **__: "we_1")

    answer = making.create(a_seller(), stack, site="https://api.example", stripe_key="sk_test_1")

    assert answer["stripe"] == "we_1"


def test_how_numbers_read_is_chosen_once(stack):
    making.create(a_seller(), stack, site="https://api.example", stripe_key=None)
    other = a_seller(numbers={"invoice": "F-{year}-{n}"})

    with pytest.raises(NumbersChosenError):
        making.create(other, stack, site="https://api.example", stripe_key=None)


def test_a_profile_that_is_none_is_told_by_path_and_ends_with_2(tmp_path, capsys):
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"id": "atelier", "colour": "blue"}))

    assert facturier.main(["seller", "create", str(profile)]) == 2
    assert "$.colour" in capsys.readouterr().err


def open_at(number: str) -> int:
    return facturier.main(["seller", "open-numbers", "atelier", "--at", number])


def test_who_numbered_elsewhere_goes_on_after_his_last_number(last_number):
    first = last_number.replace("1041", "1042")
    assert open_at(first) == 0

    [entry] = books.issue(inbox().accept(a_request().ready()), at=datetime.now(UTC))

    assert (entry.body["number"], entry.previous) == (first, "0" * 64)


def test_a_series_opens_once_and_only_before_its_first_document(last_number, capsys):
    assert open_at(last_number) == 0

    assert open_at(last_number.replace("1041", "2000")) == 2
    assert "has begun already" in capsys.readouterr().err


@pytest.mark.usefixtures("last_number")
def test_what_cannot_be_a_first_number_is_told_and_ends_with_2(capsys):
    assert open_at("2026/1042") == 2
    assert "is not how atelier numbers anything" in capsys.readouterr().err


def test_numbers_of_a_seller_whom_nobody_made_do_not_open(stack, monkeypatch, capsys):
    monkeypatch.setattr(Stack, "find", lambda _: stack)

    assert open_at("FA-2026-001042") == 2
    assert "atelier: there is none" in capsys.readouterr().err


def test_a_logo_is_shown_from_now_on_and_stays_when_the_profile_is_written_again(
    stack, monkeypatch, tmp_path
):
    monkeypatch.setattr(Stack, "find", lambda _: stack)
    making.create(a_seller(), stack, site="https://api.example", stripe_key=None)
    file = tmp_path / "logo.png"
    Image.new("RGB", (30, 10), "navy").save(file)

    assert facturier.main(["seller", "logo", "atelier", str(file)]) == 0
    making.create(a_seller(colour="#ff0000"), stack, site="https://api.example", stripe_key=None)

    seller = sellers().read("atelier")
    assert (seller.colour, sellers().logo(seller)) == ("#ff0000", file.read_bytes())


def test_what_is_no_picture_is_told_and_ends_with_2(tmp_path, capsys):
    file = tmp_path / "logo.svg"
    file.write_text("<svg/>")

    assert facturier.main(["seller", "logo", "atelier", str(file)]) == 2
    assert "no PNG or JPEG" in capsys.readouterr().err


@pytest.mark.usefixtures("last_number")
def test_an_operator_stops_a_seller_and_lets_him_go_on(capsys):
    assert facturier.main(["seller", "pause", "atelier"]) == 0
    paused = watch_table.read("atelier")
    assert facturier.main(["seller", "resume", "atelier"]) == 0

    assert paused
    assert paused.paused
    assert watch_table.read("atelier") is None
    assert facturier.main(["seller", "pause", "atelie"]) == 2
    assert "atelie: there is none" in capsys.readouterr().err
