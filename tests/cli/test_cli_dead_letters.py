import json

import boto3
import pytest

from cli import __main__ as facturier
from cli import dead_letters
from cli.dashboard import Resource
from tests import aws

REGION = aws.REGION


def a_queue(name, **attributes):
    return boto3.client("sqs", REGION).create_queue(QueueName=name, Attributes=attributes)[
        "QueueUrl"
    ]


def arn_of(url):
    asked = boto3.client("sqs", REGION).get_queue_attributes(
        QueueUrl=url, AttributeNames=["QueueArn"]
    )
    return asked["Attributes"]["QueueArn"]


@pytest.fixture
def queues(deployed, monkeypatch):  # noqa: ARG001  AWS in this process
    fifo = {"FifoQueue": "true"}
    dead = {
        "DeadDocuments": a_queue("dead-documents"),
        "DeadDoorbells": a_queue("dead-doorbells.fifo", **fifo),
        "DeadChanges": a_queue("dead-changes"),
    }
    there = dead | {
        "DocumentsToRender": a_queue("documents", RedrivePolicy=redrive(dead["DeadDocuments"])),
        "Doorbells": a_queue("bells.fifo", RedrivePolicy=redrive(dead["DeadDoorbells"]), **fifo),
    }
    made = [Resource(name, url, "AWS::SQS::Queue") for name, url in there.items()]
    monkeypatch.setattr(dead_letters, "deployed", lambda _: made)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    return there


def redrive(dead):
    return json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": 5})


def send(url, bodies, **ordered):
    for n, body in enumerate(bodies):
        more = ordered | {"MessageDeduplicationId": f"{n}"} if ordered else {}
        boto3.client("sqs", REGION).send_message(QueueUrl=url, MessageBody=body, **more)


def bodies(url):
    return sorted(each["body"] for each in aws.received(url))


def command(capsys, *words: str):
    code = facturier.main(["dead-letters", *words])
    said = capsys.readouterr()
    return code, json.loads(said.out) if not code else said.err


def test_work_that_failed_goes_back_to_its_worker_all_of_it_and_once(queues, capsys):
    sent = list(range(12))
    send(queues["DeadDocuments"], map(str, sent))

    assert command(capsys, "move", "DeadDocuments") == (
        0,
        {"queue": "DeadDocuments", "moved": 12, "left": 0},
    )
    assert bodies(queues["DocumentsToRender"]) == sent
    assert command(capsys, "list")[1]["DeadDocuments"] == 0


def test_what_stands_in_an_order_keeps_its_group(queues, capsys):
    send(queues["DeadDoorbells"], ["bell"], MessageGroupId="atelier.invoice")

    assert command(capsys, "move", "DeadDoorbells")[1]["moved"] == 1
    [back] = boto3.client("sqs", REGION).receive_message(
        QueueUrl=queues["Doorbells"], MessageSystemAttributeNames=["MessageGroupId"]
    )["Messages"]
    assert back["Attributes"]["MessageGroupId"] == "atelier.invoice"


def test_notes_are_no_work_they_are_dropped(queues, capsys):
    send(queues["DeadChanges"], ["a note"])

    code, said = command(capsys, "move", "DeadChanges")

    assert code == 2
    assert "no work" in said
    assert command(capsys, "drop", "DeadDocuments")[0] == 2
    assert command(capsys, "drop", "DeadChanges") == (0, {"queue": "DeadChanges", "dropped": 1})
    assert command(capsys, "list")[1]["DeadChanges"] == 0


def test_what_a_queue_says_is_shown_and_stays_there(queues, capsys):
    send(queues["DeadDocuments"], ["one", "two"])

    code, said = command(capsys, "show", "DeadDocuments")

    assert code == 0
    assert sorted(each["body"] for each in said) == ["one", "two"]
    assert all(each["since"].startswith("20") for each in said)
    assert command(capsys, "list")[1]["DeadDocuments"] == 2


def test_work_that_can_never_be_done_is_forgotten_one_by_one(queues, capsys):
    send(queues["DeadDocuments"], ["nonsense", "work"])
    said = command(capsys, "show", "DeadDocuments")[1]
    [wrong] = [each["id"] for each in said if each["body"] == "nonsense"]

    code, error = command(capsys, "drop", "DeadDocuments", "--id", "another")
    assert (code, "another" in error) == (2, True)
    assert command(capsys, "drop", "DeadDocuments", "--id", wrong)[1]["dropped"] == 1
    assert [each["body"] for each in command(capsys, "show", "DeadDocuments")[1]] == ["work"]


def test_what_another_command_has_in_its_hands_is_counted(queues, capsys):
    send(queues["DeadDocuments"], ["one", "two"])
    boto3.client("sqs", REGION).receive_message(QueueUrl=queues["DeadDocuments"])

    assert command(capsys, "list")[1]["DeadDocuments"] == 2
    assert command(capsys, "move", "DeadDocuments")[1] == {
        "queue": "DeadDocuments",
        "moved": 1,
        "left": 1,
    }


def test_an_empty_id_drops_nothing(queues, capsys):
    send(queues["DeadChanges"], ["a note"])

    assert command(capsys, "drop", "DeadChanges", "--id", "")[0] == 2
    assert command(capsys, "list")[1]["DeadChanges"] == 1


@pytest.mark.usefixtures("queues")
@pytest.mark.parametrize("name", ["DeadNothing", "Doorbells"])
def test_a_queue_that_is_none_of_dead_letters_is_left_alone(name, capsys):
    for verb in ("show", "move", "drop"):
        code, said = command(capsys, verb, name)
        assert code == 2
        assert "there is none of this name" in said
