from datetime import UTC, datetime, timedelta

import pytest

from invoicing.adapters import schedule
from invoicing.adapters.schedule import AheadOfTimeError
from tests import aws
from tests.doors import tick


def test_a_schedule_that_fired_late_says_when_it_should_have():
    yesterday = datetime.now(UTC) - timedelta(days=1)

    assert schedule.moment(yesterday.isoformat()) == yesterday


@pytest.mark.parametrize("setting", ["false", ""])
def test_a_time_to_come_is_refused(monkeypatch, setting):
    monkeypatch.setenv("SCHEDULES_AHEAD", setting)

    with pytest.raises(AheadOfTimeError):
        schedule.moment((datetime.now(UTC) + timedelta(minutes=6)).isoformat())


def test_the_local_stack_lets_days_pass_in_seconds(monkeypatch):
    monkeypatch.setenv("SCHEDULES_AHEAD", "true")
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    assert schedule.moment(tomorrow.isoformat()) == tomorrow


SCHEDULED = [
    block["CodeUri"].removeprefix("functions/")
    for block in aws.resources("AWS::Serverless::Function").values()
    if any(event["Type"] == "ScheduleV2" for event in block["Events"].values())
]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("function", SCHEDULED)
def test_no_scheduled_function_closes_or_reminds_ahead(monkeypatch, function):
    monkeypatch.setenv("SCHEDULES_AHEAD", "false")

    with pytest.raises(AheadOfTimeError):
        tick(function, datetime.now(UTC) + timedelta(days=1))
