"""One order is followed through the logs of all functions, and nothing of another's is shown."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from cli import __main__ as facturier
from cli import trails
from cli.dashboard import Resource
from tests import aws

TRAIL = "atelier/1001"


@pytest.fixture
def functions(deployed, monkeypatch):  # noqa: ARG001  AWS in this process
    names = ("TakeOrder", "IssueDocument", "NeverRun")
    made = [Resource(name, f"test-{name}", "AWS::Lambda::Function") for name in names]
    monkeypatch.setattr(trails, "deployed", lambda _: made)
    monkeypatch.setenv("AWS_DEFAULT_REGION", aws.REGION)
    wrote("IssueDocument", line("document issued", at="08:00:02,000", number="FA-2026-000001"))
    wrote("TakeOrder", line("order taken", at="08:00:01,000", order="1001"), "END RequestId: 1")
    wrote("TakeOrder", line("order taken", at="08:00:03,000", correlation_id=f"{TRAIL}9"))
    wrote("TakeOrder", *["END RequestId: 1"] * 2, line("cut off", at="08:00:04,000")[:-9])


def line(message, *, at, **facts):
    own = {"level": "INFO", "message": message, "timestamp": f"2026-11-22 {at}+0000"}
    return json.dumps(own | {"correlation_id": TRAIL, "cold_start": False} | facts)


def wrote(function, *lines: str):
    logs, group = boto3.client("logs", aws.REGION), f"/aws/lambda/test-{function}"
    stream, at = f"{len(lines)}", int(datetime.now(UTC).timestamp() * 1000)
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": at, "message": each} for each in lines]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


@pytest.mark.usefixtures("functions")
def test_an_order_is_followed_through_all_functions_in_the_order_of_time(capsys):
    assert facturier.main(["follow", TRAIL]) == 0

    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[2:] == ["INFO", "TakeOrder", "order", "taken", "order=1001"]
    assert second.split()[2:4] == ["INFO", "IssueDocument"]
    assert second.endswith("number=FA-2026-000001")


@pytest.mark.parametrize("days", ["0", "-1", "9999999", "week"])
def test_a_time_that_nobody_keeps_is_refused(capsys, days):
    with pytest.raises(SystemExit):
        facturier.main(["follow", TRAIL, "--days", days])

    assert "days are needed" in capsys.readouterr().err


@pytest.mark.usefixtures("functions")
def test_an_order_that_nobody_wrote_of_is_told(capsys):
    assert facturier.main(["follow", "atelier/1002"]) == 2

    assert "no line of atelier/1002" in capsys.readouterr().err
