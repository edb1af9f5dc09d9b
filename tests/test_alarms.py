"""Who is told of what, read off template.yaml and docs/operations.md."""

import re
from pathlib import Path

import pytest

from tests import aws

METRIC, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
ALARMS = aws.resources(METRIC) | aws.resources(COMPOSITE)
TELLING = sorted(name for name, alarm in ALARMS.items() if "AlarmActions" in alarm)
RUNBOOK = (Path(__file__).parents[1] / "docs/operations.md").read_text()
MOST = 10  # alarms that a person can know by heart


def named(composite):
    return re.findall(r"\$\{(\w+)}", aws.resources(COMPOSITE)[composite]["AlarmRule"]["Fn::Sub"])


def test_there_are_few_enough_alarms_to_know_each():
    assert len(TELLING) <= MOST
    assert all(ALARMS[name]["AlarmActions"] == [{"Ref": "Operator"}] for name in TELLING)


@pytest.mark.parametrize("alarm", TELLING)
def test_whoever_is_woken_up_finds_the_alarm_in_a_heading_of_the_runbook(alarm):
    headings = [line for line in RUNBOOK.splitlines() if line.startswith("## ")]

    assert any(f"`{alarm}`" in heading for heading in headings)


def test_an_alarm_that_tells_nobody_is_part_of_one_that_does():
    silent = sorted(set(ALARMS) - set(TELLING))

    assert silent == sorted(part for each in aws.resources(COMPOSITE) for part in named(each))


def test_each_dead_letter_counts():
    queues = aws.resources("AWS::SQS::Queue")
    dead = {f"{name}Alarm" for name in queues if name.startswith("Dead")}
    behind = {
        queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"].removesuffix(".Arn")
        for queue in queues.values()
        if "RedrivePolicy" in queue
    }

    assert dead == set(named("DeadLettersAlarm"))
    assert {f"{name}Alarm" for name in behind} <= dead


def test_what_two_stacks_of_an_account_count_is_counted_apart():
    name = {"Ref": "AWS::StackName"}
    ours = [each for each in ALARMS.values() if each.get("Namespace") == "Facturier"]

    told = aws.template()["Globals"]["Function"]["Environment"]["Variables"]
    assert told["POWERTOOLS_SERVICE_NAME"] == name
    assert len(ours) > 5
    assert all(each["Dimensions"] == [{"Name": "service", "Value": name}] for each in ours)


def scheduled():
    """Give what runs by itself, and how often in seconds."""
    units = {"minute": 60, "hour": 3600, "day": 86400}
    for name, function in aws.resources("AWS::Serverless::Function").items():
        for event in function.get("Events", {}).values():
            if "Schedule" in event["Type"]:
                rate = event["Properties"]["ScheduleExpression"]
                amount, unit = re.fullmatch(r"rate\((\d+) (\w+?)s?\)", rate).groups()
                yield name, int(amount) * units[unit]


def watching(metric):
    """Give the alarms about a metric of what runs by itself, by function."""
    found = [ALARMS[name] for name in named("ScheduledRunsAlarm")]
    of_metric = [each for each in found if each["MetricName"] == metric]
    return {each["Dimensions"][0]["Value"]["Ref"]: each for each in of_metric}


def test_each_schedule_that_fails_is_told_of():
    assert set(watching("Errors")) == set(dict(scheduled()))


def test_each_schedule_that_never_fires_is_told_of():
    """A metric that nobody writes is no zero: an alarm has to take silence for it."""
    silent = watching("Invocations")

    assert set(silent) == set(dict(scheduled()))
    for name, interval in scheduled():
        alarm = silent[name]
        assert alarm["TreatMissingData"] == "breaching"
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "LessThanThreshold")
        assert alarm["Period"] * alarm["EvaluationPeriods"] > interval
