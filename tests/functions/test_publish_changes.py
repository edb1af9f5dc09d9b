import json

import pytest

from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import entry_item
from invoicing.adapters.operations import notices_table
from invoicing.adapters.queues import Deliver, Render
from invoicing.records import plain
from tests import aws
from tests.books import owe
from tests.builders import a_notice, a_place, a_reminder, a_request, sealed
from tests.doors import stream, stream_changes
from tests.simulation import wiring


def test_a_document_goes_to_the_renderer(deployed):
    [entry] = sealed(a_request().ready()).entries

    assert stream("publish_changes", entry_item(entry)) == []

    [message] = aws.received(deployed["RENDER_QUEUE"])
    assert Render(**message["body"]).place == a_place()
    assert aws.received(deployed["DELIVER_QUEUE"]) == []


def test_a_notice_goes_to_the_mailer(deployed):
    key = a_notice().key

    assert stream("publish_changes", {"type": "NOTICE", "key": json.dumps(plain(key))}) == []

    [message] = aws.received(deployed["DELIVER_QUEUE"])
    assert Deliver(**message["body"]).notice == key
    assert aws.received(deployed["RENDER_QUEUE"]) == []


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("state", ["QUEUED", "PAPER"])
def test_a_reminder_reaches_whoever_draws_its_letter_on_paper_too(state):
    owe(a_reminder().model_copy(update={"state": state}))
    [item] = [each for each in aws.items("Operations") if each["pk"]["S"].startswith("NOTICE#")]
    record = {"eventName": "INSERT", "dynamodb": {"NewImage": item}}
    [stream_] = [each for each in wiring.events("DynamoDB") if "Operations" in str(each.properties)]

    assert any(wiring.passes(each, record) for each in wiring.filters(stream_))


def test_what_concerns_nobody_goes_nowhere(deployed):
    assert stream("publish_changes", {"type": "REQ", "state": "READY"}, {"pk": "FILE#1"}) == []

    assert aws.received(deployed["RENDER_QUEUE"]) == aws.received(deployed["DELIVER_QUEUE"]) == []


def test_what_was_stored_as_a_notice_is_what_the_stream_shows(deployed):
    # The stream's image is the item itself; what the table writes must be what is read here.
    items.write_together([notices_table.queue(a_notice())])
    [item] = aws.items("Operations")
    image = {name: next(iter(value.values())) for name, value in item.items() if "S" in value}

    assert stream("publish_changes", image) == []

    assert len(aws.received(deployed["DELIVER_QUEUE"])) == 1


def test_a_change_that_cannot_be_read_is_reported_and_the_rest_goes_on(deployed):
    [entry] = sealed(a_request().ready()).entries
    broken = {"type": "DOC", "place": "{}"}

    # A stream goes on from the first that failed, so what follows it is published again.
    assert stream("publish_changes", broken, entry_item(entry)) == [0]
    assert len(aws.received(deployed["RENDER_QUEUE"])) == 1


@pytest.mark.parametrize("change", ["MODIFY", "REMOVE"])
def test_whoever_alters_the_ledger_is_told_on_and_nothing_of_the_document_is(
    deployed, capsys, caplog, change
):
    [entry] = sealed(a_request().ready()).entries
    item = entry_item(entry) | {"buyer": "Camille Moreau"}

    assert stream_changes("publish_changes", (change, item)) == []

    [metric] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert metric["LedgerAltered"] == [1.0]
    [line] = [vars(record) for record in caplog.records if record.levelname == "ERROR"]
    assert (line["pk"], line["sk"], line["change"]) == (item["pk"], item["sk"], change)
    assert "Camille" not in f"{metric} {line}"
    assert aws.received(deployed["RENDER_QUEUE"]) == []
