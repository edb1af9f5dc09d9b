import json
from unittest.mock import Mock

import pytest

from cli import __main__ as facturier
from cli import endpoints
from cli.stack import Stack
from invoicing.adapters import secrets
from invoicing.adapters.operations import deliveries_table
from invoicing.adapters.operations.sellers_table import sellers
from tests.builders import a_seller
from tests.deployments import the_stack

URL = "https://shop.example/hook"


@pytest.fixture
def stack(deployed, monkeypatch):
    monkeypatch.setattr(Stack, "find", lambda _: the_stack(deployed))
    monkeypatch.setattr(secrets, "MAX_AGE_SECONDS", 0)  # read at once what was just written
    sellers().save(a_seller())


def webhook(capsys, *words: str) -> dict:
    assert facturier.main(["webhook", *words]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("stack")
def test_a_secret_is_told_once_and_another_endpoint_keeps_it(capsys):
    first = webhook(capsys, "set", "atelier", URL)
    again = webhook(capsys, "set", "atelier", f"{URL}/2")

    assert secrets.webhook("atelier") == [first["secret"]]
    assert again == {"seller": "atelier", "url": f"{URL}/2"}
    assert deliveries_table.endpoint("atelier") == f"{URL}/2"


@pytest.mark.usefixtures("stack")
def test_a_secret_that_was_made_and_never_told_is_followed_by_one_that_is(capsys, monkeypatch):
    with monkeypatch.context() as broken_off:
        broken_off.setattr(endpoints.items, "write", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            facturier.main(["webhook", "set", "atelier", URL])

    told = webhook(capsys, "set", "atelier", URL)["secret"]
    assert secrets.webhook("atelier")[0] == told


@pytest.mark.usefixtures("stack")
def test_two_secrets_sign_while_one_takes_the_others_place(capsys):
    told = [webhook(capsys, "set", "atelier", URL)]
    told += [webhook(capsys, "rotate", "atelier") for _ in range(2)]

    *_, before, newest = [each["secret"] for each in told]
    assert secrets.webhook("atelier") == [newest, before]


@pytest.mark.usefixtures("stack")
def test_a_shop_that_wants_to_know_no_more_has_no_endpoint(capsys):
    webhook(capsys, "set", "atelier", URL)
    webhook(capsys, "remove", "atelier")

    assert deliveries_table.endpoint("atelier") is None
    assert "secret" in webhook(capsys, "set", "atelier", URL)


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("seller", ["nobody", "", "Atelier"])
def test_who_is_not_there_is_not_said_to_hear_nothing_more(capsys, seller):
    assert facturier.main(["webhook", "remove", seller]) == 2

    assert "there is none" in capsys.readouterr().err


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize(
    ("seller", "url", "told"),
    [("atelier", "http://shop.example/", "https://host/path"), ("nobody", URL, "there is none")],
)
def test_what_is_no_endpoint_is_told_and_ends_with_2(capsys, seller, url, told):
    assert facturier.main(["webhook", "set", seller, url]) == 2
    assert told in capsys.readouterr().err
