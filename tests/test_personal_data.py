"""Logs, metrics and messages carry ids, never what tells who somebody is or opens a door."""

import io

import boto3
import pytest

from invoicing.telemetry import logger
from tests import aws
from tests.builders import TOKEN
from tests.doors import KEY, Context, call, function
from tests.routes import NUMBER, called, one_of_everything, opened, pages, shops_routes
from tests.test_architecture import FUNCTIONS

CANARIES = ("Camille", "Moreau", "buyer.example", "Nantes", "FR7630006", TOKEN, KEY, "No parcel")


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
