import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.__main__ import main
from local.vies import answering

SAMPLES = Path(__file__).parents[2] / "samples"


def facturier(*words: object, seller="seller.json"):
    return main(["order", *map(str, words), "--seller", str(SAMPLES / seller)])


def test_an_order_is_priced_on_this_machine(capsys):
    assert facturier("price", SAMPLES / "orders/french-consumer.json") == 0

    quote = json.loads(capsys.readouterr().out)
    assert quote["status"] == "priced"
    assert quote["draft"]["totals"]["due"] == {"amount": "172.10", "currency": "EUR"}


def test_an_order_that_would_be_held_says_why(capsys):
    seller = "seller-without-vat-number.json"

    assert facturier("price", SAMPLES / "orders/french-consumer.json", seller=seller) == 0

    quote = json.loads(capsys.readouterr().out)
    assert quote["status"] == "held"
    assert "seller_vat_number_missing" in {reason["code"] for reason in quote["reasons"]}


def test_an_order_is_explained_in_words(capsys):
    assert facturier("explain", SAMPLES / "orders/french-consumer.json") == 0

    said = capsys.readouterr().out
    assert "S 20 % of" in said
    assert "treatment: domestic" in said


def test_every_fault_is_told_with_its_path(capsys):
    assert facturier("price", SAMPLES / "orders/malformed.json") == 2

    said = capsys.readouterr().err
    assert "$.lines[1].color: " in said
    assert "$.currency: " in said
    assert "pydantic" not in said


def test_money_of_a_day_to_come_is_refused_as_by_the_api(tmp_path, capsys):
    order = json.loads((SAMPLES / "orders/french-consumer.json").read_text())
    soon = f"{datetime.now(UTC) + timedelta(days=400):%Y-%m-%d}"
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order | {"payments": [{"paid_on": soon, "amount": "1"}]}))

    assert facturier("price", file) == 2
    assert "$.payments[0].paid_on: " in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "{", "[1"])
def test_what_is_no_json_is_refused(text, tmp_path, capsys):
    file = tmp_path / "order.json"
    file.write_text(text)

    assert facturier("price", file) == 2
    assert capsys.readouterr().err


def test_a_number_that_the_vat_hangs_on_is_asked_of_vies(monkeypatch, capsys):
    with answering() as (endpoint, url):
        monkeypatch.setenv("VIES_ENDPOINT", url)
        facturier("explain", SAMPLES / "orders/belgian-business.json")

    assert len(endpoint.asked) == 1
    assert "  consultation number: " in capsys.readouterr().out


def test_who_does_not_answer_is_named(monkeypatch, capsys):
    monkeypatch.setenv("VIES_ENDPOINT", "http://127.0.0.1:9")

    facturier("explain", SAMPLES / "orders/german-business.json")

    assert "(unreachable)" in capsys.readouterr().out


def test_offline_nobody_is_asked(monkeypatch, capsys):
    with answering() as (endpoint, url):
        monkeypatch.setenv("VIES_ENDPOINT", url)
        facturier("explain", SAMPLES / "orders/german-business.json", "--offline")

    assert endpoint.asked == []
    assert "(not asked)" in capsys.readouterr().out
