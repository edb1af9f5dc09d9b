"""Logs, metrics and messages carry ids, never what tells who somebody is or opens a door."""

import io
import re
from pathlib import Path

import boto3
import pytest

from invoicing.adapters import packing
from invoicing.telemetry import logger
from tests import aws
from tests.builders import TOKEN
from tests.doors import KEY, Context, call, function
from tests.routes import NUMBER, called, one_of_everything, opened, pages, shops_routes
from tests.test_architecture import FUNCTIONS

CANARIES = ("Camille", "Moreau", "buyer.example", "Nantes", "FR7630006", TOKEN, KEY, "No parcel")

DOCS = Path(__file__).parents[1] / "docs"
BUYER = set(CANARIES) - {KEY}  # of a seller


@pytest.fixture
def log():
    """Have all that the functions log from now on."""
    handler = logger.registered_handler
    before = handler.setStream(io.StringIO())
    yield handler.stream
    handler.setStream(before)


def messages():
    """Give the bodies of all that waits in all queues."""
    sqs = boto3.client("sqs", aws.REGION)
    return [
        f"{message['body']}"
        for url in sqs.list_queues()["QueueUrls"]
        for message in aws.received(url)
    ]


def publish(table, item):
    """Hand an item to the outbox as the table's stream does."""
    image = {"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb"}
    image["dynamodb"] = {"Keys": {}, "NewImage": item, "SequenceNumber": "1"}
    image["eventSourceARN"] = f"arn:aws:dynamodb:eu-west-3:1:table/{table}/stream/1"
    function("publish_changes").handler({"Records": [image]}, Context())


@pytest.mark.usefixtures("shop")
def test_no_route_logs_or_queues_what_tells_who_somebody_is(log, capsys):
    there = one_of_everything()
    answers = [called(each, there, KEY) for each in shops_routes()]
    right = {"seller": "atelier", "number": NUMBER, "token": TOKEN, "proof": "x"}
    answers += [opened(route, right) for route in pages()]
    wrong = {
        "buyer": {"name": "Camille Moreau", "email": "camille@buyer.example", "language": "no"}
    }
    answers.append(call("take_order", "POST", "/v1/orders", body=wrong))
    for table in ("Ledger", "Operations"):
        for item in aws.items(table):
            publish(table, item)

    told = log.getvalue() + "".join(capsys.readouterr())
    queued = messages()

    assert any(
        "Camille" in answer.text
        for answer in answers
        if answer.headers["content-type"] != "application/pdf"
    )
    assert NUMBER in told
    assert len(queued) > 5
    assert [word for word in CANARIES if word in told] == []
    assert [(word, text) for text in queued for word in CANARIES if word in text] == []


@pytest.mark.parametrize("app", FUNCTIONS, ids=lambda path: path.parent.name)
def test_a_trace_keeps_no_answer_and_a_metric_no_value_of_ours(app):
    """Powertools writes what a function answers into its trace, unless it is told not to."""
    text = app.read_text()

    assert text.count("@tracer.") == text.count("capture_response=False")
    for way_out in ("put_metadata", "put_annotation", "add_metadata", "add_dimension"):
        assert way_out not in text


def named(page: str, column: int) -> list[tuple[str, str]]:
    """Read a table's kinds of items off one of its columns, each with its whole row."""
    rows = [line.split("|") for line in (DOCS / page).read_text().splitlines() if "|" in line]
    return [
        (kind, "|".join(row))
        for row in rows
        for kind in re.findall(r"`([A-Z]{3,})`", row[column] if len(row) > column else "")
    ]


def said(value: dict) -> str:
    """Read what an attribute says, packed or not."""
    (content,) = value.values()
    if not isinstance(content, bytes):
        return f"{content}"
    return (packing.unpack(content) if content[:1] == b"x" else content).decode(errors="replace")


@pytest.mark.usefixtures("shop")
def test_the_page_has_each_kind_of_item_and_says_which_name_a_buyer():
    told, known = named("personal-data.md", 2), named("architecture.md", 1)
    one_of_everything()

    telling: dict[str, bool] = {}
    for item in [each for table in ("Ledger", "Heads", "Operations") for each in aws.items(table)]:
        kind = item["pk"]["S"].partition("#")[0]
        names = any(word in said(value) for value in item.values() for word in BUYER)
        telling[kind] = telling.get(kind, False) or names

    naming = {kind for kind, names in telling.items() if names}
    assert {kind for kind, _ in known} | telling.keys() == {kind for kind, _ in told}
    assert naming == {"DOC", "REQ", "NOTICE", "CASE", "RETURNS"}
    assert naming <= {kind for kind, row in told if "nothing names the buyer" not in row}
