import json
from io import StringIO

import pytest

from invoicing import trails
from invoicing.telemetry import by_itself, logger, write_under


@pytest.fixture
def told(monkeypatch):
    """Let the logger write where this test reads."""
    heard = StringIO()
    [handler] = logger.handlers
    monkeypatch.setattr(handler, "stream", heard)
    before = logger.log_level
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in heard.getvalue().splitlines()]
    logger.setLevel(before)
    write_under(None)


def test_a_trail_is_the_seller_and_his_order():
    assert trails.of("atelier", "1001") == "atelier/1001"
    assert trails.of("atelier", None) is None


def test_a_message_is_not_written_under_the_trail_of_the_one_before(told):
    @by_itself
    def handle(order: str) -> None:
        logger.info("begun")
        write_under(trails.of("atelier", order))
        logger.info("done")

    handle("1001")
    handle("1002")

    found = [each.get("correlation_id") for each in told()]
    assert found == [None, "atelier/1001", None, "atelier/1002"]


def test_what_fails_is_told_under_its_trail(told):
    @by_itself
    def handle(order: str) -> None:
        write_under(trails.of("atelier", order))
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        handle("1001")

    [line] = told()
    assert (line["correlation_id"], line["exception_name"]) == ("atelier/1001", "ValueError")
