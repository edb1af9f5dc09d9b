import json

import pytest

from cli import __main__ as facturier
from cli.stack import Stack
from invoicing.adapters.operations.keys_table import keys
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.keys import key_hash
from tests import aws
from tests.builders import NOON, a_seller, an_api_key
from tests.deployments import the_stack
from tests.doors import call

pytestmark = pytest.mark.usefixtures("stack")


@pytest.fixture
def stack(deployed, monkeypatch):
    monkeypatch.setattr(Stack, "find", lambda _: the_stack(deployed))
    sellers().save(a_seller())


def facturier_key(capsys, *words: str) -> object:
    assert facturier.main(["key", *words]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_key_may_what_it_was_made_for_and_is_told_once(capsys):
    made = facturier_key(capsys, "create", "atelier", "--scope", "read", "--scope", "orders:write")

    assert made["scopes"] == ["orders:write", "read"]
    assert keys().find(key_hash(made["key"])).seller == "atelier"
    assert made["key"] not in str(aws.items("Operations"))


def test_a_key_must_be_made_for_something(capsys):
    with pytest.raises(SystemExit):
        facturier.main(["key", "create", "atelier"])
    assert "--scope" in capsys.readouterr().err


def test_a_list_tells_keys_apart_and_when_they_were_used(capsys):
    made = facturier_key(capsys, "create", "atelier", "--scope", "read")
    call("serve_orders", "GET", "/v1/orders/1001", key=made["key"])

    [listed] = facturier_key(capsys, "list", "atelier")

    assert made["key"].startswith(listed["prefix"])
    assert listed["used_at"] == "2026-11-21T12:00:00Z"
    assert "hash" not in listed


def test_a_revoked_key_opens_nothing_at_once_and_stays_in_the_list(capsys):
    made = facturier_key(capsys, "create", "atelier", "--scope", "admin")
    prefix = made["key"][:11]
    before = call("serve_orders", "GET", "/v1/orders/1001", key=made["key"]).status

    facturier_key(capsys, "revoke", "atelier", prefix)
    told = facturier_key(capsys, "revoke", "atelier", prefix)

    after = call("serve_orders", "GET", "/v1/orders/1001", key=made["key"]).status
    assert (before, after) == (404, 401)
    assert facturier_key(capsys, "list", "atelier") == [told]


@pytest.mark.parametrize(
    ("prefix", "told"),
    [("fk_", "6 characters"), ("fk_twin", "several keys"), ("fk_nobody", "there is none")],
)
def test_what_names_no_key_or_several_revokes_nothing(capsys, prefix, told):
    for end in ("_one", "_two"):
        keys().save(an_api_key(f"fk_twin{end}"))

    assert facturier.main(["key", "revoke", "atelier", prefix]) == 2

    assert told in capsys.readouterr().err
    assert all(key.is_in_force for key in keys().of_seller("atelier"))


def test_a_key_that_is_given_whole_is_found_and_never_told_again(capsys):
    made = "fk_stolen_and_pasted_whole"
    keys().save(an_api_key(made))

    assert facturier.main(["key", "revoke", "lampes", made]) == 2
    assert facturier.main(["key", "revoke", "atelier", f"{made}x"]) == 2
    assert made not in capsys.readouterr().err
    assert facturier.main(["key", "revoke", "atelier", made]) == 0
    [key] = keys().of_seller("atelier")
    assert not key.is_in_force


def test_another_sellers_key_is_not_found(capsys):
    keys().save(an_api_key("fk_another", seller="lampes"))

    assert facturier.main(["key", "revoke", "atelier", "fk_another"]) == 2
    assert "there is none" in capsys.readouterr().err


def test_when_a_key_was_used_is_written_once_an_hour():
    key = an_api_key()

    assert key.used(NOON).used_at == NOON
    assert key.used(NOON).used(NOON.replace(minute=59)) is None
    assert key.used(NOON).used(NOON.replace(hour=13, minute=5)).used_at == NOON.replace(hour=13)
